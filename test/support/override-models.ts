import type { OverrideId, PayoutId, UserId } from '../../src/ids.ts';
import type { NoticeModel, OverrideModel } from '../../src/overrides/models.ts';
import type {
  AttemptFact,
  Override,
  OverrideVersion,
  PayoutFacts,
  Quorum,
  Vote,
} from '../../src/overrides/types.ts';

export const OVERRIDE_ID = '7c2f8a52-8a64-4f0e-9d0b-3b1f6f2f1a55' as OverrideId;
export const REQUESTER = 'U00000OPS1' as UserId;
export const MANAGER1 = 'U0MANAGER1' as UserId;
export const MANAGER2 = 'U0MANAGER2' as UserId;
export const LEAD1 = 'U00000LEAD' as UserId;
/** 15 January 2026, by the clock of UTC; Istanbul is three hours ahead. */
export const clock = (time: string): Date => new Date(`2026-01-15T${time}Z`);

export function makeAttempt(changes: Partial<AttemptFact> = {}): AttemptFact {
  return {
    attemptId: 'pa-1',
    provider: 'kuzey-pay',
    reference: 'kz-000042-1',
    status: 'failed',
    errorCode: 'insufficient_funds',
    createdAt: '2026-01-15T05:50:00.000Z',
    answer: 'failed',
    askedAt: '2026-01-15T06:39:30.000Z',
    ...changes,
  };
}

/** A payout that failed for good three times: no button is left. */
export function makeFacts(changes: Partial<PayoutFacts> = {}): PayoutFacts {
  return {
    kind: 'payout',
    tenantId: 'atlas',
    transactionId: 'wd-2026-0001234',
    accountId: 'acc-000042',
    payeeRef: 'payee-77',
    provider: 'kuzey-pay',
    state: 'payout_failed',
    requestedAt: '2026-01-15T05:30:00.000Z',
    stateSince: '2026-01-15T05:52:00.000Z',
    isFinal: false,
    amountMinor: '420000',
    currency: 'TRY',
    amountReportingMinor: '13986',
    attempts: [makeAttempt(), makeAttempt({ attemptId: 'pa-2', reference: 'kz-000042-2' })],
    burns: 0,
    ledger: { availableMinor: '1000000', heldMinor: '420000' },
    wallet: { availableMinor: '1000000', heldMinor: '420000' },
    retryReasons: ['attempts_exhausted'],
    class: 'MED',
    operation: null,
    readAt: '2026-01-15T06:40:00.000Z',
    ...changes,
  };
}

export function makeQuorum(changes: Partial<Quorum> = {}): Quorum {
  return {
    needed: 2,
    leads: 0,
    rules: ['mark_paid', 'document'],
    sumReportingMinor: '13986',
    others: 0,
    ...changes,
  };
}

function makeOverride(changes: Partial<Override> = {}): Override {
  return {
    id: OVERRIDE_ID,
    kind: 'payout',
    tenantId: 'atlas',
    subject: { kind: 'transaction', id: 'wd-2026-0001234' },
    state: 'open',
    version: 1,
    target: 'mark_paid',
    basis: 'bank_proof',
    accountId: 'acc-000042',
    payeeRef: 'payee-77',
    currency: 'TRY',
    amountMinor: 4_200_00n,
    amountReportingMinor: 139_86n,
    requestedBy: `person:${REQUESTER}`,
    requesterKey: REQUESTER,
    requestedAt: clock('06:41:00'),
    reasonCode: 'bank_confirmed',
    reason: 'The bank paid it out on 15 January, and the provider lost the message.',
    ticket: 'OPS-1234',
    evidence: 'Bank statement: https://bank.example/statements/2026-01-15?line=7, page 2\nSeen by treasury',
    afterRejection: false,
    payoutId: '5b2f8a52-8a64-4f0e-9d0b-3b1f6f2f1a77' as PayoutId,
    findingId: null,
    endsOperationId: null,
    operationId: null,
    approvedAt: null,
    overAt: null,
    overBy: null,
    overReason: '',
    failure: null,
    stateBefore: null,
    stateAfter: null,
    readBackAt: null,
    ...changes,
  };
}

