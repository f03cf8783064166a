import { expect, LOGIN, PASSWORD, test } from './fixtures.ts'

/** The shell's checklist, line by line, for what a page can try. */

test('the page has no way to Node or to IPC but the one that it is given', async ({ launch }) => {
  const { page } = await launch()
  const found = await page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron', '__alcoveOut'].filter(
      (name) => name in window,
    ),
  )
  expect(found).toEqual([])
  expect(await page.evaluate(() => Object.keys(window.alcove).sort())).toEqual(['invoke', 'on'])
})

test('a sign-in is answered by the engine process and a lock ends that process and the page', async ({ launch }) => {
  const { page, app } = await launch({ clinic: true })
  const answer = await page.evaluate(
    ([login, password]) => window.alcove.invoke('session.signIn', { login, password }),
    [LOGIN, PASSWORD],
  )
  expect(answer).toMatchObject({ ok: true, value: { user: { login: LOGIN } } })
  const [before] = app.processes.keys()
  await page.evaluate(() => {
    Object.assign(window, { remembered: 'a patient' })
  })
  await page.evaluate(() => window.alcove.invoke('shell.lock', {}))
  await page.waitForURL(/ended=lock/)
  expect(await page.evaluate(() => 'remembered' in window)).toBe(false)
  expect([...app.processes.keys()]).not.toContain(before)
  expect(() => process.kill(before ?? 0, 0)).toThrow()
  expect(await page.evaluate(() => window.alcove.invoke('clinic.status', {}))).toMatchObject({
    ok: true,
    value: { state: 'locked' },
  })
})
