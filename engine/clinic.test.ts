import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { decodeEntry } from '../domain/entry.ts'
import { KINDS } from '../domain/kinds.ts'
import { createClinic, openClinic, unwrap } from './clinic.ts'
import { Engine } from './engine.ts'
import { closing, contextOf, PASSWORD, QUICK, scratchClinic, scratchFolder } from './scratch.ts'

const NEW = {
  facility: 'Test Clinic',
  admin: { login: 'asha', name: 'Dr Asha Rao', password: PASSWORD },
  alsoClinician: true,
}
const OTHER = 'another long password'
const code = (expected: string) => ({ ok: false, error: { code: expected } })
const noted = (clinic: Parameters<typeof contextOf>[0]) =>
  contextOf(clinic)
    .db.all<{ body: string }>(`select body from journal where kind <> 'change' order by seq`)
    .map(({ body }) => decodeEntry(body))

describe('setting up', () => {
  test('is not finished until one of the two codes is typed back', async () => {
    const dir = scratchFolder()
    const engine = closing(new Engine({ dir, kdf: QUICK }))
    expect(engine.status()).toMatchObject({ state: 'empty' })
    const { recoveryCodes } = unwrap(await engine.dispatch('clinic.create', NEW))
    expect(engine.status()).toMatchObject({ state: 'setup', facility: { name: 'Test Clinic' } })
    expect(await engine.dispatch('user.list', {})).toMatchObject(code('no-clinic'))
    expect(await engine.dispatch('clinic.confirmRecovery', { code: `${recoveryCodes[0]}X` })).toMatchObject(
      code('recovery-code'),
    )
    const { user } = unwrap(await engine.dispatch('clinic.confirmRecovery', { code: recoveryCodes[1].toLowerCase() }))
    expect(user).toMatchObject({ login: 'asha', name: 'Dr Asha Rao', roles: ['admin', 'clinician'] })
    expect(contextOf({ engine }).store.list(KINDS.practitioner)).toMatchObject([
      { prefix: 'Dr', given: 'Asha', family: 'Rao' },
    ])
    expect(engine.status()).toMatchObject({ state: 'open', user: { login: 'asha' } })
  })

  test('that was broken off leaves a folder in which a clinic can be made', async () => {
    const dir = scratchFolder()
    // As a crash would: the process ends with the setup under way.
    const script = `
      import { Engine } from ${JSON.stringify(join(import.meta.dirname, 'engine.ts'))}
      const engine = new Engine({ dir: ${JSON.stringify(dir)}, kdf: ${JSON.stringify(QUICK)} })
      await engine.dispatch('clinic.create', ${JSON.stringify(NEW)})
      process.kill(process.pid, 'SIGKILL')`
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', script]).signal).toBe('SIGKILL')
    expect(existsSync(join(dir, 'clinic.new.db'))).toBe(true)
    const engine = closing(new Engine({ dir, kdf: QUICK }))
    expect(engine.state).toBe('empty')
    const { recoveryCodes } = unwrap(await engine.dispatch('clinic.create', NEW))
    unwrap(await engine.dispatch('clinic.confirmRecovery', { code: recoveryCodes[0] }))
    expect(readdirSync(dir)).not.toContain('clinic.new.db')
  })

  test('cut off after the keys were written and before the database had its name is finished at the next start', async () => {
    const { dir, clinic } = await scratchClinic()
    await clinic.close()
    const { renameSync } = await import('node:fs')
    renameSync(join(dir, 'clinic.db'), join(dir, 'clinic.new.db'))
    const opened = closing(await openClinic({ dir, login: 'asha', password: PASSWORD }))
    expect(opened.user.login).toBe('asha')
  })

  test('can be begun again before a code was typed back, and not after', async () => {
    const dir = scratchFolder()
    const engine = closing(new Engine({ dir, kdf: QUICK }))
    const first = unwrap(await engine.dispatch('clinic.create', NEW))
    const second = unwrap(await engine.dispatch('clinic.create', NEW))
    expect(await engine.dispatch('clinic.confirmRecovery', { code: first.recoveryCodes[0] })).toMatchObject(
      code('recovery-code'),
    )
    unwrap(await engine.dispatch('clinic.confirmRecovery', { code: second.recoveryCodes[0] }))
    expect(await engine.dispatch('clinic.create', NEW)).toMatchObject(code('clinic-exists'))
    await engine.close()
    await expect(createClinic({ ...NEW, dir, kdf: QUICK })).rejects.toMatchObject({ code: 'clinic-exists' })
  })

  test('takes no short password', async () => {
    const short = { ...NEW, admin: { ...NEW.admin, password: 'eleven char' } }
    await expect(createClinic({ ...short, dir: scratchFolder(), kdf: QUICK })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('at least 12 characters'),
    })
  })

  test('does not touch records whose keys are missing', async () => {
    const { dir, clinic } = await scratchClinic()
    await clinic.close()
    for (const name of ['keyring.json', 'keyring.previous.json']) rmSync(join(dir, name), { force: true })
    const before = readFileSync(join(dir, 'clinic.db'))
    await expect(createClinic({ ...NEW, dir, kdf: QUICK })).rejects.toMatchObject({ code: 'damaged' })
    expect(readFileSync(join(dir, 'clinic.db')).equals(before)).toBe(true)
  })
})

