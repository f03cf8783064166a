import { z } from 'zod'

const sample = z.strictObject({ login: z.string().min(1), password: z.string().min(1) })

/**
 * The sign-in of a sample clinic, which `npm start -- --sample` makes up for one run and hands over by the environment.
 * Only from a checkout: an installed app has no sample and reads no password from anywhere.
 */
export function sampleFrom(around: {
  env: NodeJS.ProcessEnv
  packaged: boolean
}): { login: string; password: string } | undefined {
  const text = around.env.ALCOVE_SAMPLE
  if (around.packaged || !text) return undefined
  try {
    return sample.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}
