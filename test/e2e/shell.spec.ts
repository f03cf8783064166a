import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildAll } from '../../electron/build.ts'
import { inetSockets } from '../inet-sockets.ts'
import { expect, type Launched, test } from './fixtures.ts'
import { ask, signIn } from './shell-asks.ts'

/** The shell's checklist, line by line, for what a page can try. */

test('the page has no way to Node or to IPC but the one that it is given', async ({ launch }) => {
  const { page } = await launch()
  const found = await page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'global', 'ipcRenderer', 'electron', '__alcoveOut'].filter(
      (name) => name in window,
    ),
  )
  expect(found).toEqual([])
  expect(await page.evaluate(() => Object.keys(window.alcove).sort())).toEqual(['invoke', 'on'])
  expect(await page.evaluate(() => Object.isFrozen(window.alcove))).toBe(true)
})

test('what the page hears are names and data, never the event that carries them', async ({ launch }) => {
  const { page } = await launch({ clinic: true })
  await signIn(page)
  await page.evaluate(() => {
    window.alcove.on('session.ended', (...heard: unknown[]) => {
      // The page is about to be replaced; its storage outlives it by a moment.
      sessionStorage.setItem('heard', JSON.stringify(heard))
    })
  })
  await page.evaluate(() => void window.alcove.invoke('shell.lock', {}))
  await page.waitForURL(/ended=lock/)
  expect(await page.evaluate(() => JSON.parse(sessionStorage.getItem('heard') ?? '[]'))).toEqual([{ reason: 'lock' }])
})

test('the page comes with a policy that lets nothing in or out', async ({ launch }) => {
  const { page } = await launch()
  await page.evaluate(async () => {
    const seen: string[] = []
    document.addEventListener('securitypolicyviolation', (event) => void seen.push(event.effectiveDirective))
    const script = document.createElement('script')
    script.textContent = 'window.inlined = true'
    document.head.append(script)
    const frame = document.createElement('iframe')
    frame.src = 'https://example.com/'
    document.body.append(frame)
    const image = new Image()
    image.src = 'https://example.com/x.png'
    await fetch('https://example.com/').catch(() => undefined)
    // A string that would be run as a script, from outside of what the test itself evaluates.
    setTimeout('window.inlined = true')
    Object.assign(window, { broken: seen })
  })
  const broken = () => page.evaluate(() => (window as unknown as { broken: string[] }).broken)
  await expect
    .poll(broken)
    .toEqual(expect.arrayContaining(['connect-src', 'frame-src', 'img-src', 'script-src', 'script-src-elem']))
  expect(await page.evaluate(() => 'inlined' in window)).toBe(false)
})

test('every permission is denied', async ({ launch }) => {
  const { page } = await launch()
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'midi']
    const asked = names.map((name) => navigator.permissions.query({ name: name as PermissionName }))
    return (await Promise.all(asked)).map(({ state }) => state)
  })
  expect(new Set(states)).toEqual(new Set(['denied']))
  expect(
    await page.evaluate(() => navigator.mediaDevices.getUserMedia({ audio: true }).catch(({ name }) => name)),
  ).toMatch(/NotAllowedError|NotFoundError/)
  expect(await page.evaluate(() => Notification.requestPermission())).toBe('denied')
})

test('the page cannot be led anywhere', async ({ launch }) => {
  const { page } = await launch()
  const before = page.url()
  for (const to of [
    'https://example.com/',
    'http://x/?next=app://alcove/',
    'https://www.hl7.org/',
    'file:///etc/passwd',
  ]) {
    await page.evaluate((url) => {
      location.href = url
    }, to)
    await page.waitForTimeout(150)
    expect(page.url(), to).toBe(before)
  }
  await page.evaluate(() => {
    const form = document.createElement('form')
    form.action = 'https://example.com/'
    document.body.append(form)
    form.submit()
  })
  await page.waitForTimeout(150)
  expect(page.url()).toBe(before)
  expect(await page.evaluate(() => typeof window.alcove.invoke)).toBe('function')
})

