import type { AccountId, FindingId, RunId, TenantId } from '../../src/ids.ts';
import type {
  ClassTotals,
  DigestFinding,
  DigestModel,
  FullScanModel,
  OpeningModel,
  RunTotals,
} from '../../src/reconciliation/types.ts';

const NONE: ClassTotals = { count: 0, perCurrency: [], reportingMinor: 0n, withoutRate: 0 };

/** A quiet day: nothing open, everything looked at. */
export function quietTotals(changes: Partial<RunTotals> = {}): RunTotals {
  return {
    volumeDay: '2026-01-14',
    volume: [
      volume('deposit', 'TRY', [412, 392], [123_456_789_00n, 119_000_000_00n]),
      volume('deposit', 'KWD', [3, 0], [1_234_567n, 0n]),
      volume('withdrawal', 'TRY', [250, 310], [98_765_432_10n, 120_000_000_00n]),
      volume('withdrawal', 'JPY', [5, 5], [1_200_000n, 1_200_000n]),
      volume('adjustment', 'EUR', [0, 2], [0n, 50_00n]),
    ],
    classes: { HIGH: NONE, MED: NONE, LOW: NONE },
    opening: NONE,
    appearances: { new: 0, carried: 0, reopened: 0, resolved: 2 },
    accounts: { scanned: 2_000, clean: 2_000, drifted: 0, unknown: 0, skipped: 0 },
    durationMs: 812,
    ...changes,
  };
}

function volume(
  kind: RunTotals['volume'][number]['kind'],
  currency: string,
  [count, countBefore]: [number, number],
  [amountMinor, amountMinorBefore]: [bigint, bigint],
): RunTotals['volume'][number] {
  return { kind, currency, count, countBefore, amountMinor, amountMinorBefore };
}

/** The digest of a complete, quiet run on 15 January 2026, read at 08:55 in Istanbul. */
export function makeDigest(
  changes: Partial<Omit<DigestModel, 'run'>> = {},
  run: Partial<DigestModel['run']> = {},
): DigestModel {
  return {
    run: {
      id: '6f1c8a52-8a64-4f0e-9d0b-3b1f6f2f1a10' as RunId,
      kind: 'daily',
      trigger: 'schedule',
      state: 'complete',
      label: '2026-01-15',
      windowFrom: new Date('2026-01-14T05:55:00Z'),
      windowTo: new Date('2026-01-15T05:55:00Z'),
      observedAt: new Date('2026-01-15T05:55:00Z'),
      settledAt: new Date('2026-01-15T05:57:03Z'),
      error: null,
      ...run,
    },
    timeZone: 'Europe/Istanbul',
    reportingCurrency: 'USD',
    totals: quietTotals(),
    rulesNotRun: [],
    worst: [],
    more: 0,
    progress: null,
    auditHead: 'v1:1042:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08:k3Zr:c2lnbmF0dXJl',
    ...changes,
  };
}

/** A drift of one minor unit, seen for the first time. */
export function makeFinding(changes: Partial<DigestFinding> = {}): DigestFinding {
  return {
    id: '0b0e6c5e-25a8-4b9c-8f0f-2b4f6e1c9d01' as FindingId,
    rule: 'R01',
    tenantId: 'atlas' as TenantId,
    subject: { kind: 'account', id: 'acc-000042' },
    accountId: 'acc-000042' as AccountId,
    provider: null,
    currency: 'TRY',
    amountMinor: 123_456n,
    amountReportingMinor: 4_115n,
    class: 'HIGH',
    action: 'escalate',
    evidence: {
      key: 'R01',
      args: {
        account: { account: 'acc-000042' },
        available: { money: { minor: '1', currency: 'TRY' } },
        held: { money: { minor: '-123456', currency: 'TRY' } },
      },
    },
    occurredAt: new Date('2026-01-12T01:55:00Z'),
    firstSeenAt: new Date('2026-01-12T06:00:00Z'),
    state: 'open',
    owner: null,
    acceptedUntil: null,
    closed: null,
    appearance: 'new',
    grouped: [],
    payout: null,
    ...changes,
  };
}

const STUCK = makeFinding({
  rule: 'R19',
  subject: { kind: 'transaction', id: 'wd-2026-0001234' },
  provider: 'kuzey-pay',
  currency: 'KWD',
  amountMinor: 1_234_567n,
  amountReportingMinor: 401_234n,
  class: 'MED',
  action: 'manual_review',
  evidence: { key: 'R19.not_asked', args: { state: 'payout_submitted', minutes: 45, provider: 'kuzey-pay' } },
  occurredAt: new Date('2026-01-15T05:10:00Z'),
  appearance: 'carried',
});

