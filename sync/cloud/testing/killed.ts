/**
 * An operator's act in a process of its own, stopped at a known statement by a lock and then killed: what a power cut or an
 * impatient administrator does, at every step.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { Cluster } from '../cluster.ts'
import { connected } from './postgres.ts'

/** What is run: a function of one of the cloud's modules, its first argument the cluster. `ask:` stands for who is asked. */
export interface Acting {
  module: string
  call: string
  args: readonly unknown[]
}

function start(cluster: Cluster, { module, call, args }: Acting): ChildProcess {
  const source = `
    import { ${call} } from ${JSON.stringify(new URL(`file://${join(import.meta.dirname, '..', module)}`).href)}
    const args = ${JSON.stringify(args)}.map((arg) =>
      typeof arg === 'string' && arg.startsWith('ask:') ? async () => arg.slice(4) : arg)
    await ${call}(${JSON.stringify({ admin: cluster.admin, state: cluster.state })}, ...args)`
  return spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'ignore', 'pipe'] })
}

/**
 * Starts the act, waits until it stands before what `lock` (a LOCK statement's content, or a query) holds, kills it there, and
 * waits until PostgreSQL has noticed. Fails if the act never came to that point.
 */
export async function killedAt(cluster: Cluster, acting: Acting, lock: string): Promise<void> {
  await connected(cluster.admin, async (holder) => {
    await holder.query(`begin; ${lock}`)
    const child = start(cluster, acting)
    let said = ''
    child.stderr?.on('data', (chunk) => {
      said += chunk
    })
    const ended = once(child, 'exit')
    try {
      await waiting(holder, child, () => said)
    } finally {
      child.kill('SIGKILL')
      await ended
    }
    await holder.query('rollback')
    await gone(holder)
  })
}

async function waiting(holder: pg.Client, child: ChildProcess, said: () => string): Promise<void> {
  const until = Date.now() + 20_000
  for (;;) {
    const { rowCount } = await holder.query(
      // Not pg_stat_activity, of which a transaction sees one moment only.
      'select from pg_locks where not granted and pg_backend_pid() = any (pg_blocking_pids(pid))',
    )
    if (rowCount) return
    if (child.exitCode !== null) throw new Error(`the act ended before it came there: ${said()}`)
    if (Date.now() > until) throw new Error('the act never came there')
    await sleep(10)
  }
}

async function gone(holder: pg.Client): Promise<void> {
  for (;;) {
    const { rowCount } = await holder.query("select from pg_stat_activity where application_name = 'alcove cloud'")
    if (!rowCount) return
    await sleep(10)
  }
}
