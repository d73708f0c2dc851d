import type { Pool, Queryable } from '../database/pool.ts';

/** Lends one connection in a read-only snapshot: those who append meanwhile are neither seen nor held up. */
export async function withAuditSnapshot<T>(pool: Pool, work: (db: Queryable) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let failed: boolean | undefined;
  try {
    await client.query('begin isolation level repeatable read read only');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    // A connection whose transaction is in doubt is not handed on.
    client.release(failed);
  }
}
