import { beforeEach, expect, test, vi } from 'vitest'

type Handler = (event: { senderFrame: object | null }, name?: unknown, input?: unknown) => unknown
let handler: Handler = () => undefined
vi.mock('electron', () => ({
  ipcMain: {
    handle: (_channel: string, given: Handler) => {
      handler = given
    },
  },
}))
const { answerPage, isOurPage } = await import('./broker.ts')

const frame = (url: string, parent: object | null = null) => ({ url, parent }) as Parameters<typeof isOurPage>[1]
const main = frame('app://alcove/')
const shell = vi.fn(async () => ({ ok: true }))
const engine = vi.fn(async () => ({ ok: true }))

beforeEach(() => {
  vi.clearAllMocks()
  answerPage(() => main, { shell, engine })
})

test('only the main frame of our own page may ask', () => {
  expect(isOurPage(main, main)).toBe(true)
  expect(isOurPage(null, main)).toBe(false)
  for (const url of ['', 'about:blank', 'app://alcove.evil/', 'https://alcove/', 'file:///x', 'data:text/html,x']) {
    const stranger = frame(url)
    expect(isOurPage(stranger, stranger), url).toBe(false)
  }
  const inner = frame('app://alcove/', main)
  expect(isOurPage(inner, inner)).toBe(false)
  expect(isOurPage(frame('app://alcove/'), main)).toBe(false)
})

test('a stranger is refused before anything is looked at', async () => {
  expect(await handler({ senderFrame: frame('about:blank') }, 'patient.search', {})).toMatchObject({
    error: { code: 'not-permitted' },
  })
  expect(await handler({ senderFrame: null }, 'shell.print', {})).toMatchObject({ error: { code: 'not-permitted' } })
  expect(engine).not.toHaveBeenCalled()
  expect(shell).not.toHaveBeenCalled()
})

test('calls go to the shell or to the engine by their name alone, with the input as it came', async () => {
  await handler({ senderFrame: main }, 'patient.search', { text: 'x' })
  await handler({ senderFrame: main }, 'shell.print', {})
  expect(engine.mock.calls).toEqual([['patient.search', { text: 'x' }]])
  expect(shell.mock.calls).toEqual([['shell.print', {}]])
})

test('what is no name of a call goes nowhere', async () => {
  for (const name of [undefined, 7, {}, '', 'search', '__proto__.x', 'patient.', 'a.b.c', 'select * from patient'])
    expect(await handler({ senderFrame: main }, name, {})).toMatchObject({ error: { code: 'bad-input' } })
  expect(engine).not.toHaveBeenCalled()
})
