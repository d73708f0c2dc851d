import type { Action, ActionLine } from '../../src/actions/types.ts';
import type { ActionId } from '../../src/ids.ts';
import type { ReportModel } from '../../src/slo/load-report.ts';
import type { PromiseFigures, ReportFigures } from '../../src/slo/report-types.ts';

const WEEKS = Array.from({ length: 12 }, (_, index) => {
  const monday = new Date(Date.parse('2025-10-27') + index * 7 * 86_400_000).toISOString().slice(0, 10);
  return { week: index < 9 ? `2025-W${44 + index}` : `2026-W0${index - 8}`, monday };
});
const DAYS = [
  '2026-01-12',
  '2026-01-13',
  '2026-01-14',
  '2026-01-15',
  '2026-01-16',
  '2026-01-17',
  '2026-01-18',
];

/** One promise's part, with what a test wants otherwise. */
export function makePromise(changes: Partial<PromiseFigures> = {}): PromiseFigures {
  return {
    slo: {
      name: 'api-availability',
      title: { en: 'API availability', tr: 'API erişilebilirliği' },
      target: 0.999,
      windowDays: 30,
      unit: 'requests',
    },
    health: 'met',
    value: 0.99951,
    valid: 1_234_567,
    bad: 605,
    lastValue: 0.9993,
    change: 0.00021,
    windowValue: 0.99938,
    budgetLeft: 0.38,
    spent: 0.114,
    burn: { hour: 0.2, quarter: 0.31, days: 0.46 },
    days: DAYS.map((day) => ({ day, value: 0.9995, bad: 86 })),
    worstHour: { from: '2026-01-13T09:00:00.000Z', bad: 310, valid: 8_200, value: 0.96219 },
    trend: WEEKS.map((week, index) => ({
      ...week,
      value: index < 7 ? null : 0.9995,
      used: index < 7 ? null : index / 15,
    })),
    contributors: [
      { name: 'POST /withdrawals', bad: 430, share: 0.71 },
      { name: 'GET /balance', bad: 100, share: 0.165 },
    ],
    gapMinutes: 0,
    gaps: [],
    leftOutMinutes: 0,
    undecidedFrom: null,
    silentSince: null,
    late: null,
    ...changes,
  };
}

const payout = makePromise({
  slo: {
    name: 'payout',
    title: { en: 'Payouts within 24 hours', tr: '24 saat içinde ödeme' },
    target: 0.95,
    windowDays: 30,
    unit: 'payouts',
  },
  health: 'broken',
  value: 0.931,
  valid: 812,
  bad: 56,
  lastValue: 0.9612,
  change: -0.0302,
  windowValue: 0.9441,
  budgetLeft: -0.118,
  spent: 0.31,
  late: 61,
  undecidedFrom: '2026-01-18T07:00:00.000Z',
  contributors: [{ name: 'papara', bad: 40, share: 0.66 }],
});

const unknown = makePromise({
  slo: {
    name: 'webhook-success',
    title: { en: 'Webhook success', tr: 'Webhook başarısı' },
    target: 0.995,
    windowDays: 30,
    unit: 'webhooks',
  },
  health: 'no_data',
  value: null,
  valid: 0,
  bad: 0,
  lastValue: null,
  change: null,
  windowValue: null,
  budgetLeft: null,
  spent: null,
  worstHour: null,
  days: DAYS.map((day) => ({ day, value: null, bad: 0 })),
  burn: { hour: null, quarter: null, days: null },
  trend: WEEKS.map((week) => ({ ...week, value: null, used: null })),
  contributors: [],
  gapMinutes: 10_080,
  silentSince: '2026-01-11T06:00:00.000Z',
});

function makeFigures(changes: Partial<ReportFigures> = {}): ReportFigures {
  return {
    week: '2026-W03',
    zone: 'Europe/Istanbul',
    from: '2026-01-11T21:00:00.000Z',
    to: '2026-01-18T21:00:00.000Z',
    hours: 168,
    dueAt: '2026-01-19T07:00:00.000Z',
    madeAt: '2026-01-19T07:00:01.000Z',
    madeOn: '2026-01-19',
    isLate: false,
    actions: { figures: { inTime: 0, judged: 0, open: 0, gaps: 0 }, open: [], more: 0 },
    promises: [makePromise()],
    episodes: [],
    breaches: [],
    corrections: [],
    webhooks: { refused: 12, all: 40_211, share: 12 / 40_211 },
    ...changes,
  };
}

