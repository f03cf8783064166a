import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { dataDir, type Surroundings } from './data-dir.ts'

const around = (over: Partial<Surroundings>): Surroundings => ({
  argv: [],
  env: {},
  platform: 'linux',
  packaged: true,
  home: '/home/asha/.config/Alcove',
  isWritable: () => false,
  ...over,
})

test('the folder that was said, else the machine’s, else the person’s own', () => {
  expect(dataDir(around({ argv: ['--data', '/srv/clinic'] }))).toBe(resolve('/srv/clinic'))
  expect(dataDir(around({ argv: ['.', '--data=/srv/clinic', '--other'] }))).toBe(resolve('/srv/clinic'))
  expect(dataDir(around({ isWritable: (dir) => dir === '/var/lib/alcove' }))).toBe('/var/lib/alcove')
  expect(dataDir(around({}))).toBe('/home/asha/.config/Alcove/records')
})

test('several people of one Windows machine share the machine’s folder', () => {
  const env = { ProgramData: 'D:\\ProgramData' }
  expect(dataDir(around({ platform: 'win32', env, isWritable: () => true }))).toContain('D:\\ProgramData')
})

test('records do not roam with a Windows profile', () => {
  const env = { LOCALAPPDATA: 'C:\\Users\\asha\\AppData\\Local' }
  expect(dataDir(around({ platform: 'win32', env }))).toContain('Local')
})

test('an installed app is not led elsewhere by its environment', () => {
  const env = { ALCOVE_DATA: '/tmp/elsewhere' }
  expect(dataDir(around({ env, packaged: false }))).toBe(resolve('/tmp/elsewhere'))
  expect(dataDir(around({ env, packaged: true }))).not.toContain('elsewhere')
})
