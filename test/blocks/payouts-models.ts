import type { FindingId, PayoutId } from '../../src/ids.ts';
import type { Operation, Proof } from '../../src/operations/types.ts';
import type { AttemptLine, Payout, PayoutDetail, PayoutModel } from '../../src/payouts/types.ts';

const PAYOUT_ID = '5b2f8a52-8a64-4f0e-9d0b-3b1f6f2f1a77' as PayoutId;
export const OPS1 = 'person:U00000OPS1';
/** 09:40 in Istanbul. */
export const LOOKED = new Date('2026-01-15T06:40:00Z');
export const at = (clock: string): Date => new Date(`2026-01-15T${clock}Z`);

export function attempt(changes: Partial<AttemptLine> = {}): AttemptLine {
  return {
    attemptId: 'pa-1',
    status: 'failed',
    provider: 'kuzey-pay',
    reference: 'kz-000042-1',
    errorCode: 'insufficient_funds',
    createdAt: '2026-01-15T05:50:00.000Z',
    answer: 'failed',
    askedAt: '2026-01-15T06:39:30.000Z',
    ...changes,
  };
}

/** A payout that failed for good, and that a retry is safe for. */
export function makePayout(changes: Partial<Payout> = {}): Payout {
  return {
    id: PAYOUT_ID,
    tenantId: 'atlas',
    transactionId: 'wd-2026-0001234',
    state: 'open',
    openedAt: at('05:55:00'),
    overAt: null,
    overHow: null,
    movedAt: null,
    groupId: null,
    lookedAt: LOOKED,
    accountId: 'acc-000042',
    provider: 'kuzey-pay',
    currency: 'TRY',
    amountMinor: 4_200_00n,
    amountReportingMinor: 139_86n,
    paymentState: 'payout_failed',
    since: at('05:52:00'),
    requestedAt: at('05:30:00'),
    rule: 'R23',
    class: 'LOW',
    action: 'retry',
    errorCode: 'insufficient_funds',
    attempts: [attempt()],
    burns: 0,
    offersRetry: true,
    reasons: [],
    offerUntil: at('06:54:30'),
    cooldownUntil: null,
    ...changes,
  };
}

export function makeModel(
  payout: Partial<Payout> = {},
  changes: Partial<Omit<PayoutModel, 'payout'>> = {},
): PayoutModel {
  return {
    payout: makePayout(payout),
    tenantName: 'Atlas',
    reportingCurrency: 'USD',
    timeZone: 'Europe/Istanbul',
    maxAttempts: 3,
    canRecheck: true,
    standing: { open: null, last: null, nextIntentNo: 1 },
    proof: null,
    finding: { id: '0b0e6c5e-25a8-4b9c-8f0f-2b4f6e1c9d01' as FindingId, escalation: null },
    offersOverride: false,
    override: null,
    ...changes,
  };
}

export const PROOF: Proof = {
  attempts: [{ attemptId: 'pa-1', status: 'failed', answer: 'failed', askedAt: '2026-01-15T06:41:03.000Z' }],
  burns: 0,
  state: 'payout_failed',
  readAt: '2026-01-15T06:41:04.000Z',
};

export function operation(changes: Partial<Operation> = {}): Operation {
  return {
    id: 'c0ffee52-8a64-4f0e-9d0b-3b1f6f2f1a10',
    tenantId: 'atlas',
    transactionId: 'wd-2026-0001234',
    intentNo: 1,
    action: 'retry',
    idempotencyKey: 'd1d1d1d1-8a64-4f0e-9d0b-3b1f6f2f1a10',
    state: 'accepted',
    requestedBy: OPS1,
    requestedAt: at('06:41:00'),
    payoutId: PAYOUT_ID,
    amountMinor: 4_200_00n,
    currency: 'TRY',
    reason: 'retry',
    proof: null,
    attemptsBefore: null,
    tries: 0,
    firstSentAt: null,
    lastSentAt: null,
    unknownSince: null,
    doubtfulRefusal: null,
    lookups: 0,
    lookedUpAt: null,
    waits: 0,
    nextAt: null,
    trouble: null,
    refusal: null,
    result: null,
    settledAt: null,
    overrideId: null,
    overrideVersion: null,
    ...changes,
  };
}

export const SENT: Partial<Operation> = {
  state: 'sent',
  proof: PROOF,
  attemptsBefore: 1,
  tries: 1,
  firstSentAt: at('06:41:05'),
  lastSentAt: at('06:41:05'),
};
export const UNKNOWN: Partial<Operation> = {
  ...SENT,
  state: 'unknown',
  trouble: 'time_limit',
  unknownSince: at('06:41:10'),
  lookups: 3,
  nextAt: at('06:42:10'),
};
const DONE: Partial<Operation> = {
  ...SENT,
  state: 'succeeded',
  settledAt: at('06:41:06'),
  result: { attemptId: 'pa-2', answers: [] },
};

