import { EventEmitter } from 'node:events'
import type { Session, WebContents } from 'electron'
import { beforeEach, describe, expect, test, vi } from 'vitest'

const opened: string[] = []
vi.mock('electron', () => ({
  shell: {
    openExternal: async (url: string) => {
      opened.push(url)
    },
  },
}))
const { closeContents, closeSession, mayOpen } = await import('./security.ts')

beforeEach(() => {
  opened.length = 0
})

test('a link opens outside only if it is https and on the list', () => {
  expect(mayOpen('https://www.hl7.org/fhir/R4/')).toBe(true)
  for (const url of [
    'http://www.hl7.org/',
    'https://www.hl7.org.evil.example/',
    'https://evil.example/?www.hl7.org',
    'https://www.hl7.org@evil.example/',
    'https://user:pass@www.hl7.org/',
    'https://www.hl7.org:8443/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'ms-msdt:/id',
    'smb://www.hl7.org/x',
    'app://alcove/',
    '//www.hl7.org',
    '',
  ])
    expect(mayOpen(url), url).toBe(false)
})

describe('a page stays where it is', () => {
  class Contents extends EventEmitter {
    open: ((details: { url: string }) => { action: string }) | undefined
    setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
      this.open = handler
    }
  }
  const closed = () => {
    const contents = new Contents()
    closeContents(contents as unknown as WebContents)
    return contents
  }

  test.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])('%s', (name) => {
    const preventDefault = vi.fn()
    closed().emit(name, { preventDefault, url: 'http://x/?next=app://alcove/' })
    expect(preventDefault).toHaveBeenCalledOnce()
  })

  test('no window opens, and only a listed link goes to the browser', () => {
    const { open } = closed()
    expect(open?.({ url: 'https://evil.example/' })).toEqual({ action: 'deny' })
    expect(open?.({ url: 'app://alcove/' })).toEqual({ action: 'deny' })
    expect(opened).toEqual([])
    expect(open?.({ url: 'https://icd.who.int/' })).toEqual({ action: 'deny' })
    expect(opened).toEqual(['https://icd.who.int/'])
  })
})

test('a session grants nothing and fetches nothing but our files', () => {
  const handlers = new Map<string, (...args: unknown[]) => unknown>()
  const keep = (name: string) => (handler: (...args: unknown[]) => unknown) => void handlers.set(name, handler)
  const speller = vi.fn()
  closeSession({
    setPermissionRequestHandler: keep('request'),
    setPermissionCheckHandler: keep('check'),
    setDevicePermissionHandler: keep('device'),
    setSpellCheckerEnabled: speller,
    on: (_name: string, handler: (...args: unknown[]) => unknown) => keep('download')(handler),
    webRequest: { onBeforeRequest: keep('fetch') },
  } as unknown as Session)

  const answer = vi.fn()
  handlers.get('request')?.(null, 'geolocation', answer)
  expect(answer).toHaveBeenCalledWith(false)
  expect(handlers.get('check')?.(null, 'clipboard-read')).toBe(false)
  expect(handlers.get('device')?.({})).toBe(false)
  expect(speller).toHaveBeenCalledWith(false)
  for (const [url, cancel] of [
    ['app://alcove/index.html', false],
    ['http://127.0.0.1:80/', true],
    ['https://example.com/?app://alcove/', true],
    ['devtools://devtools/', true],
  ] as const) {
    const decided = vi.fn()
    handlers.get('fetch')?.({ url }, decided)
    expect(decided).toHaveBeenCalledWith({ cancel })
  }
})