type Payout = NonNullable<DigestFinding['payout']>;

export function makePayout(changes: Partial<Payout> = {}): Payout {
  return {
    payoutId: '9d0e6c5e-25a8-4b9c-8f0f-2b4f6e1c9d77',
    intentNo: 2,
    offersRetry: false,
    isOpen: true,
    canPress: true,
    operation: null,
    message: { channelId: 'C0ALERTS1', ts: '1768456500.000100' },
    offersOverride: false,
    override: null,
    ...changes,
  };
}

const ASKED = {
  action: 'retry',
  state: 'sent',
  by: 'person:U00000OPS1',
  at: new Date('2026-01-15T07:12:00Z'),
} as const;

/** A payout in each state that a report tells apart. */
const FAILED = makeFinding({
  rule: 'R23',
  subject: { kind: 'transaction', id: 'wd-2026-0005678' },
  provider: 'kuzey-pay',
  currency: 'USD',
  amountMinor: 12_000n,
  amountReportingMinor: 12_000n,
  class: 'LOW',
  action: 'retry',
  evidence: { key: 'R23.safe', args: { attempts: 1, provider: 'kuzey-pay', error: 'E42' } },
});
const PAYOUTS = [
  { ...FAILED, payout: makePayout({ offersRetry: true }) },
  { ...FAILED, payout: makePayout({ canPress: false, operation: ASKED }) },
  { ...FAILED, payout: makePayout({ offersRetry: true, message: null }) },
  {
    ...FAILED,
    payout: makePayout({ isOpen: false, canPress: false, operation: { ...ASKED, state: 'succeeded' } }),
  },
];

const ORPHAN = makeFinding({
  rule: 'R24',
  subject: { kind: 'webhook', id: 'whk-77' },
  accountId: null,
  currency: 'USD',
  amountMinor: 5_000n,
  amountReportingMinor: 5_000n,
  class: 'LOW',
  evidence: {
    key: 'R24',
    args: { provider: 'mavi-wire', event: 'evt-9', kind: 'payout.paid', transaction: 'tx-unknown' },
  },
  appearance: 'reopened',
});

export const BROKEN = quietTotals({
  classes: {
    HIGH: {
      count: 2,
      perCurrency: [{ currency: 'TRY', amountMinor: 246_912n }],
      reportingMinor: 8_230n,
      withoutRate: 0,
    },
    MED: {
      count: 210,
      perCurrency: [
        { currency: 'KWD', amountMinor: 1_234_567n },
        { currency: 'JPY', amountMinor: 7n },
      ],
      reportingMinor: 401_239n,
      withoutRate: 1,
    },
    LOW: {
      count: 1,
      perCurrency: [{ currency: 'USD', amountMinor: 5_000n }],
      reportingMinor: 5_000n,
      withoutRate: 0,
    },
  },
  opening: {
    count: 12,
    perCurrency: [{ currency: 'EUR', amountMinor: 99_99n }],
    reportingMinor: 108_99n,
    withoutRate: 0,
  },
  appearances: { new: 3, carried: 207, reopened: 3, resolved: 4 },
  accounts: { scanned: 2_000, clean: 1_992, drifted: 2, unknown: 3, skipped: 3 },
});

const WORST = [
  makeFinding({ grouped: [{ id: 'a', rule: 'R06' }] }),
  makeFinding({ rule: 'R04', subject: { kind: 'transaction', id: 'wd-9' }, evidence: paidWithoutBurn() }),
  STUCK,
  ORPHAN,
];

function paidWithoutBurn(): DigestFinding['evidence'] {
  return {
    key: 'R04',
    args: { amount: { money: { minor: '123456', currency: 'TRY' } }, since: { at: '2026-01-12T01:55:00Z' } },
  };
}

const BY_OPS = { by: 'person:U00000OPS1', at: new Date('2026-01-15T07:12:00Z') };

/** One of each thing that people do. */
const WORKED_ON = [
  makeFinding({ owner: 'U00000OPS2' }),
  makeFinding({
    rule: 'R04',
    subject: { kind: 'transaction', id: 'wd-9' },
    evidence: paidWithoutBurn(),
    state: 'resolved',
    closed: { ...BY_OPS, reason: 'corrected' },
  }),
  {
    ...STUCK,
    state: 'accepted' as const,
    acceptedUntil: new Date('2026-01-31T21:00:00Z'),
    closed: { ...BY_OPS, reason: 'timing' },
  },
  { ...ORPHAN, state: 'resolved' as const },
];

const NOT_RUN = [
  { rule: 'R24', reason: 'view_missing:webhook_events' },
  { rule: 'R01', reason: 'no_baseline:12' },
];

