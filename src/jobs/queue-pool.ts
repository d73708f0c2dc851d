import type { PoolClient } from 'pg';
import type { Pool } from '../database/pool.ts';
import { describeError } from '../errors.ts';
import type { Log } from '../log.ts';

/** Names of the statements by which graphile-worker 0.17 stores how a job ended. */
const OUTCOME = /^(complete|fail)_job/;

/**
 * Our pool as graphile-worker gets it. An outcome that can't be stored is logged and given up: there it ends all
 * workers (the batch is not retried, and its shutdown may then hang or reject where nobody listens; seen with 0.17.3
 * whenever a connection broke at that moment). Here it costs nothing: the job stays locked, our rows are the truth,
 * and whoever looks at the job later finds nothing to do.
 */
export function makeQueuePool(pool: Pool, log: Log): Pool {
  const connect = (callback?: Parameters<Pool['connect']>[0]) =>
    callback === undefined ? Promise.resolve(lazyClient(pool, log)) : pool.connect(callback);
  return new Proxy(pool, {
    get(target, property) {
      if (property === 'connect') return connect;
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** What graphile-worker uses of a client that it borrows for a moment. */
interface LazyClient {
  query(...args: unknown[]): unknown;
  release(): void;
}

/** Connects with its first statement, since only the statement tells whether a failure matters. */
function lazyClient(pool: Pool, log: Log): LazyClient {
  let client: Promise<PoolClient> | undefined;
  return {
    async query(...args: unknown[]) {
      try {
        client ??= pool.connect();
        const connected: LazyClient = await client;
        return await connected.query(...args);
      } catch (error) {
        if (!isOutcome(args[0])) throw error;
        log.warn({ error: describeError(error) }, 'the outcome of a job could not be stored in the queue');
        return { rows: [], rowCount: 0 };
      }
    },
    release() {
      void client?.then(
        (connected) => connected.release(),
        () => undefined,
      );
    },
  };
}

function isOutcome(statement: unknown): boolean {
  if (typeof statement !== 'object' || statement === null || !('name' in statement)) return false;
  return typeof statement.name === 'string' && OUTCOME.test(statement.name);
}
