import type { Pool, Tx } from '../database/pool.ts';
import { AppError, assert } from '../errors.ts';
import { acceptOverrideOperation } from '../operations/accept-override.ts';
import { stillAbout } from '../operations/check-again.ts';
import { attemptsToAsk } from '../operations/read-payout.ts';
import { readOperation } from '../operations/store.ts';
import type { Operation, OperationAction } from '../operations/types.ts';
import { within } from '../people/deadline.ts';
import { askAttempts, type Asked } from '../platform/ask-attempts.ts';
import { carriesOverride, takesIn } from '../platform/offer.ts';
import { readAnswers } from '../platform/read-answers.ts';
import type { Answers, ChangingAction, Platform } from '../platform/types.ts';
import type { Policy } from '../policy.ts';
import type { Clock } from '../ports.ts';
import type { Executed, OverrideKind, SubjectKey } from './kind.ts';
import { payoutFactsOf, readOwn } from './payout-facts.ts';
import { payoutVerdicts } from './payout-targets.ts';
import { readPayoutState } from './read-payout-state.ts';
import { payoutTerms } from './terms.ts';
import type { Override, PayoutFacts } from './types.ts';

export interface PayoutKindDeps {
  pool: Pool;
  policy: Policy;
  platform: Platform;
  /** What decisions rest on: the primary, or a replica that keeps up. Throws finance_unavailable. */
  financePrimary(): Promise<Pool>;
  /** Whoever shows the payout, told in the transaction that stores the operation. */
  onChange(tx: Tx, now: Date, operation: Operation): Promise<void>;
  clock: Clock;
}

/** Beside the providers' answers: two readings of the money and ours. */
const READING_MS = 3_000;
/** At a vote the last answer counts whatever its age; `targets` says how old one may be. As long as answers are kept. */
const LAST_KNOWN_MS = 90 * 86_400_000;
/** When something else is under way, it is looked at again after so long. */
const WAIT_MS = 30_000;

const ACTIONS = { mark_paid: 'mark_paid', reject: 'reject', retry_above_limit: 'retry' } as const;

/** Payouts, as a kind of what is done by hand (domain.md section 6). */
export function makePayoutKind(deps: PayoutKindDeps): OverrideKind<PayoutFacts> {
  const { policy, platform } = deps;
  const offers = {
    offerOf: (action: ChangingAction) => platform.offerOf(action),
    takesIn: (action: ChangingAction, state: string) => takesIn(policy.platform, action, state),
    carriesOverride: carriesOverride(policy.platform, 'retry'),
  };
  return {
    kind: 'payout',
    subjectKind: 'transaction',
    load: (subject, how) => load(deps, subject, how),
    targets: (facts, now, freshMs) => payoutVerdicts(facts, offers, now, freshMs),
    terms: payoutTerms,
    stake: (facts) => ({
      accountId: facts.accountId,
      payeeRef: facts.payeeRef,
      currency: facts.currency,
      amountMinor: BigInt(facts.amountMinor),
      reportingMinor: facts.amountReportingMinor === null ? null : BigInt(facts.amountReportingMinor),
      isHigh: facts.class === 'HIGH',
    }),
    execute: (tx, now, override) => execute(deps, tx, now, override),
  };
}

type How = Parameters<OverrideKind['load']>[1];

async function load(deps: PayoutKindDeps, subject: SubjectKey, how: How): Promise<PayoutFacts | null> {
  const limitMs = how.ask ? how.limitMs + READING_MS : how.limitMs;
  return await within(limitMs, read(deps, subject, how), () => {
    throw new AppError('finance_unavailable', `the payout was not read within ${limitMs} ms`, {
      retryable: true,
    });
  });
}

async function read(deps: PayoutKindDeps, subject: SubjectKey, how: How): Promise<PayoutFacts | null> {
  const { policy, pool, clock } = deps;
  const finance = await deps.financePrimary();
  let state = await readPayoutState(finance, policy, how.now, subject);
  if (state === null) return null;
  let asked: readonly Asked[] = [];
  let now = how.now;
  if (how.ask) {
    const limit = new AbortController();
    const signal = how.signal === undefined ? limit.signal : AbortSignal.any([how.signal, limit.signal]);
    const asking = askAttempts(deps, attemptsToAsk(state.row), { signal });
    asked = await within(how.limitMs, asking, () => {
      limit.abort();
      return { answers: new Map(), asked: [] };
    }).then((all) => all.asked);
    // A process that stops asks no further: what it did not ask about says nothing.
    how.signal?.throwIfAborted();
    how.asked?.(asked);
    now = clock.now();
    // It may have moved while providers were asked.
    const { tenant_id: tenantId, id: subjectId } = state.row;
    state = await readPayoutState(finance, policy, now, { tenantId, subjectId });
    if (state === null) return null;
  }
  const known = await readAnswers(pool, now, [state.row.id], LAST_KNOWN_MS);
  const answers = mergeAnswers(known, asked, stillAbout(state.row, answersOf(asked), asked));
  const own = await readOwn(pool, state.row, how.exceptOperationId ?? null);
  return payoutFactsOf(state, { answers, own }, { policy, platform: deps.platform, now });
}

function answersOf(asked: readonly Asked[]): Answers {
  return new Map(asked.map(({ attempt, answer, askedAt }) => [attempt.attemptId, { answer, askedAt }]));
}

/** What was asked about just now counts by the new answer alone, and by none where the attempt has another reference. */
function mergeAnswers(known: Answers, asked: readonly Asked[], fresh: Answers): Answers {
  const ids = new Set(asked.map(({ attempt }) => attempt.attemptId));
  return new Map([...[...known].filter(([id]) => !ids.has(id)), ...fresh]);
}

async function execute(deps: PayoutKindDeps, tx: Tx, now: Date, override: Override): Promise<Executed> {
  const { amountMinor, currency, endsOperationId } = override;
  assert(amountMinor !== null && currency !== null, 'a payout has an amount');
  const accepted = await acceptOverrideOperation(
    tx,
    now,
    {
      overrideId: override.id,
      version: override.version,
      action: actionOf(override.target),
      tenantId: override.tenantId,
      transactionId: override.subject.id,
      payoutId: override.payoutId,
      amountMinor,
      currency,
      actor: override.requestedBy,
      reason: override.reason,
      seen: override.stateBefore ?? {},
      endsOperationId,
      keepsMs: await keepsMsOf(deps, tx, endsOperationId),
    },
    (inTx, at, operation) => deps.onChange(inTx, at, operation),
  );
  if (accepted.as === 'under_way') return { as: 'wait', until: new Date(now.getTime() + WAIT_MS) };
  return accepted;
}

function actionOf(target: string): Extract<OperationAction, 'mark_paid' | 'reject' | 'retry'> {
  assert(Object.hasOwn(ACTIONS, target), `nothing carries out ${target}`);
  return ACTIONS[target as keyof typeof ACTIONS];
}

/** An operation that can't be named is never beyond its window. */
async function keepsMsOf({ platform }: PayoutKindDeps, tx: Tx, id: string | null): Promise<number> {
  const named = id === null ? null : await readOperation(tx, id);
  return named === null || named.action === 'recheck'
    ? Number.POSITIVE_INFINITY
    : platform.keepsMs(named.action);
}
