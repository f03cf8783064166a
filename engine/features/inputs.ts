/** What several features take. */
import { z } from 'zod'

/** A command that is told nothing. */
export const Nothing = z.strictObject({})

const LEAST = 12

/** A password to be set. Long rather than intricate; whoever copies the files can guess for as long as they like. */
export const NewPassword = z
  .string()
  .max(1024)
  .refine((password) => [...password].length >= LEAST, `a password has at least ${LEAST} characters`)

/** A password as typed at the door: any is taken, so that a wrong one is told nothing about what a right one is. */
export const TypedPassword = z.string().max(1024)

/** The name that a person signs in with. */
export const Login = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}\p{M}._@ -]*$/u, 'a login has letters, digits, and . _ @ - between them')
