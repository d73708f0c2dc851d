import type { Pool } from '../database/pool.ts';
import { AppError, describeError } from '../errors.ts';
import { withSnapshot, type FinanceClient } from '../finance/connect.ts';

/** A statement that takes longer is ended by the server: the next minute asks again. */
const STATEMENT_LIMIT_MS = 4_000;
/** Waiting for a connection and a server that says nothing at all included. */
const WHOLE_LIMIT_MS = 10_000;

/** Other limits than these, in milliseconds. */
export interface FinanceLimits {
  statementMs?: number;
  wholeMs?: number;
}

/**
 * Reads the finance database as a source of service levels: one snapshot, with time limits of its own. Faults are those
 * of the Sli port: sli_unavailable when it gives no answer, sli_refused when the views are not what the contract says.
 */
export async function askFinance<T>(
  finance: Pool,
  read: (client: FinanceClient) => Promise<T>,
  limits: FinanceLimits = {},
): Promise<T> {
  const { statementMs = STATEMENT_LIMIT_MS, wholeMs = WHOLE_LIMIT_MS } = limits;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(unavailable(`no answer within ${wholeMs / 1_000} s`)), wholeMs);
  });
  const reading = withSnapshot(finance, async (client) => {
    await client.query(`set local statement_timeout = ${statementMs}`);
    return await read(client);
  });
  try {
    return await Promise.race([reading, late]);
  } catch (error) {
    throw asSliFault(error);
  } finally {
    clearTimeout(timer);
  }
}

function asSliFault(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.code === 'finance_unavailable') return unavailable(describeError(error), error);
  if (error.code !== 'finance_contract') return error;
  return new AppError('sli_refused', describeError(error), { retryable: false, cause: error });
}

function unavailable(message: string, cause?: unknown): AppError {
  return new AppError('sli_unavailable', message, {
    retryable: true,
    ...(cause === undefined ? {} : { cause }),
  });
}
