import pg from 'pg';
import { waitFor } from './wait-for.ts';

/** A lock on a table that makes whoever needs it wait, so that a test can see an app stand still at a known step. */
export interface Barrier {
  /** Resolves when somebody else, or so many, wait for the lock; gives what the first of them was about to do. */
  reached(count?: number): Promise<string>;
  lift(): Promise<void>;
}

/** Locks a table as its superuser until lifted; waits for those who use it now. */
export async function lockTable(superuserUrl: string, table: string, mode = 'exclusive'): Promise<Barrier> {
  const client = new pg.Client({ connectionString: superuserUrl });
  await client.connect();
  await client.query('begin');
  await client.query(`lock table ${table} in ${mode} mode`);
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]!.pid;
  return {
    async reached(count = 1) {
      return await waitFor(`somebody needs ${table}`, async () => {
        const waiting = await client.query<{ query: string }>(
          'select query from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
          [pid],
        );
        return waiting.rows[count - 1] === undefined ? undefined : waiting.rows[0]?.query;
      });
    },
    async lift() {
      await client.query('rollback');
      await client.end();
    },
  };
}
