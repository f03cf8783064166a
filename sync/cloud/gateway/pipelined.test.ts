/** A transaction in few round trips is one all the same: whole or not at all, and what failed first is what is said. */
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sqlState } from '../errors.ts'
import { forFile } from '../testing/for-file.ts'
import { testCluster } from '../testing/postgres.ts'
import { pipelined } from './pipelined.ts'

const cluster = forFile(() => testCluster({ registry: false }))
let client: pg.Client

beforeAll(async () => {
  client = new pg.Client({ ...cluster.admin, pipeline: true })
  await client.connect()
  await client.query('create table public.line (n integer primary key)')
})
afterAll(() => client?.end())
beforeEach(async () => {
  await client.query('truncate public.line')
})

const add = (n: number) => ({ text: 'insert into public.line values ($1)', values: [n] })
const kept = async () => (await client.query('select n from public.line order by n')).rows.map(({ n }) => n)

test('what was only sent is on disk when it returns', async () => {
  const told = await pipelined(client, [{ text: 'select 7 as n' }], async ([answer], send) => {
    void send(add(1))
    void send(add(2))
    return answer?.rows[0].n
  })
  expect(told).toBe(7)
  expect(await kept()).toEqual([1, 2])
})

test.each([
  ['sent and not waited for', false],
  ['followed by something that is waited for', true],
])('a statement that fails, %s, undoes everything, and is what is told', async (_, waits) => {
  const run = pipelined(client, [], async (_, send) => {
    void send(add(1))
    void send(add(1))
    void send(add(2))
    if (waits) await send({ text: 'select' })
  })
  // unique_violation; whatever came after it was told that the transaction is aborted.
  await expect(run).rejects.toSatisfy((error) => sqlState(error) === '23505')
  expect(await kept()).toEqual([])
  expect(client.getTransactionStatus()).toBe('I')
})

test('one of the first statements fails: the work is not begun', async () => {
  let begun = false
  const run = pipelined(client, [{ text: 'select 1 / 0' }], async () => {
    begun = true
  })
  await expect(run).rejects.toSatisfy((error) => sqlState(error) === '22012')
  expect(begun).toBe(false)
  expect(client.getTransactionStatus()).toBe('I')
})

test('the work throws: nothing of what it sent stays', async () => {
  const run = pipelined(client, [], async (_, send) => {
    void send(add(1))
    throw new RangeError('no')
  })
  await expect(run).rejects.toBeInstanceOf(RangeError)
  expect(await kept()).toEqual([])
})

test('a statement that cannot even be sent undoes everything: PostgreSQL does not know of it', async () => {
  const value = {
    toPostgres: () => {
      throw new RangeError('Array buffer allocation failed')
    },
  }
  const run = pipelined(client, [], async (_, send) => {
    void send(add(1))
    void send({ text: 'insert into public.line values ($1)', values: [value] })
    void send(add(2))
  })
  await expect(run).rejects.toBeInstanceOf(RangeError)
  expect(await kept()).toEqual([])
  expect(client.getTransactionStatus()).toBe('I')
})

test('a commit that fails is no success', async () => {
  await client.query('alter table public.line add constraint late unique (n) deferrable initially deferred')
  await client.query('alter table public.line drop constraint line_pkey')
  const run = pipelined(client, [], async (_, send) => {
    void send(add(1))
    void send(add(1))
  })
  await expect(run).rejects.toSatisfy((error) => sqlState(error) === '23505')
  expect(await kept()).toEqual([])
})

test('the connection ends in between: it is told, and nothing is done', async () => {
  const other = new pg.Client({ ...cluster.admin, pipeline: true })
  other.on('error', () => {})
  await other.connect()
  const run = pipelined(other, [{ text: 'select pg_backend_pid() as pid' }], async ([answer], send) => {
    void send(add(3))
    await client.query('select pg_terminate_backend($1)', [answer?.rows[0].pid])
    void send(add(4))
  })
  await expect(run).rejects.toThrow()
  expect(await kept()).toEqual([])
  await other.end().catch(() => {})
})