export function makeVersion(changes: Partial<OverrideVersion> = {}): OverrideVersion {
  return {
    version: 1,
    openedAt: clock('06:41:00'),
    expiresAt: clock('10:41:00'),
    remindHalfAt: clock('08:41:00'),
    remindLastAt: clock('10:26:00'),
    requestHash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    terms: {
      kind: 'payout',
      tenantId: 'atlas',
      subject: { kind: 'transaction', id: 'wd-2026-0001234' },
      target: 'mark_paid',
      basis: 'bank_proof',
      amountMinor: '420000',
      currency: 'TRY',
      payeeRef: 'payee-77',
      state: 'payout_failed',
      attempts: [{ attemptId: 'pa-1', status: 'failed', reference: 'kz-000042-1' }],
      endsOperationId: null,
    },
    facts: makeFacts(),
    quorum: makeQuorum(),
    policyHash: '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8',
    holders: { managers: [MANAGER1, MANAGER2], leads: [LEAD1] },
    voidedAt: null,
    changes: null,
    ...changes,
  };
}

export function makeVote(changes: Partial<Vote> = {}): Vote {
  return {
    version: 1,
    personKey: MANAGER1,
    userId: MANAGER1,
    vote: 'approve',
    role: 'managers',
    seat: MANAGER1,
    noInterest: false,
    reason: '',
    votedAt: clock('06:50:00'),
    lapsedAt: null,
    ...changes,
  };
}

const SECOND_VOTE: Partial<Vote> = {
  personKey: LEAD1,
  userId: LEAD1,
  role: 'leads',
  seat: LEAD1,
  votedAt: clock('06:55:00'),
};

/** Open, asked for from an alert, nobody has voted. */
export function makeOverrideModel(
  override: Partial<Override> = {},
  changes: Partial<Omit<OverrideModel, 'override'>> = {},
): OverrideModel {
  return {
    override: makeOverride(override),
    version: makeVersion(),
    votes: [],
    clearedVotes: 0,
    tenantName: 'Atlas',
    reportingCurrency: 'USD',
    timeZone: 'Europe/Istanbul',
    approvers: { userIds: [MANAGER1, MANAGER2, LEAD1], leadIds: [LEAD1], isUnknown: false },
    beneficiary: { key: 'elif', userIds: ['U00000ELIF' as UserId] },
    operation: null,
    message: { channelId: 'C0PAYOUTS', ts: '1768459260.000200', threadTs: '1768459200.000100' },
    origin: { channelId: 'C0PAYOUTS', ts: '1768459200.000100', threadTs: null },
    tiers: { twoFrom: '1000', leadFrom: '10000' },
    ...changes,
  };
}

const BOTH = [makeVote(), makeVote(SECOND_VOTE)];
const approved: Partial<Override> = { approvedAt: clock('06:55:00') };
const running: Partial<Override> = {
  ...approved,
  state: 'executing',
  operationId: 'c0ffee52-8a64-4f0e-9d0b-3b1f6f2f1a10',
  stateBefore: makeFacts(),
};
const done: Partial<Override> = { ...running, state: 'executed', overAt: clock('06:56:00') };
const under = (state: 'accepted' | 'sent' | 'unknown', trouble: string | null = null) => ({
  id: 'c0ffee52-8a64-4f0e-9d0b-3b1f6f2f1a10',
  state,
  trouble,
});
const failed = (failure: Partial<NonNullable<Override['failure']>>): Partial<Override> => ({
  ...running,
  state: 'failed',
  overAt: clock('06:56:00'),
  failure: { by: 'platform', code: 'WRONG_STATE', means: 'wrong_state', reasons: [], ...failure },
});
const over = (state: 'rejected' | 'expired' | 'canceled', overBy: string): Partial<Override> => ({
  state,
  overBy,
  overAt: clock('07:00:00'),
});

