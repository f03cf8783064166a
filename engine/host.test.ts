import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type Port, runEngine } from './host.ts'
import { closing, PASSWORD, QUICK, scratchClinic, scratchFolder } from './scratch.ts'

const ports: MessagePort[] = []
afterEach(() => {
  for (const port of ports.splice(0)) port.close()
})

/** The engine behind a real message port, and what a page's side of it does: ask, and hear events. */
function hosted(dir: string) {
  const { port1, port2 } = new MessageChannel()
  ports.push(port1, port2)
  const engine = closing(runEngine(port1 as Port, { dir, kdf: QUICK }))
  const events: unknown[] = []
  const waiting = new Map<number, (answer: unknown) => void>()
  port2.on('message', (message: { id?: number; answer?: unknown }) => {
    if (message.id === undefined) events.push(message)
    else waiting.get(message.id)?.(message.answer)
  })
  let last = 0
  const ask = (name: unknown, input: unknown = {}) =>
    new Promise<unknown>((resolve) => {
      const id = ++last
      waiting.set(id, resolve)
      port2.postMessage({ id, name, input })
    })
  return { ask, events, engine, port: port2 }
}

describe('the engine behind a port', () => {
  test('answers each call under its number, from locked to open to locked', async () => {
    const { dir, clinic } = await scratchClinic()
    await clinic.close()
    const { ask, events } = hosted(dir)
    expect(await ask('clinic.status')).toMatchObject({
      ok: true,
      value: { state: 'locked', facility: { name: 'Test Clinic' } },
    })
    expect(await ask('user.list')).toMatchObject({ error: { code: 'not-permitted' } })
    expect(await ask('session.signIn', { login: 'asha', password: PASSWORD })).toMatchObject({ ok: true })
    const person = { login: 'nina', name: 'Nina', roles: ['nurse'], password: 'another long password' }
    const answers = await Promise.all([ask('user.list'), ask('user.add', person), ask('clinic.status')])
    expect(answers).toMatchObject([
      { value: { users: [{ login: 'asha' }] } },
      { value: { user: { login: 'nina' } } },
      { value: { state: 'open' } },
    ])
    expect(events).toEqual([{ event: 'records.changed', data: { kinds: ['user'] } }])
    expect(await ask('session.signOut')).toMatchObject({ ok: true })
    expect(await ask('clinic.status')).toMatchObject({ value: { state: 'locked' } })
  })

  test('reads for the first search once somebody has signed in, and not before', async () => {
    const { dir, clinic } = await scratchClinic()
    await clinic.close()
    const { ask, engine } = hosted(dir)
    const warm = vi.spyOn(engine, 'warm')
    await ask('clinic.status')
    expect(warm).not.toHaveBeenCalled()
    await ask('session.signIn', { login: 'asha', password: PASSWORD })
    await ask('user.list')
    await vi.waitFor(() => expect(warm).toHaveBeenCalledOnce(), { timeout: 20_000 })
    expect(() => engine.warm()).not.toThrow()
  })

  test('says empty where there is nothing, and does not make the folder by looking', async () => {
    const { ask } = hosted(`${scratchFolder()}/not-there`)
    expect(await ask('clinic.status')).toMatchObject({ value: { state: 'empty' } })
  })

  test('is not disturbed by what is no call', async () => {
    const { ask, port } = hosted(scratchFolder())
    for (const message of [undefined, null, 7, 'x', {}, { id: 'x', name: 'clinic.status' }, { id: 1 }, [1]]) {
      port.postMessage(message)
    }
    expect(await ask('clinic.status')).toMatchObject({ ok: true })
  })

  test('two people who sign in at once do not get in each other’s way', async () => {
    const { dir, clinic } = await scratchClinic()
    await clinic.close()
    const { ask } = hosted(dir)
    const credentials = { login: 'asha', password: PASSWORD }
    const answers = await Promise.all([
      ask('session.signIn', credentials),
      ask('session.signIn', credentials),
      ask('session.signOut'),
    ])
    // The sign-out came while nobody had got in yet, and was told so.
    expect(answers).toMatchObject([{ ok: true }, { ok: true }, { ok: false }])
    expect(await ask('clinic.status')).toMatchObject({ value: { state: 'open' } })
  })
})

test('an answer that cannot be sent is an error to who asked, and the end of nothing', async () => {
  const sent: unknown[] = []
  let listener: (message: unknown) => void = () => undefined
  let refuses = true
  const port = {
    postMessage: (message: unknown) => {
      if (refuses) {
        refuses = false
        throw new Error('could not be cloned')
      }
      sent.push(message)
    },
    on: (_: 'message', heard: (message: unknown) => void) => {
      listener = heard
    },
  }
  runEngine(port, { dir: scratchFolder() })
  listener({ id: 1, name: 'clinic.status', input: {} })
  await vi.waitFor(() => expect(sent).toMatchObject([{ id: 1, answer: { ok: false, error: { code: 'internal' } } }]), {
    timeout: 20_000,
  })
})