describe('opening', () => {
  test('keeps what was written, and leaves nothing but the files of a closed clinic behind', async () => {
    const { dir, clinic, context } = await scratchClinic()
    const { id } = context.store.save(KINDS.patient, { family: 'Rao', sex: 'female' })
    await clinic.close()
    expect(readdirSync(dir).filter((name) => /wal|shm|journal|new/.test(name))).toEqual([])
    const again = closing(await openClinic({ dir, login: 'asha', password: PASSWORD }))
    expect(contextOf(again).store.get(KINDS.patient, id)).toMatchObject({ family: 'Rao' })
  })

  test('a wrong password and an unknown user get the same answer', async () => {
    const { dir, clinic } = await scratchClinic()
    await clinic.close()
    const engine = closing(new Engine({ dir }))
    const wrong = await engine.dispatch('session.signIn', { login: 'asha', password: 'not that' })
    const unknown = await engine.dispatch('session.signIn', { login: 'nobody', password: 'not that' })
    expect(wrong).toMatchObject(code('wrong-password'))
    expect(unknown).toEqual(wrong)
  })

  test('an unknown user takes as long as a wrong password: the same work is done for both', async () => {
    const { dir, clinic } = await scratchClinic({ kdf: { memory: 32 * 1024, passes: 3, lanes: 1 } })
    await clinic.close()
    const took: Record<string, number[]> = { asha: [], nobody: [] }
    for (let round = 0; round < 4; round++) {
      for (const [login, times] of Object.entries(took)) {
        const start = performance.now()
        // Fresh each time, and a new name for nobody, so that neither has to wait.
        const name = login === 'asha' ? login : `${login}${round}`
        await closing(new Engine({ dir })).dispatch('session.signIn', { login: name, password: 'wrong' })
        times.push(performance.now() - start)
      }
    }
    const quickest = (login: string) => Math.min(...(took[login] ?? []))
    expect(quickest('nobody') / quickest('asha')).toBeGreaterThan(0.5)
    expect(quickest('nobody') / quickest('asha')).toBeLessThan(2)
  })

  test('a second time, while it is open, is refused; not after, nor after a crash', async () => {
    const { dir, clinic } = await scratchClinic()
    const second = { dir, login: 'asha', password: PASSWORD }
    await expect(openClinic(second)).rejects.toMatchObject({ code: 'already-open' })
    // From another process too: the lock is the system's.
    const script = `
      import { openClinic } from ${JSON.stringify(join(import.meta.dirname, 'clinic.ts'))}
      try { await openClinic(${JSON.stringify(second)}); process.kill(process.pid, 'SIGKILL') }
      catch (error) { console.log(error.code) }`
    const elsewhere = () => spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
    expect(elsewhere().stdout.trim()).toBe('already-open')
    await clinic.close()
    expect(elsewhere().signal).toBe('SIGKILL')
    expect(closing(await openClinic(second)).user.login).toBe('asha')
  })

  test('says so where there is no clinic, and where the database is damaged', async () => {
    const credentials = { login: 'asha', password: PASSWORD }
    await expect(openClinic({ dir: scratchFolder(), ...credentials })).rejects.toMatchObject({ code: 'no-clinic' })
    const { dir, clinic } = await scratchClinic()
    await clinic.close()
    const file = join(dir, 'clinic.db')
    const bytes = readFileSync(file)
    bytes[100] = (bytes[100] ?? 0) ^ 1
    writeFileSync(file, bytes)
    await expect(openClinic({ dir, ...credentials })).rejects.toMatchObject({
      code: 'damaged',
      message: expect.stringContaining('backup'),
    })
    rmSync(file)
    await expect(openClinic({ dir, ...credentials })).rejects.toMatchObject({ code: 'damaged' })
  })

  test('goes on with the keyring before, if the newest is damaged, mends it and puts it on record', async () => {
    const { dir, clinic } = await scratchClinic()
    unwrap(await clinic.dispatch('user.add', { login: 'nina', name: 'Nina', roles: ['nurse'], password: OTHER }))
    await clinic.close()
    writeFileSync(join(dir, 'keyring.json'), 'rubbish')
    const opened = closing(await openClinic({ dir, login: 'asha', password: PASSWORD }))
    expect(noted(opened).some((entry) => entry.record === 'keyring.fellBack')).toBe(true)
    expect(readFileSync(join(dir, 'keyring.json'), 'utf8')).toContain('"alcove":"keyring"')
  })
})