/** The opening balance, and how far two people are with taking it over. */
export const OPENINGS: Readonly<Record<string, OpeningModel>> = Object.fromEntries(
  (
    [
      ['opening', { waiting: 12, set: 'a1b2', first: null, last: null }],
      ['opening-voted', { waiting: 12, set: 'a1b2', first: BY_OPS, last: null }],
      [
        'opening-adopted',
        {
          waiting: 0,
          set: null,
          first: null,
          last: { count: 12, by: ['person:U00000OPS1', 'person:U000LEAD01'], at: BY_OPS.at },
        },
      ],
    ] as const satisfies readonly (readonly [string, OpeningModel['adoption']])[]
  ).map(([name, adoption]) => [
    name,
    { ...makeDigest({ totals: BROKEN, worst: WORST, more: 209, rulesNotRun: NOT_RUN }), adoption },
  ]),
);

/** One model for every state a digest can be in. */
export const DIGESTS: Readonly<Record<string, DigestModel>> = {
  agrees: makeDigest(),
  agrees_but_opening: makeDigest({ totals: quietTotals({ opening: BROKEN.opening }) }),
  nothing_found: makeDigest({
    totals: quietTotals({ accounts: { scanned: 10, clean: 8, drifted: 0, unknown: 1, skipped: 1 } }),
    rulesNotRun: NOT_RUN,
  }),
  breaks: makeDigest({ totals: BROKEN, worst: WORST, more: 209, rulesNotRun: NOT_RUN }),
  worked_on: makeDigest({
    totals: BROKEN,
    worst: WORKED_ON,
    more: 209,
    progress: { total: 213, closed: 7, accepted: 2, assigned: 5 },
  }),
  payouts: makeDigest({
    totals: BROKEN,
    worst: [...PAYOUTS, { ...STUCK, payout: makePayout(), owner: 'U00000OPS2' }],
    more: 208,
  }),
  partial: makeDigest({ totals: BROKEN, worst: WORST, more: 209 }, { state: 'partial', error: 'incomplete' }),
  failed: makeDigest(
    { totals: null, auditHead: null },
    { state: 'failed', trigger: 'manual', observedAt: null, error: 'finance_unavailable' },
  ),
  scanning: makeDigest(
    { totals: null, auditHead: null },
    { state: 'scanning', observedAt: null, settledAt: null },
  ),
  confirming: makeDigest({ totals: null, auditHead: null }, { state: 'confirming', settledAt: null }),
};

function makeFull(
  scan: Partial<FullScanModel['scan']>,
  changes: Partial<Omit<DigestModel, 'run'>> = {},
  run: Partial<DigestModel['run']> = {},
): FullScanModel {
  const totals = quietTotals({ volume: [] });
  return {
    ...makeDigest({ auditHead: null, totals, ...changes }, { kind: 'full', windowFrom: null, ...run }),
    scan: {
      expected: 50_000,
      scanned: 50_012,
      pages: 11,
      suspects: 0,
      tookMs: 754_000,
      waits: false,
      ...scan,
    },
  };
}

const UNDER_WAY = { state: 'scanning', observedAt: null, settledAt: null } as const;
const HALF = { scanned: 20_000, pages: 4, suspects: 3 };

/** One model for every state a full scan can be in. */
export const FULL_SCANS: Readonly<Record<string, FullScanModel>> = {
  begins: makeFull(
    { expected: null, scanned: 0, pages: 0, tookMs: null },
    { totals: null },
    { ...UNDER_WAY, trigger: 'manual' },
  ),
  scanning: makeFull(HALF, { totals: null }, UNDER_WAY),
  waits: makeFull({ ...HALF, waits: true }, { totals: null }, UNDER_WAY),
  confirming: makeFull({ suspects: 2 }, { totals: null }, { ...UNDER_WAY, state: 'confirming' }),
  agrees: makeFull({}),
  not_all: makeFull(
    {},
    {
      totals: quietTotals({
        volume: [],
        accounts: { scanned: 50_012, clean: 50_010, drifted: 0, unknown: 1, skipped: 1 },
      }),
      rulesNotRun: [{ rule: 'R01', reason: 'no_baseline:1' }],
    },
  ),
  breaks: makeFull({ suspects: 5 }, { totals: { ...BROKEN, volume: [] }, worst: [makeFinding()], more: 2 }),
  partial: makeFull(
    {},
    {
      totals: { ...BROKEN, volume: [] },
      worst: [makeFinding()],
      rulesNotRun: [{ rule: 'R06', reason: 'rule_failed' }],
    },
    { state: 'partial' },
  ),
  failed: makeFull(HALF, { totals: null }, { state: 'failed', error: 'finance_unavailable' }),
};