/** One action of the list. */
export function makeLine(change: Partial<Action> = {}, ownerLeft = false): ActionLine {
  const action: Action = {
    id: '0a000000-0000-4000-8000-000000000001' as ActionId,
    number: 3,
    series: 'slo',
    sourceKind: 'slo_report',
    sourceId: '0b000000-0000-4000-8000-000000000001',
    what: 'Raise the connection limit',
    ownerId: 'U0OWNER1',
    dueOn: '2026-01-16',
    createdBy: 'person:U0LEAD1',
    createdAt: new Date('2026-01-12T07:30:00Z'),
    state: 'open',
    doneAt: null,
    doneBy: null,
    doneOn: null,
    remindedAt: null,
    ...change,
  };
  return { action, ownerLeft };
}

/** A report's message, with what a test wants otherwise. */
export function makeReport(
  figures: Partial<ReportFigures> = {},
  actions: ReportModel['actions'] = { earlier: [], fresh: [], more: 0 },
): ReportModel {
  return { id: '0b000000-0000-4000-8000-000000000002', figures: makeFigures(figures), actions, later: [] };
}

/** Left out once the report was made. */
const LATER: ReportModel['later'][number] = {
  number: 9,
  slo: 'api-availability',
  cause: 'maintenance',
  createdBy: 'person:U0ENGINEER1',
  state: 'left_out',
  fromAt: '2026-01-14T01:00:00.000Z',
  toAt: '2026-01-14T02:30:00.000Z',
  decidedAt: '2026-01-20T09:00:00.000Z',
  approvedBy: ['U0LEAD1'],
  backAt: null,
  backApprovedBy: [],
};

/** Every kind of week. */
export const REPORTS: Readonly<Record<string, ReportModel>> = {
  calm: makeReport(),
  corrected: { ...makeReport(), later: [LATER] },
  full: makeReport(
    {
      isLate: true,
      madeAt: '2026-01-20T11:30:00.000Z',
      madeOn: '2026-01-20',
      promises: [
        makePromise({ health: 'at_risk', budgetLeft: 0.12, gapMinutes: 34, leftOutMinutes: 60 }),
        payout,
        unknown,
      ],
      actions: { figures: { inTime: 3, judged: 4, open: 5, gaps: 2 }, open: [], more: 0 },
      episodes: [
        {
          number: 4,
          slo: 'api-availability',
          worstTier: 'page-fast',
          level: 'page',
          peakBurn: 98.44,
          bad: 310,
          acknowledgedBy: 'U0SRE1',
          openedAt: '2026-01-13T09:04:00.000Z',
          recoveredAt: '2026-01-13T10:30:00.000Z',
        },
        {
          number: 5,
          slo: 'payout',
          worstTier: 'ticket',
          level: 'ticket',
          peakBurn: 1.6,
          bad: 0.4,
          acknowledgedBy: null,
          openedAt: '2026-01-17T09:04:00.000Z',
          recoveredAt: null,
        },
      ],
      breaches: [
        { slo: 'payout', beganAt: '2026-01-17T12:00:00.000Z', endedAt: null },
        { slo: 'gone', beganAt: '2026-01-12T12:00:00.000Z', endedAt: '2026-01-13T12:00:00.000Z' },
      ],
      corrections: [
        {
          number: 7,
          slo: 'api-availability',
          cause: 'maintenance',
          createdBy: 'person:U0SRE1',
          state: 'left_out',
          fromAt: '2026-01-14T01:00:00.000Z',
          toAt: '2026-01-14T02:00:00.000Z',
          decidedAt: '2026-01-14T08:00:00.000Z',
          approvedBy: ['U0LEAD1'],
          backAt: null,
          backApprovedBy: [],
        },
        {
          number: 6,
          slo: 'payout',
          cause: 'bad_data',
          createdBy: 'U0OPS1',
          state: 'put_back',
          fromAt: '2026-01-13T01:00:00.000Z',
          toAt: '2026-01-13T02:00:00.000Z',
          decidedAt: '2026-01-13T08:00:00.000Z',
          approvedBy: ['U0LEAD1'],
          backAt: '2026-01-15T08:00:00.000Z',
          backApprovedBy: ['U0LEAD1', 'U0MANAGER1'],
        },
      ],
      webhooks: { refused: 812, all: 40_211, share: 812 / 40_211 },
    },
    {
      earlier: [
        makeLine({ ownerId: null, number: 1 }),
        makeLine({}, true),
        makeLine({ state: 'done', doneAt: new Date('2026-01-20T07:00:00Z'), doneBy: 'person:U0OWNER1' }),
      ],
      fresh: [makeLine({ number: 8, dueOn: '2026-02-03' })],
      more: 2,
    },
  ),
  empty: makeReport({ promises: [unknown], webhooks: null }),
  undefined: makeReport({ promises: [] }),
};