describe('guessing', () => {
  test('waits after five failures, longer each time, across restarts, and is on record when somebody gets in', async () => {
    let now = Date.parse('2026-01-12T09:00:00Z')
    const { dir, clinic } = await scratchClinic({ now: () => now })
    await clinic.close()
    const attempt = (password: string, login = 'asha') =>
      closing(new Engine({ dir, now: () => now })).dispatch('session.signIn', { login, password })
    for (let at = 0; at < 5; at++) expect(await attempt('wrong')).toMatchObject(code('wrong-password'))
    expect(await attempt(PASSWORD)).toMatchObject({ error: { code: 'locked-out', details: { retryAfter: 30 } } })
    now += 31_000
    expect(await attempt('wrong')).toMatchObject(code('wrong-password'))
    expect(await attempt(PASSWORD)).toMatchObject({ error: { details: { retryAfter: 60 } } })
    for (let at = 0; at < 10; at++) {
      now += 16 * 60_000
      await attempt('wrong')
    }
    expect(await attempt(PASSWORD)).toMatchObject({ error: { details: { retryAfter: 900 } } })
    // An unknown name waits like a known one.
    for (let at = 0; at < 5; at++) await attempt('wrong', 'ghost')
    expect(await attempt('wrong', 'ghost')).toMatchObject(code('locked-out'))
    // A clock set back does not make it wait for ever; what is typed as a name is not kept.
    expect(readFileSync(join(dir, 'lockout.json'), 'utf8')).not.toMatch(/asha|ghost/)
    now += 16 * 60_000
    const opened = closing(await openClinic({ dir, login: 'asha', password: PASSWORD, now: () => now }))
    const failures = noted(opened).filter((entry) => entry.record === 'session.failed')
    expect(failures.filter((entry) => entry.id === opened.user.id)).toHaveLength(16)
    expect(failures.filter((entry) => entry.id === 'unknown')).toHaveLength(5)
  })
})

describe('recovery', () => {
  test('with a printed code sets a new password, and replaces the code', async () => {
    const { dir, clinic, recoveryCodes } = await scratchClinic()
    await clinic.close()
    const engine = closing(new Engine({ dir }))
    const ask = { code: recoveryCodes[0], login: 'asha', newPassword: OTHER }
    expect(await engine.dispatch('session.recover', { ...ask, code: 'ABCD' })).toMatchObject(code('recovery-code'))
    expect(await engine.dispatch('session.recover', { ...ask, login: 'nobody' })).toMatchObject(code('recovery-code'))
    const { recoveryCode } = unwrap(await engine.dispatch('session.recover', ask))
    expect(recoveryCode).not.toBe(recoveryCodes[0])
    expect(noted({ engine }).at(-1)?.record).toBe('session.recovered')
    unwrap(await engine.dispatch('session.signOut', {}))
    expect(await engine.dispatch('session.recover', ask)).toMatchObject(code('recovery-code'))
    expect(await engine.dispatch('session.signIn', { login: 'asha', password: PASSWORD })).toMatchObject(
      code('wrong-password'),
    )
    unwrap(await engine.dispatch('session.signIn', { login: 'asha', password: OTHER }))
    unwrap(await engine.dispatch('session.signOut', {}))
    unwrap(await engine.dispatch('session.recover', { ...ask, code: recoveryCode, newPassword: PASSWORD }))
  })
})

