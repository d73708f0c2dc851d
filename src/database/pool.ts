import pg from 'pg';
import type { Log } from '../log.ts';

export type Pool = pg.Pool;
/** A client inside a transaction of ours. What takes a Tx must not call the network. */
export type Tx = pg.PoolClient & { readonly __tx?: never };
/** Anything that can run one statement. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

/** Our tables' schema; every connection of ours has it first on its search path. */
export const SCHEMA = 'mutabik';

/**
 * A transaction whose process says nothing for this long is ended by the server. A machine that lost its power, or a
 * process that was stopped, would otherwise keep its row locks, the audit head's among them, for two hours: everybody
 * else waits. Real time; the longest pause of ours between two statements is a page of `audit verify`, 0.1 s.
 */
const SILENT_TRANSACTION_MS = 15_000;
/** A server that vanished without a word is noticed this long after the last one, and ten seconds more. */
const KEEP_ALIVE_MS = 10_000;

// numeric and bigint stay strings on the wire; money.ts makes bigint of them. timestamptz becomes Date.

/** A pool on our own database. An idle client that breaks is logged and replaced, never a crash. */
export function makePool(
  connectionString: string,
  options: { max: number; applicationName: string; log: Log },
): Pool {
  const pool = new pg.Pool({
    connectionString,
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    idle_in_transaction_session_timeout: SILENT_TRANSACTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    options: `-c search_path=${SCHEMA},public -c timezone=UTC`,
  });
  pool.on('error', (error) => options.log.warn({ err: error }, 'an idle database connection broke'));
  pool.on('connect', (client) =>
    client.on('error', (error) => options.log.warn({ err: error }, 'a database connection broke')),
  );
  return pool;
}

/** Runs `work` in one transaction: commits what it returns, rolls back what it throws. */
export async function withTransaction<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(client as Tx);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/**
 * Lends one connection in a read-only snapshot of our own database: all statements of `read` see the same moment, and
 * those who write meanwhile are neither seen nor held up. A connection whose transaction is in doubt is not handed on.
 */
export async function withReadSnapshot<T>(pool: Pool, read: (db: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failed = true;
  try {
    await client.query('begin isolation level repeatable read read only');
    const result = await read(client);
    await client.query('commit');
    failed = false;
    return result;
  } finally {
    client.release(failed);
  }
}
