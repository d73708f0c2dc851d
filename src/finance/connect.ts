import pg from 'pg';
import type { Pool } from '../database/pool.ts';
import { AppError, assert, describeError } from '../errors.ts';
import type { Log } from '../log.ts';

/** A client inside one read-only snapshot of the finance database, its search path on the contract's schema. */
export type FinanceClient = pg.ClientBase;

export interface FinancePoolOptions {
  /** The schema of the contract's views; it becomes the search path, so that SQL names views without it. */
  schema: string;
  log: Log;
  max?: number;
  /** Longest single statement, in milliseconds; a full scan of a large ledger needs the default. */
  statementTimeoutMs?: number;
}

/**
 * A pool on the finance database that cannot write, whatever the login may do: every transaction is read-only by
 * default. The login itself is refused by `checkContract` when it can write.
 */
export function makeFinancePool(connectionString: string, options: FinancePoolOptions): Pool {
  // The name is part of the startup packet, where spaces would begin another setting.
  assert(/^[a-z_][a-z0-9_]*$/.test(options.schema), `not a plain schema name: ${options.schema}`);
  const pool = new pg.Pool({
    connectionString,
    max: options.max ?? 3,
    application_name: 'mutabik',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: options.statementTimeoutMs ?? 60_000,
    idle_in_transaction_session_timeout: 120_000,
    options: `-c search_path=${options.schema} -c timezone=UTC -c default_transaction_read_only=on`,
  });
  pool.on('error', (error) => options.log.warn({ err: error }, 'an idle finance connection broke'));
  pool.on('connect', (client) =>
    client.on('error', (error) => options.log.warn({ err: error }, 'a finance connection broke')),
  );
  return pool;
}

/**
 * Lends one client in one REPEATABLE READ READ ONLY transaction: all statements of `work` see the same moment.
 * Throws AppError finance_unavailable (retryable) when the database can't be reached or gives up, and
 * finance_contract (not retryable) when a view, column, type or right is missing. Other errors pass unchanged.
 */
export async function withSnapshot<T>(pool: Pool, work: (client: FinanceClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw asFinanceFault(error);
  });
  let broken: Error | undefined;
  try {
    await client.query('begin isolation level repeatable read read only');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError;
    });
    throw asFinanceFault(error);
  } finally {
    client.release(broken);
  }
}

/** Largest replay lag with which a replica may answer safety questions, in seconds. */
export const MAX_LAG_SECONDS = 5;

/**
 * The pool that retry and override checks read: the primary when there is one, else the reporting pool if it is no
 * replica or one that measurably lags less than 5 s. Throws finance_unavailable when neither holds.
 */
export async function primaryOf(pools: { reporting: Pool; primary: Pool | null }): Promise<Pool> {
  if (pools.primary !== null) return pools.primary;
  const lag = await withSnapshot(pools.reporting, replayLagSeconds);
  if (lag === null || lag < MAX_LAG_SECONDS) return pools.reporting;
  throw new AppError(
    'finance_unavailable',
    `the finance replica lags ${Math.round(lag)} s; set FINANCE_PRIMARY_URL`,
    {
      retryable: true,
    },
  );
}

/**
 * How far a replica is behind, in seconds; null on a primary, infinite when nothing was ever replayed. Measured by the
 * last replayed commit, so an idle primary makes its replica look late: refusing too often is the safe side.
 */
export async function replayLagSeconds(client: FinanceClient): Promise<number | null> {
  const { rows } = await client.query<{ recovering: boolean; lag: number | null }>(
    `select pg_is_in_recovery() as recovering,
            extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8 as lag`,
  );
  const row = rows[0];
  if (row === undefined || !row.recovering) return null;
  return row.lag ?? Number.POSITIVE_INFINITY;
}

/** SQLSTATE classes that say the views are not what the contract says; all others pass with time. */
const CONTRACT_CLASSES = new Set(['22', '42', '3F']);
const NETWORK_ERRORS =
  /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_|EHOST|ENET)|Connection terminated|timeout exceeded|not queryable/;

function asFinanceFault(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof pg.DatabaseError) {
    const broken = CONTRACT_CLASSES.has((error.code ?? '').slice(0, 2));
    const code = broken ? 'finance_contract' : 'finance_unavailable';
    return new AppError(code, `finance database: ${error.message}`, { retryable: !broken, cause: error });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const first = error instanceof AggregateError ? describeError(error.errors[0]) : describeError(error);
  if (!NETWORK_ERRORS.test(code) && !NETWORK_ERRORS.test(first) && !/connect E/.test(first)) return error;
  return new AppError('finance_unavailable', `finance database: ${first}`, { retryable: true, cause: error });
}