test('a recovery code is not used up on a database that does not open', async () => {
  const { dir, clinic, recoveryCodes } = await scratchClinic()
  await clinic.close()
  const file = join(dir, 'clinic.db')
  const [whole, keys] = [readFileSync(file), readFileSync(join(dir, 'keyring.json'), 'utf8')]
  const bytes = Buffer.from(whole)
  bytes[100] = (bytes[100] ?? 0) ^ 1
  writeFileSync(file, bytes)
  const ask = { code: recoveryCodes[0], login: 'asha', newPassword: OTHER }
  const engine = closing(new Engine({ dir }))
  expect(await engine.dispatch('session.recover', ask)).toMatchObject(code('damaged'))
  expect(readFileSync(join(dir, 'keyring.json'), 'utf8')).toBe(keys)
  writeFileSync(file, whole)
  expect(await engine.dispatch('session.recover', ask)).toMatchObject({ ok: true })
})

describe('people', () => {
  async function withNina() {
    const made = await scratchClinic()
    const added = await made.clinic.dispatch('user.add', {
      login: 'Nina',
      name: 'Nina',
      roles: ['nurse'],
      password: OTHER,
    })
    return { ...made, nina: unwrap(added).user }
  }
  const signIn = (login: string, password: string) => ({ login, password })

  test('switch without the clinic closing, and each does what their role allows', async () => {
    const { clinic } = await withNina()
    expect(unwrap(await clinic.dispatch('session.signIn', signIn('nina', OTHER))).user.name).toBe('Nina')
    expect(await clinic.dispatch('user.list', {})).toMatchObject(code('not-permitted'))
    expect(await clinic.dispatch('session.signIn', signIn('asha', 'wrong'))).toMatchObject(code('wrong-password'))
    expect(clinic.engine.status().user?.name).toBe('Nina')
    unwrap(await clinic.dispatch('session.signIn', signIn('asha', PASSWORD)))
    expect(unwrap(await clinic.dispatch('user.list', {})).users).toHaveLength(2)
    const records = noted(clinic).map((entry) => entry.record)
    expect(records.filter((record) => record === 'session.signedOut')).toHaveLength(2)
    expect(records.filter((record) => record === 'session.failed')).toHaveLength(1)
  })

  test('change their password with the current one only', async () => {
    const { clinic } = await withNina()
    unwrap(await clinic.dispatch('session.signIn', signIn('nina', OTHER)))
    const next = 'a third long password'
    expect(await clinic.dispatch('session.changePassword', { current: 'x', next })).toMatchObject(
      code('wrong-password'),
    )
    unwrap(await clinic.dispatch('session.changePassword', { current: OTHER, next }))
    expect(await clinic.dispatch('session.signIn', signIn('nina', OTHER))).toMatchObject(code('wrong-password'))
    unwrap(await clinic.dispatch('session.signIn', signIn('nina', next)))
  })

  test('are removed, and let in again with a password that an admin sets', async () => {
    const { clinic, nina } = await withNina()
    unwrap(await clinic.dispatch('user.remove', { id: nina.id }))
    expect(await clinic.dispatch('session.signIn', signIn('nina', OTHER))).toMatchObject(code('wrong-password'))
    unwrap(await clinic.dispatch('user.resetPassword', { id: nina.id, password: 'set by an admin' }))
    unwrap(await clinic.dispatch('session.signIn', signIn('nina', 'set by an admin')))
    expect(await clinic.dispatch('data.verify', {})).toMatchObject(code('not-permitted'))
  })

  test('lose a role at once, and can be renamed', async () => {
    const { clinic, nina } = await withNina()
    unwrap(await clinic.dispatch('user.change', { id: nina.id, patch: { login: 'nina.k', roles: ['front-desk'] } }))
    unwrap(await clinic.dispatch('session.signIn', signIn('nina.k', OTHER)))
    expect(clinic.engine.status().user?.roles).toEqual(['front-desk'])
  })

  test('cannot take a login that is taken, remove themselves, or leave the clinic without an admin', async () => {
    const { clinic, context, nina } = await withNina()
    const twin = { login: 'NINA', name: 'Other', roles: ['nurse' as const], password: OTHER }
    expect(await clinic.dispatch('user.add', twin)).toMatchObject(code('conflict'))
    expect(await clinic.dispatch('user.change', { id: nina.id, patch: { login: 'Asha' } })).toMatchObject(
      code('conflict'),
    )
    expect(await clinic.dispatch('user.remove', { id: context.user.id })).toMatchObject(code('not-permitted'))
    const demote = { id: context.user.id, patch: { roles: ['nurse' as const] } }
    expect(await clinic.dispatch('user.change', demote)).toMatchObject(code('not-permitted'))
    // A refused command leaves nothing behind, in the journal either.
    expect(noted(clinic).map((entry) => entry.record)).not.toContain('user.removed')
  })

  test('a full disk while somebody is added: neither record nor way in, and then it works', async () => {
    const { clinic, context } = await withNina()
    const before = readFileSync(join(context.dir, 'keyring.json'), 'utf8')
    context.db.pragma(`max_page_count=${Number(context.db.pragma('page_count'))}`)
    const add = (at: number) =>
      clinic.dispatch('user.add', { login: `user${at}`, name: 'x'.repeat(200), roles: ['nurse'], password: OTHER })
    let at = 0
    let answer = await add(at)
    while (answer.ok) answer = await add(++at)
    expect(answer).toMatchObject(code('disk-full'))
    const users = unwrap(await clinic.dispatch('user.list', {})).users.map((user) => user.login)
    expect(users).not.toContain(`user${at}`)
    expect(readFileSync(join(context.dir, 'keyring.json'), 'utf8') === before).toBe(at === 0)
    context.db.pragma('max_page_count=1000000')
    unwrap(await add(at))
    expect(unwrap(await clinic.dispatch('data.verify', {})).problems).toEqual([])
  })
})