/** Every state, and within a state whatever is told differently. */
export const OVERRIDES: Readonly<Record<string, OverrideModel>> = {
  open: makeOverrideModel(),
  'open-voted': makeOverrideModel({}, { votes: [makeVote()] }),
  'open-lead_needed': makeOverrideModel(
    { target: 'reject', basis: 'attempts_dead', amountMinor: 450_000_00n, amountReportingMinor: 14_985_00n },
    {
      votes: [makeVote()],
      version: makeVersion({
        quorum: makeQuorum({ leads: 1, rules: ['from_lead'], sumReportingMinor: '1598500', others: 2 }),
      }),
    },
  ),
  'open-small': makeOverrideModel(
    { target: 'retry_above_limit', basis: 'attempts_dead', reasonCode: 'attempts_exhausted', evidence: '' },
    {
      version: makeVersion({ quorum: makeQuorum({ needed: 1, rules: ['small'] }) }),
      origin: null,
    },
  ),
  'open-no_rate': makeOverrideModel(
    { amountReportingMinor: null },
    {
      beneficiary: null,
      votes: [
        makeVote({ noInterest: true, seat: 'ayse', personKey: 'deniz' }),
        makeVote({
          userId: MANAGER2,
          personKey: MANAGER2,
          seat: MANAGER2,
          noInterest: true,
          lapsedAt: clock('07:00:00'),
        }),
      ],
      version: makeVersion({
        facts: makeFacts({
          amountReportingMinor: null,
          ledger: null,
          wallet: { availableMinor: '1000000', heldMinor: '0' },
          class: null,
        }),
        quorum: makeQuorum({ leads: 1, rules: ['no_rate', 'mark_paid'], sumReportingMinor: null, others: 1 }),
      }),
      approvers: { userIds: [], leadIds: [], isUnknown: true },
    },
  ),
  'open-ends_operation': makeOverrideModel(
    { endsOperationId: 'c0ffee52-8a64-4f0e-9d0b-3b1f6f2f1a99' },
    {
      version: makeVersion({
        facts: makeFacts({
          wallet: { availableMinor: '1000000', heldMinor: '0' },
          attempts: [makeAttempt({ answer: 'silent' })],
          operation: {
            id: 'c0ffee52-8a64-4f0e-9d0b-3b1f6f2f1a99',
            action: 'retry',
            state: 'unknown',
            requestedAt: '2026-01-14T06:00:00.000Z',
            endable: true,
          },
        }),
      }),
      approvers: { userIds: [], leadIds: [], isUnknown: false },
    },
  ),
  void: makeOverrideModel(
    { state: 'void' },
    {
      clearedVotes: 1,
      version: makeVersion({
        voidedAt: clock('06:58:00'),
        changes: [
          { what: 'state', before: 'payout_failed', after: 'paid' },
          { what: 'attempts', before: '2 (failed, failed)', after: '3 (failed, failed, succeeded)' },
          { what: 'condition', before: '', after: 'attempt_succeeded' },
        ],
      }),
    },
  ),
  renewed: makeOverrideModel(
    { version: 2 },
    { clearedVotes: 2, version: makeVersion({ version: 2 }), message: null },
  ),
  approved: makeOverrideModel({ ...approved, state: 'approved' }, { votes: BOTH }),
  'executing-sent': makeOverrideModel(running, { votes: BOTH, operation: under('sent') }),
  'executing-waiting': makeOverrideModel(running, { votes: BOTH, operation: under('accepted', 'paused') }),
  'executing-unknown': makeOverrideModel(running, { votes: BOTH, operation: under('unknown', 'time_limit') }),
  'executed-reading': makeOverrideModel(done, { votes: BOTH }),
  executed: makeOverrideModel(
    { ...done, stateAfter: makeFacts({ state: 'paid', isFinal: true }), readBackAt: clock('06:57:00') },
    { votes: BOTH },
  ),
  'executed-gone': makeOverrideModel({ ...done, readBackAt: clock('06:57:00') }, { votes: BOTH }),
  'failed-platform': makeOverrideModel(failed({}), { votes: BOTH }),
  'failed-not_safe': makeOverrideModel(
    failed({ by: 'us', code: null, means: 'not_safe', reasons: ['attempt_succeeded', 'answer_old'] }),
    { votes: BOTH },
  ),
  'failed-left_unknown': makeOverrideModel(failed({ by: 'us', code: null, means: 'left_unknown' }), {
    votes: BOTH,
  }),
  rejected: makeOverrideModel(over('rejected', `person:${MANAGER2}`), {
    votes: [
      makeVote(),
      makeVote({
        vote: 'reject',
        userId: MANAGER2,
        personKey: MANAGER2,
        seat: MANAGER2,
        reason: 'The statement is of another account.',
        votedAt: clock('07:00:00'),
      }),
    ],
  }),
  expired: makeOverrideModel(over('expired', 'job:override'), { votes: [makeVote()] }),
  canceled: makeOverrideModel(over('canceled', `person:${REQUESTER}`)),
};

/** A notice of each kind beside the override as it stands then. */
export function makeNotice(
  kind: NoticeModel['notice']['kind'],
  model: OverrideModel,
  version = model.version.version,
): NoticeModel {
  return { ...model, notice: { kind, at: clock('07:00:00'), version } };
}