/** What carries an approved override out. */
const BY_HAND: Partial<Operation> = {
  overrideId: 'b7c0f2c4-8a64-4f0e-9d0b-3b1f6f2f1a10',
  overrideVersion: 1,
};
const NO_ATTEMPT = { attemptId: null, answers: [] };

export const underWay = (changes: Partial<Operation>): Partial<PayoutModel> => ({
  standing: { open: operation(changes), last: null, nextIntentNo: 1 },
  proof: changes.proof ?? null,
});
export const finished = (changes: Partial<Operation>): Partial<PayoutModel> => ({
  standing: { open: null, last: operation(changes), nextIntentNo: 2 },
  proof: changes.proof ?? null,
});

export const STUCK: Partial<Payout> = {
  paymentState: 'payout_submitted',
  rule: 'R19',
  action: 'recheck',
  offersRetry: false,
  offerUntil: null,
  errorCode: '',
  reasons: ['attempt_open', 'no_final_failure', 'wrong_state'],
};
const open = (changes: Partial<AttemptLine>): AttemptLine[] => [
  attempt({ status: 'submitted', errorCode: null, ...changes }),
];
const AGAIN: Partial<Payout> = {
  paymentState: 'payout_submitted',
  since: at('06:41:06'),
  lookedAt: at('06:42:00'),
  offersRetry: false,
  offerUntil: null,
  reasons: ['wrong_state'],
  attempts: [
    attempt(),
    attempt({
      status: 'submitted',
      errorCode: null,
      answer: null,
      askedAt: null,
      reference: 'kz-000042-2',
      createdAt: '2026-01-15T06:41:06.000Z',
    }),
  ],
};
const OVER: Partial<Payout> = {
  state: 'over',
  overAt: at('06:46:00'),
  movedAt: at('06:45:12'),
  offersRetry: false,
  offerUntil: null,
};
const NOT_SAFE: Partial<Payout> = {
  class: 'MED',
  action: 'manual_review',
  offersRetry: false,
  offerUntil: null,
};

