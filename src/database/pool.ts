import pg from 'pg';
import type { Log } from '../log.ts';

export type Pool = pg.Pool;
/** A client inside a transaction of ours. What takes a Tx must not call the network. */
export type Tx = pg.PoolClient & { readonly __tx?: never };
/** Anything that can run one statement. */
export type Queryable = Pick<pg.ClientBase, 'query'>;

/** Our tables' schema; every connection of ours has it first on its search path. */
export const SCHEMA = 'mutabik';

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
