import type { BrowserWindow } from 'electron'
import { expect, test, vi } from 'vitest'

const dialog = { open: [] as string[], save: '' }
vi.mock('electron', () => ({
  dialog: {
    showOpenDialog: async () => ({ canceled: dialog.open.length === 0, filePaths: dialog.open }),
    showSaveDialog: async () => ({ canceled: dialog.save === '', filePath: dialog.save }),
  },
}))
const { ChosenFiles } = await import('./files.ts')
const window = {} as BrowserWindow

test('the page gets a token and a name, and the engine gets the path', async () => {
  const files = new ChosenFiles()
  dialog.open = ['/home/asha/Private/bundle.json']
  const file = await files.choose(window, 'import')
  expect(file?.name).toBe('bundle.json')
  expect(file?.token).not.toContain('asha')
  expect(files.resolve('data.import', { path: file?.token })).toEqual({
    input: { path: '/home/asha/Private/bundle.json' },
  })
})

test('a path that nobody chose is not passed on', async () => {
  const files = new ChosenFiles()
  for (const path of ['/etc/passwd', 'file:made-up', '', undefined, 7])
    expect(files.resolve('data.export', { path })).toBeUndefined()
  expect(files.resolve('data.import', null)).toBeUndefined()
})

test('a file chosen to read is not written, and one to write is written once', async () => {
  const files = new ChosenFiles()
  dialog.open = ['/a/in.json']
  dialog.save = '/a/out.json'
  const read = await files.choose(window, 'import')
  expect(files.resolve('data.export', { path: read?.token })).toBeUndefined()
  const write = await files.chooseSave(window, 'export', 'x.json')
  expect(files.resolve('data.export', { path: write?.token })).toEqual({ input: { path: '/a/out.json' } })
  expect(files.resolve('data.export', { path: write?.token })).toBeUndefined()
})

test('a choice ends with the session, and a cancelled dialog is none', async () => {
  const files = new ChosenFiles()
  dialog.open = ['/a/in.json']
  const file = await files.choose(window, 'import')
  files.forget()
  expect(files.resolve('data.import', { path: file?.token })).toBeUndefined()
  dialog.open = []
  expect(await files.choose(window, 'import')).toBeUndefined()
})

test('calls that take no file pass as they are', () => {
  const input = { path: '/not/looked/at' }
  expect(new ChosenFiles().resolve('patient.search', input)).toEqual({ input })
})

test('a backup goes into a folder that somebody chose, once, and nowhere that the page names', async () => {
  const files = new ChosenFiles()
  dialog.open = ['/media/stick']
  const folder = await files.chooseFolder(window)
  expect(folder?.name).toBe('stick')
  expect(files.resolve('data.import', { path: folder?.token })).toBeUndefined()
  expect(files.resolve('backup.create', { into: folder?.token })).toEqual({ input: { into: '/media/stick' } })
  expect(files.resolve('backup.create', { into: folder?.token })).toBeUndefined()
  for (const input of [{ into: '/home/asha/anywhere' }, { into: 7 }, {}, undefined])
    expect(files.resolve('backup.create', input)).toBeUndefined()
  // A file chosen to be read is no place to write to.
  dialog.open = ['/a/in.json']
  const read = await files.choose(window, 'import')
  expect(files.resolve('backup.create', { into: read?.token })).toBeUndefined()
})
