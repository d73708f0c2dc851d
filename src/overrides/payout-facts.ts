import type { Queryable } from '../database/pool.ts';
import { compareClass } from '../findings/rules.ts';
import type { RiskClass } from '../findings/types.ts';
import { toReporting } from '../finance/rates.ts';
import type { PayoutRow } from '../finance/payout-row.ts';
import { readOwnOperations, type OwnOperationsByPayout } from '../operations/own-operations.ts';
import { retryFactsOf } from '../operations/retry-facts.ts';
import { decideRetry, OFFERING_MS } from '../operations/retry-safe.ts';
import { isBeyondWindow } from '../operations/rules.ts';
import { readStanding } from '../operations/standing.ts';
import type { Operation } from '../operations/types.ts';
import type { Answers, Platform } from '../platform/types.ts';
import type { Policy } from '../policy.ts';
import type { PayoutState } from './read-payout-state.ts';
import type { PayoutFacts } from './types.ts';

interface Own {
  open: Operation | null;
  all: OwnOperationsByPayout;
  worst: RiskClass | null;
}

/** What we know of a payout ourselves. `except`: the operation that asks about what it is itself about. */
export async function readOwn(db: Queryable, row: PayoutRow, except: string | null): Promise<Own> {
  const key = { tenantId: row.tenant_id, transactionId: row.id };
  const { open } = await readStanding(db, key);
  return {
    open: open?.id === except ? null : open,
    all: await readOwnOperations(db, [row.id], except),
    worst: await readWorst(db, key),
  };
}

/** The class of the worst that is open about it: findings, and the episode, which may be ahead of them. */
async function readWorst(
  db: Queryable,
  { tenantId, transactionId }: { tenantId: string; transactionId: string },
): Promise<RiskClass | null> {
  const { rows } = await db.query<{ class: RiskClass }>(
    `select class from findings
      where tenant_id = $1 and subject_kind = 'transaction' and subject_id = $2 and state = 'open'
     union select class from payouts where tenant_id = $1 and transaction_id = $2 and state = 'open'`,
    [tenantId, transactionId],
  );
  return rows.map((row) => row.class).toSorted((one, other) => compareClass(other, one))[0] ?? null;
}

/** Puts together what a payout is judged by. Pure. */
export function payoutFactsOf(
  { row, rates, payeeRef, ledger, wallet }: PayoutState,
  { answers, own }: { answers: Answers; own: Own },
  { policy, platform, now }: { policy: Policy; platform: Pick<Platform, 'keepsMs'>; now: Date },
): PayoutFacts {
  const { open } = own;
  const endable = open !== null && isEndable(open, platform, now);
  const retry = retryFactsOf(row, { answers, operations: own.all }, { policy, rates, now });
  // What is unknown for good may have made an attempt: whoever ends it must not forget that.
  const mayHave = endable && open.action === 'retry' ? (open.attemptsBefore ?? 0) + 1 : 0;
  const decision = decideRetry(
    { ...retry, attemptsExpected: Math.max(retry.attemptsExpected, mayHave) },
    OFFERING_MS,
  );
  return {
    kind: 'payout',
    tenantId: row.tenant_id,
    transactionId: row.id,
    accountId: row.account_id,
    payeeRef,
    provider: row.provider,
    state: row.state,
    requestedAt: row.requested_at.toISOString(),
    stateSince: row.state_since.toISOString(),
    isFinal: row.final_at !== null || ['paid', 'rejected', 'canceled'].includes(row.state),
    amountMinor: row.amount_minor,
    currency: row.currency,
    amountReportingMinor: toReporting(BigInt(row.amount_minor), row.currency, rates)?.toString() ?? null,
    attempts: row.attempts.map((attempt) => {
      const known = answers.get(attempt.id);
      return {
        attemptId: attempt.id,
        provider: attempt.provider,
        reference: attempt.provider_ref,
        status: attempt.status,
        errorCode: attempt.error_code,
        createdAt: new Date(attempt.created_at).toISOString(),
        answer: known?.answer ?? null,
        askedAt: known?.askedAt.toISOString() ?? null,
      };
    }),
    burns: row.burns,
    ledger,
    wallet,
    retryReasons: decision.safe ? [] : [...decision.reasons],
    class: own.worst,
    operation:
      open === null
        ? null
        : {
            id: open.id,
            action: open.action,
            state: open.state,
            requestedAt: open.requestedAt.toISOString(),
            endable,
          },
    readAt: now.toISOString(),
  };
}

/** Unknown for longer than the platform keeps its key: only an override that names it ends it. */
export function isEndable(operation: Operation, platform: Pick<Platform, 'keepsMs'>, now: Date): boolean {
  return operation.action !== 'recheck' && isBeyondWindow(operation, now, platform.keepsMs(operation.action));
}