test('no window opens; only a listed link goes to the browser', async ({ launch }) => {
  const { page, app } = await launch()
  await page.evaluate(() => {
    window.open('https://example.com/')
    window.open('about:blank')
    window.open('https://icd.who.int/')
  })
  if (test.info().project.name === 'stand-in') await expect.poll(() => app.opened).toEqual(['https://icd.who.int/'])
  await expect.poll(() => page.context().pages().length).toBe(1)
})

test('a server on this very machine hears nothing from the page', async ({ launch }) => {
  const heard: string[] = []
  const server = createServer((request, response) => {
    heard.push(request.url ?? '')
    response.setHeader('access-control-allow-origin', '*').end('hello')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const { page } = await launch()
  const got = await page.evaluate(async (at) => {
    const ways = {
      fetch: () => fetch(at).then((response) => response.text()),
      beacon: async () => (navigator.sendBeacon(at, 'x') ? 'queued' : 'refused'),
      socket: () =>
        new Promise((resolve, reject) => {
          const socket = new WebSocket(at.replace('http', 'ws'))
          socket.onopen = () => resolve('open')
          socket.onerror = () => reject(new Error('refused'))
        }),
      image: () =>
        new Promise((resolve, reject) => {
          const image = new Image()
          image.onload = () => resolve('loaded')
          image.onerror = () => reject(new Error('refused'))
          image.src = at
        }),
    }
    const outcomes = Object.values(ways).map((way) =>
      Promise.resolve()
        .then(way)
        .then(String, () => 'refused'),
    )
    return Promise.all(outcomes)
  }, `http://127.0.0.1:${port}/`)
  expect(got[0]).toBe('refused')
  expect(got[2]).toBe('refused')
  expect(got[3]).toBe('refused')
  await page.waitForTimeout(300)
  expect(heard).toEqual([])
  server.close()
})

test('a frame inside the page has no bridge', async ({ launch }) => {
  const { page } = await launch()
  const inside = await page.evaluate(async () => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    await new Promise((resolve) => setTimeout(resolve, 100))
    return 'alcove' in (frame.contentWindow ?? {})
  })
  expect(inside).toBe(false)
})

test('calls that are no calls get a code and a sentence', async ({ launch }) => {
  const { page } = await launch()
  for (const [name, input] of [
    ['select * from patient', {}],
    ['shell.policy', { more: 1 }],
    ['shell.everything', {}],
    ['clinic.nothing', {}],
    ['clinic.status', { more: 1 }],
    ['data.import', { path: '/etc/passwd' }],
  ] as const)
    expect(await ask(page, name, input), name).toMatchObject({
      ok: false,
      error: { code: expect.any(String), message: expect.any(String) },
    })
})

test('a lock ends the engine’s process and replaces the page', async ({ launch }) => {
  const launched = await launch({ clinic: true })
  await signIn(launched.page)
  await locks(launched, 'lock', () => launched.page.evaluate(() => void window.alcove.invoke('shell.lock', {})))
})

test('signing out is locking', async ({ launch }) => {
  const launched = await launch({ clinic: true })
  await signIn(launched.page)
  await locks(launched, 'lock', () => launched.page.evaluate(() => void window.alcove.invoke('session.signOut', {})))
})

test('five minutes without anybody end the session, and so does a suspend', async ({ launch }) => {
  onStandIn()
  const launched = await launch({ clinic: true })
  await signIn(launched.page)
  await locks(launched, 'idle', async () => launched.app.idle(301))
  await signIn(launched.page)
  await locks(launched, 'lock', async () => launched.app.power('suspend'))
})

test('an engine that dies is told, and the next sign-in gets a new one', async ({ launch }) => {
  onStandIn()
  const launched = await launch({ clinic: true })
  await signIn(launched.page)
  const [engine] = launched.app.processes.keys()
  await locks(launched, 'engine-gone', async () => void process.kill(engine ?? 0, 'SIGKILL'))
  await signIn(launched.page)
})

test('with sync off nothing of ours holds an internet socket, and no worker is there', async ({ launch }) => {
  onStandIn()
  test.skip(process.platform !== 'linux', 'Sockets are read from /proc, which only Linux has.')
  const { page, app } = await launch({ clinic: true })
  await signIn(page)
  await page.evaluate(() => window.alcove.invoke('sync.status', {}))
  expect([...app.processes.values()]).toEqual(['Alcove records'])
  expect([app.pid, ...app.processes.keys()].flatMap((pid) => inetSockets(pid) ?? [])).toEqual([])
})

test('a second start on the same records comes to the first window', async ({ launch }) => {
  onStandIn()
  const { dir } = await launch({ clinic: true })
  await expect(launch({ dir })).rejects.toThrow('ended before it had shown a window')
})

test('the policy is obeyed and shown', async ({ launch }) => {
  const { page } = await launch({ policy: { syncAllowed: false, idleLock: 2, colour: 'blue' } })
  const status = await page.evaluate(() => window.alcove.invoke('clinic.status', {}))
  expect(status).toMatchObject({ ok: true, value: { idleMinutes: 2 } })
  const shown = await page.evaluate(() =>
    (window.alcove.invoke as (name: string, input: object) => Promise<unknown>)('shell.policy', {}),
  )
  expect(shown).toMatchObject({
    value: { values: { syncAllowed: false }, problems: [expect.stringContaining('colour')] },
  })
  expect(await page.evaluate(() => window.alcove.invoke('sync.enroll', { code: 'ALC1-X' }))).toMatchObject({
    error: { code: 'not-permitted', message: expect.stringContaining('policy') },
  })
})

test('the sample clinic opens signed in, with a full day and a password for after a lock', async ({ launch }) => {
  test.setTimeout(90_000)
  const { page } = await launch({ sample: true })
  expect(await ask(page, 'clinic.status', {})).toMatchObject({ value: { state: 'open', user: { login: 'asha' } } })
  const today = (await ask(page, 'patient.today', {})) as { value: { visits: unknown[] } }
  expect(today.value.visits.length).toBeGreaterThan(5)
  expect(await ask(page, 'shell.sample', {})).toMatchObject({ value: { sample: { login: 'asha' } } })
})

test('the app as it is bundled for packaging does the same', async ({ launch }) => {
  onStandIn()
  await buildAll()
  const launched = await launch({ clinic: true, bundled: true })
  await signIn(launched.page)
  const added = await ask(launched.page, 'patient.register', { family: 'Sample', given: 'Meera', sex: 'female' })
  expect(added).toMatchObject({ ok: true })
  expect(await ask(launched.page, 'code.search', { system: 'icd10', text: 'cough' })).toMatchObject({
    value: { codes: expect.arrayContaining([expect.objectContaining({ code: expect.any(String) })]) },
  })
  await locks(launched, 'lock', () => launched.page.evaluate(() => void window.alcove.invoke('shell.lock', {})))
})

function onStandIn(): void {
  test.skip(test.info().project.name !== 'stand-in', 'Needs a say over the system that only the stand-in has.')
}

/** What a lock must do, whatever brought it about. */
async function locks({ page, app }: Launched, reason: string, act: () => Promise<unknown>): Promise<void> {
  const [engine] = app.processes.keys()
  await page.evaluate(() => {
    Object.assign(window, { remembered: 'a patient' })
  })
  await act()
  await page.waitForURL(new RegExp(`ended=${reason}`))
  expect(await page.evaluate(() => 'remembered' in window)).toBe(false)
  if (engine !== undefined) {
    expect([...app.processes.keys()]).not.toContain(engine)
    expect(() => process.kill(engine, 0)).toThrow()
  }
  expect(await page.evaluate(() => window.alcove.invoke('clinic.status', {}))).toMatchObject({
    ok: true,
    value: { state: 'locked' },
  })
}
