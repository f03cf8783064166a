/** The clinic for scripts, the command line and tests: made or opened in one call, then asked through `dispatch`. */
import type { Outbox } from '../domain/outbox.ts'
import type { Answer, ApiInput, ApiName } from './api.ts'
import type { SessionUser } from './api-shapes.ts'
import type { NewClinic } from './context.ts'
import { Engine, type EngineOptions } from './engine.ts'
import { AlcoveError } from './errors.ts'

export interface Clinic {
  readonly engine: Engine
  readonly facility: { id: string; name: string }
  readonly device: string
  /** What the sync worker may ask, and no more. Only while somebody is signed in. */
  readonly outbox: Outbox
  dispatch<N extends ApiName>(name: N, input: ApiInput<N>): Promise<Answer<N>>
  /** Checkpoint, close, zero the keys. */
  close(): Promise<void>
}

export interface Created {
  clinic: Clinic
  recoveryCodes: [string, string]
  facility: { id: string; name: string }
  device: string
}

type CreateOptions = EngineOptions &
  Omit<NewClinic, 'alsoClinician'> & {
    alsoClinician?: boolean
    /** The operator has noted the codes. Otherwise the clinic is there only after `clinic.confirmRecovery`. */
    recoveryNoted?: boolean
  }

/** Makes a clinic in an empty folder and signs its admin in. */
export async function createClinic(options: CreateOptions): Promise<Created> {
  const { facility, admin, alsoClinician = false, language, recoveryNoted = false, ...rest } = options
  const engine = new Engine(rest)
  try {
    const { recoveryCodes } = unwrap(
      await engine.dispatch('clinic.create', {
        facility,
        admin,
        alsoClinician,
        ...(language !== undefined && { language }),
      }),
    )
    if (recoveryNoted) await engine.recoveryNoted()
    const clinic = clinicOf(engine)
    return { clinic, recoveryCodes, facility: clinic.facility, device: clinic.device }
  } catch (error) {
    await engine.close()
    throw error
  }
}

/** Signs in to the clinic in that folder. Close it when done: nobody else can open it meanwhile. */
export async function openClinic(
  options: EngineOptions & { login: string; password: string },
): Promise<Clinic & { user: SessionUser }> {
  const { login, password, ...rest } = options
  const engine = new Engine(rest)
  try {
    if (engine.state === 'empty') throw new AlcoveError('no-clinic', 'There is no clinic in this folder yet.')
    const { user } = unwrap(await engine.dispatch('session.signIn', { login, password }))
    return Object.assign(clinicOf(engine), { user })
  } catch (error) {
    await engine.close()
    throw error
  }
}

/** The value of an answer, or its error thrown. */
export function unwrap<V>(
  answer:
    | { ok: true; value: V }
    | { ok: false; error: { code: string; message: string; details?: AlcoveError['details'] } },
): V {
  if (answer.ok) return answer.value
  throw new AlcoveError(answer.error.code as AlcoveError['code'], answer.error.message, answer.error.details)
}

function clinicOf(engine: Engine): Clinic {
  const { facility } = engine.status()
  const { device } = engine
  if (!facility || device === undefined) throw new AlcoveError('no-clinic', 'There is no clinic in this folder yet.')
  return {
    engine,
    facility,
    device,
    get outbox() {
      return engine.outbox
    },
    dispatch: (name, input) => engine.dispatch(name, input),
    close: () => engine.close(),
  }
}
