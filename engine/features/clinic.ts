import { z } from 'zod'
import { door, feature } from '../feature.ts'
import { Login, NewPassword, Nothing } from './inputs.ts'

const Line = z.string().trim().min(1).max(200)

/** First run, and what the screen asks before it shows anything. */
export const clinic = feature('clinic', {
  status: door({
    input: Nothing,
    open: ['empty', 'setup', 'locked', 'open'],
    run: (door) => door.status(),
  }),
  create: door({
    input: z.strictObject({
      facility: Line,
      admin: z.strictObject({
        login: Login,
        name: Line,
        password: NewPassword,
        qualification: Line.optional(),
        registrationNumber: Line.optional(),
      }),
      alsoClinician: z.boolean(),
      language: z.string().max(35).optional(),
    }),
    // Again during setup: the codes were lost before one was typed back, so it starts over.
    open: ['empty', 'setup'],
    run: (door, input) => door.create(input),
  }),
  confirmRecovery: door({
    input: z.strictObject({ code: z.string().max(200) }),
    open: ['setup'],
    run: (door, { code }) => door.confirmRecovery(code),
  }),
})
