import type { Queryable } from '../database/pool.ts';

/** What we ourselves did about a payout, as far as it bears on what may be done next. */
export interface OwnOperations {
  isOpen: boolean;
  /**
   * Attempts there must be at least: one more than the platform had before each retry that it accepted, or may have
   * accepted, where an override ended what was unknown.
   */
  attemptsExpected: number;
  /** Attempts whose ids the platform gave us. */
  attemptIds: string[];
}

/** By `ownKey`; a payout that is not in it was never touched by us. */
export type OwnOperationsByPayout = ReadonlyMap<string, OwnOperations>;

const NOTHING: OwnOperations = { isOpen: false, attemptsExpected: 0, attemptIds: [] };

export function ownOperationsOf(
  all: OwnOperationsByPayout,
  payout: { tenantId: string; transactionId: string },
): OwnOperations {
  return all.get(ownKey(payout)) ?? NOTHING;
}

function ownKey({ tenantId, transactionId }: { tenantId: string; transactionId: string }): string {
  return JSON.stringify([tenantId, transactionId]);
}

/** Reads it for these payments, or for all that we ever touched. `except`: an operation that asks about itself. */
export async function readOwnOperations(
  db: Queryable,
  transactionIds: readonly string[] | 'all',
  except: string | null = null,
): Promise<OwnOperationsByPayout> {
  const { rows } = await db.query<{
    tenant_id: string;
    subject_id: string;
    is_open: boolean;
    expected: number | null;
    attempt_ids: string[] | null;
  }>(
    `select tenant_id, subject_id,
            bool_or(state in ('accepted', 'sent', 'unknown')) as is_open,
            max(attempts_before + 1) filter (
              where action = 'retry' and (state = 'succeeded' or refusal ->> 'means' = 'overridden')) as expected,
            array_agg(result ->> 'attemptId') filter (where action = 'retry' and result ->> 'attemptId' is not null)
              as attempt_ids
       from operations
      where ($1::text[] is null or subject_id = any ($1)) and ($2::uuid is null or id <> $2)
      group by tenant_id, subject_id`,
    [transactionIds === 'all' ? null : transactionIds, except],
  );
  return new Map(
    rows.map((row) => [
      ownKey({ tenantId: row.tenant_id, transactionId: row.subject_id }),
      { isOpen: row.is_open, attemptsExpected: row.expected ?? 0, attemptIds: row.attempt_ids ?? [] },
    ]),
  );
}
