import type { Pool, Queryable } from '../database/pool.ts';

/** Lends one read-only view of our own database: all statements of `read` see the same moment, so sums agree. */
export async function withSnapshot<T>(pool: Pool, read: (db: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin isolation level repeatable read read only');
    return await read(client);
  } finally {
    await client.query('commit').catch((error: Error) => {
      broken = error;
    });
    client.release(broken);
  }
}