export const PAYOUTS: Readonly<Record<string, PayoutModel>> = {
  'stuck-pending': makeModel({ ...STUCK, attempts: open({ answer: 'pending' }) }),
  'stuck-silent': makeModel({
    ...STUCK,
    class: 'MED',
    action: 'manual_review',
    attempts: open({ answer: 'silent' }),
  }),
  'stuck-not_asked': makeModel({
    ...STUCK,
    class: 'MED',
    reasons: ['attempt_open', 'not_asked', 'wrong_state'],
    attempts: open({ answer: null, askedAt: null }),
  }),
  'stuck-two_open': makeModel({
    ...STUCK,
    class: 'MED',
    attempts: [...open({ answer: 'pending' }), ...open({ answer: 'not_found', reference: 'kz-000042-2' })],
  }),
  'stuck-final': makeModel({
    ...STUCK,
    class: 'MED',
    reasons: ['attempt_succeeded', 'attempt_open', 'wrong_state'],
    attempts: open({ answer: 'succeeded' }),
  }),
  'stuck-no_reference': makeModel({
    ...STUCK,
    class: 'MED',
    reasons: ['attempt_open', 'not_asked', 'wrong_state'],
    attempts: open({ answer: null, askedAt: null, reference: null, status: 'pending' }),
  }),
  'stuck-escalated': makeModel(
    {
      ...STUCK,
      class: 'HIGH',
      rule: 'R20',
      action: 'escalate',
      since: at('03:52:00'),
      attempts: open({ answer: 'silent' }),
    },
    {
      finding: {
        id: '0b0e6c5e-25a8-4b9c-8f0f-2b4f6e1c9d01' as FindingId,
        escalation: {
          id: '1',
          state: 'acknowledged',
          level: 2,
          ackedBy: 'U00000OPS1' as never,
          link: 'https://example.slack.com/archives/C1/p1',
        },
      },
    },
  ),
  'stuck-no_attempt': makeModel({ ...STUCK, reasons: ['no_attempt', 'wrong_state'], attempts: [] }),
  'failed-safe': makeModel(),
  'failed-cooldown': makeModel({
    rule: 'R22',
    action: 'wait',
    offersRetry: false,
    offerUntil: null,
    reasons: ['cooldown'],
    cooldownUntil: at('06:40:30'),
  }),
  'failed-not_safe': makeModel({
    ...NOT_SAFE,
    reasons: ['no_final_failure', 'not_asked'],
    attempts: [attempt({ answer: 'error' }), attempt({ answer: null, askedAt: null })],
  }),
  'failed-no_idempotency': makeModel({ ...NOT_SAFE, class: 'LOW', reasons: ['no_idempotency'] }),
  'failed-not_safe_nor_offered': makeModel({ ...NOT_SAFE, reasons: ['answer_old', 'cooldown', 'no_lookup'] }),
  'failed-no_recheck': makeModel(
    { ...NOT_SAFE, reasons: ['not_asked'], attempts: [attempt({ answer: null, askedAt: null })] },
    { canRecheck: false },
  ),
  'operation-accepted': makeModel({}, underWay({})),
  'operation-waiting': makeModel(
    {},
    underWay({ trouble: 'finance_unavailable', waits: 2, nextAt: at('06:41:08') }),
  ),
  'operation-sent': makeModel({}, underWay(SENT)),
  'operation-unknown': makeModel({}, underWay(UNKNOWN)),
  'operation-doubtful': makeModel(
    {},
    underWay({ ...UNKNOWN, trouble: 'not_found', doubtfulRefusal: 'COOLDOWN' }),
  ),
  'operation-recheck': makeModel({}, underWay({ action: 'recheck' })),
  'operation-rechecked': makeModel(
    { ...STUCK, class: 'MED', attempts: open({ answer: 'silent' }) },
    finished({
      action: 'recheck',
      state: 'succeeded',
      settledAt: at('06:41:03'),
      result: { attemptId: null, answers: [{ attemptId: 'pa-1', answer: 'silent' }] },
    }),
  ),
  'operation-succeeded': makeModel(AGAIN, finished(DONE)),
  'operation-not_safe': makeModel(
    { ...NOT_SAFE, reasons: ['attempt_open'] },
    finished({
      state: 'refused',
      settledAt: at('06:41:06'),
      refusal: { by: 'us', code: null, means: 'not_safe', reasons: ['attempt_open', 'no_final_failure'] },
    }),
  ),
  'operation-refused': makeModel(
    {},
    finished({
      ...SENT,
      state: 'refused',
      settledAt: at('06:41:06'),
      refusal: { by: 'platform', code: 'PAYOUT_COOLDOWN', means: 'cooldown', reasons: [] },
    }),
  ),
  'override-accepted': makeModel({}, underWay({ ...BY_HAND, action: 'mark_paid' })),
  'override-paid': makeModel(
    { ...OVER, overHow: 'paid', paymentState: 'paid' },
    finished({ ...DONE, ...BY_HAND, action: 'mark_paid', proof: null, result: NO_ATTEMPT }),
  ),
  'override-rejected': makeModel(
    { ...OVER, overHow: 'given_back', paymentState: 'rejected' },
    finished({ ...DONE, ...BY_HAND, action: 'reject', result: NO_ATTEMPT }),
  ),
  'override-retried': makeModel(AGAIN, finished({ ...DONE, ...BY_HAND })),
  'override-void': makeModel(
    {},
    finished({
      ...BY_HAND,
      action: 'reject',
      state: 'refused',
      settledAt: at('06:41:06'),
      refusal: { by: 'us', code: null, means: 'void', reasons: [] },
    }),
  ),
  'override-ended': makeModel(
    {},
    {
      standing: {
        open: operation({ ...SENT, ...BY_HAND, id: 'c', action: 'mark_paid', intentNo: 2 }),
        last: operation({
          ...UNKNOWN,
          state: 'refused',
          settledAt: at('06:42:11'),
          refusal: { by: 'override', code: null, means: 'overridden', reasons: [] },
        }),
        nextIntentNo: 2,
      },
    },
  ),
  paid: makeModel(
    {
      ...AGAIN,
      ...OVER,
      overHow: 'paid',
      paymentState: 'paid',
      attempts: [attempt(), { ...AGAIN.attempts![1]!, status: 'succeeded' }],
    },
    finished(DONE),
  ),
  given_back: makeModel({ ...OVER, overHow: 'given_back', paymentState: 'rejected' }),
  moved: makeModel({ ...STUCK, ...OVER, overHow: 'moved', paymentState: 'processing' }),
  gone: makeModel({ ...OVER, overHow: 'gone', movedAt: null }),
};

export function makeDetail(
  model: PayoutModel = makeModel(),
  changes: Partial<PayoutDetail> = {},
): PayoutDetail {
  return { ...model, history: [], card: null, ...changes };
}
