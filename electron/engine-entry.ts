import { parseArgs } from 'node:util'
import { runEngine } from '../engine/host.ts'
import { parentPort } from './parent-port.ts'

/** The engine's own process: everything that holds a key runs in here and ends with it. */
const { values } = parseArgs({
  options: { data: { type: 'string' }, 'idle-minutes': { type: 'string', default: '5' } },
})
if (!values.data) throw new Error('The engine needs --data.')
runEngine(parentPort(), { dir: values.data, idleMinutes: Number(values['idle-minutes']) })