test('keys that are older than the records are used, and on record; the former password they take is no secret way in', async () => {
  const { clinic, context, dir } = await scratchClinic()
  const before = readFileSync(join(dir, 'keyring.json'))
  unwrap(await clinic.dispatch('session.changePassword', { current: PASSWORD, next: 'another long password' }))
  expect(context.dir).toBe(dir)
  await clinic.close()
  writeFileSync(join(dir, 'keyring.json'), before)
  const again = closing(await openClinic({ dir, login: 'asha', password: PASSWORD }))
  expect(noted(again).some((entry) => entry.record === 'keyring.older')).toBe(true)
})

test('a removed person who puts the former keys back is not let in, and the attempt is counted and on record', async () => {
  const { clinic, dir } = await scratchClinic()
  const { user } = unwrap(
    await clinic.dispatch('user.add', { login: 'gone', name: 'Gone', roles: ['nurse'], password: PASSWORD }),
  )
  const before = readFileSync(join(dir, 'keyring.json'))
  unwrap(await clinic.dispatch('user.remove', { id: user.id }))
  await clinic.close()
  const after = readFileSync(join(dir, 'keyring.json'))
  writeFileSync(join(dir, 'keyring.json'), before)
  const engine = closing(new Engine({ dir, kdf: QUICK }))
  for (let attempt = 0; attempt < 5; attempt++) {
    expect(await engine.dispatch('session.signIn', { login: 'gone', password: PASSWORD })).toMatchObject(
      code('wrong-password'),
    )
  }
  expect(await engine.dispatch('session.signIn', { login: 'gone', password: PASSWORD })).toMatchObject(
    code('locked-out'),
  )
  writeFileSync(join(dir, 'keyring.json'), after)
  unwrap(await engine.dispatch('session.signIn', { login: 'asha', password: PASSWORD }))
  expect(noted({ engine }).filter((entry) => entry.record === 'session.failed')).toHaveLength(5)
})

test('the current password is not guessed faster in an open session than at the door', async () => {
  const { clinic } = await scratchClinic()
  const change = (current: string) =>
    clinic.dispatch('session.changePassword', { current, next: 'another long password' })
  for (let attempt = 0; attempt < 5; attempt++) expect(await change('a guess')).toMatchObject(code('wrong-password'))
  expect(await change(PASSWORD)).toMatchObject(code('locked-out'))
})
