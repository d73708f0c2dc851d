import type { AcceptanceId } from '../../src/findings/acceptance-store.ts';
import type { ListModel } from '../../blocks/show-all.ts';
import { CHANGES } from '../../src/findings/act-types.ts';
import type { FindingList } from '../../src/findings/list-findings.ts';
import { NO_FILTER } from '../../src/findings/list-rules.ts';
import type { AcceptanceModel } from '../../src/findings/load-acceptance.ts';
import type { HistoryLine, ReviewedFinding, ReviewModel } from '../../src/findings/review-model.ts';
import type { FindingId, RunId, UserId } from '../../src/ids.ts';
import type { ReconState } from '../../src/reconciliation/read-state.ts';
import type { Run } from '../../src/reconciliation/runs.ts';
import { BROKEN, makeFinding, makePayout } from './models.ts';

const ID = '0b0e6c5e-25a8-4b9c-8f0f-2b4f6e1c9d01' as FindingId;
const ALERTED = '1b0e6c5e-25a8-4b9c-8f0f-2b4f6e1c9d02' as FindingId;
const AT = new Date('2026-01-15T07:12:00Z');
const UNTIL = new Date('2026-01-22T21:00:00Z');
const OPS1 = 'person:U00000OPS1';

export function makeReviewed(changes: Partial<ReviewedFinding> = {}): ReviewedFinding {
  const {
    appearance: _appearance,
    grouped: _grouped,
    closed: _closed,
    payout: _payout,
    ...finding
  } = makeFinding();
  return {
    ...finding,
    key: 'k',
    family: null,
    causeKey: 'c',
    opening: false,
    lastSeenAt: new Date('2026-01-15T05:55:00Z'),
    resolvedAt: null,
    lastRunId: null,
    closedBy: null,
    closedReason: null,
    closedAt: null,
    confirmedAt: null,
    adoptedAt: null,
    ...changes,
  };
}

export function historyLine(changes: Partial<HistoryLine> = {}): HistoryLine {
  return {
    at: AT,
    change: 'opened',
    actor: 'job:reconcile',
    rule: 'R01',
    class: 'HIGH',
    amountMinor: 123_456n,
    note: null,
    reason: null,
    until: null,
    ...changes,
  };
}

/** An open HIGH that nobody has touched, as an ops person sees it. */
export function makeReview(changes: Partial<ReviewModel> = {}): ReviewModel {
  return {
    finding: makeReviewed(),
    timeZone: 'Europe/Istanbul',
    reportingCurrency: 'USD',
    now: AT,
    tenantName: 'Atlas Wallet',
    seenAt: new Date('2026-01-15T05:55:00Z'),
    companions: [],
    history: [historyLine()],
    earlier: 0,
    viewers: [],
    proposal: null,
    undo: null,
    escalation: null,
    payout: null,
    byHand: { line: null, link: null, mayAsk: false },
    canEscalate: false,
    acts: ['resolve', 'assign', 'accept'],
    days: { suggested: '2026-01-22', last: '2026-02-14' },
    noteLimit: 1_000,
    asked: 'a'.repeat(64),
    ...changes,
  };
}

const CLOSED = { closedBy: OPS1, closedAt: AT, closedReason: 'corrected' };

/** One model for everything Review shows. */
export const REVIEWS: Readonly<Record<string, ReviewModel>> = {
  open: makeReview(),
  busy: makeReview({
    finding: makeReviewed({ owner: 'U00000OPS2', class: 'MED', rule: 'R06', evidence: heldEvidence() }),
    companions: [{ id: '7c7e6c5e-0000-4b9c-8f0f-2b4f6e1c9d01', rule: 'R04', class: 'HIGH', state: 'open' }],
    viewers: ['U00000OPS2', 'U000LEAD01'],
    escalation: {
      id: 'e1',
      state: 'acknowledged',
      level: 2,
      ackedBy: 'U000LEAD01' as UserId,
      link: 'https://example.slack.com/archives/C1/p1768456500000000',
    },
    history: CHANGES.map((change, index) =>
      historyLine({
        change,
        actor: index % 2 === 0 ? 'job:reconcile' : OPS1,
        ...(change === 'resolved' ? { note: 'Booked *twice* at the provider', reason: 'corrected' } : {}),
        ...(change === 'accepted' ? { until: UNTIL, reason: 'acceptance_over' } : {}),
      }),
    ),
    earlier: 12,
    undo: { seq: 3, change: 'assigned', until: AT },
  }),
  proposed: makeReview({
    proposal: { by: OPS1, at: AT, until: UNTIL, reason: 'known' },
    escalation: { id: 'e1', state: 'open', level: 1, ackedBy: null, link: null },
    acts: ['resolve', 'assign'],
  }),
  resolved: makeReview({
    finding: makeReviewed({ ...CLOSED, state: 'resolved', resolvedAt: AT }),
    acts: ['reopen'],
    undo: { seq: 2, change: 'resolved', until: AT },
  }),
  accepted: makeReview({
    finding: makeReviewed({ ...CLOSED, state: 'accepted', acceptedUntil: UNTIL, opening: true }),
    acts: ['resolve', 'reopen'],
  }),
  payout: makeReview({
    finding: makeReviewed({
      family: 'payout',
      rule: 'R23',
      class: 'LOW',
      action: 'retry',
      provider: 'kuzey-pay',
      subject: { kind: 'transaction', id: 'wd-2026-0005678' },
      evidence: { key: 'R23.safe', args: { attempts: 1, provider: 'kuzey-pay', error: 'E42' } },
    }),
    payout: {
      line: makePayout({
        offersRetry: true,
        operation: { action: 'recheck', state: 'succeeded', by: OPS1, at: AT },
      }),
      link: 'https://example.slack.com/archives/C1/p1768456500000000',
      mayRetry: true,
      mayRecheck: true,
    },
    canEscalate: true,
  }),
  looked_at: makeReview({
    finding: makeReviewed({ class: 'LOW', amountMinor: null, amountReportingMinor: null }),
    acts: [],
    canEscalate: true,
  }),
};

function heldEvidence(): ReviewedFinding['evidence'] {
  const money = (minor: string) => ({ money: { minor, currency: 'TRY' } });
  return {
    key: 'R06',
    args: { account: { account: 'acc-000042' }, held: money('5000'), open: money('2500') },
  };
}

export function makeAcceptance(changes: Partial<AcceptanceModel['acceptance']> = {}): AcceptanceModel {
  return {
    acceptance: {
      id: '5b0e6c5e-25a8-4b9c-8f0f-2b4f6e1c9d05' as AcceptanceId,
      findingId: ID,
      askedHash: 'a',
      rule: 'R01',
      class: 'HIGH',
      currency: 'TRY',
      amountMinor: 123_456n,
      amountReportingMinor: 4_115n,
      until: UNTIL,
      reason: 'known',
      note: 'A test account <!channel>',
      proposedBy: OPS1,
      proposedKey: 'ops1',
      proposedAt: AT,
      state: 'proposed',
      decidedBy: null,
      decidedAt: null,
      ...changes,
    },
    finding: makeReviewed(),
    timeZone: 'Europe/Istanbul',
    reportingCurrency: 'USD',
  };
}

const DECIDED = { decidedBy: 'person:U000LEAD01', decidedAt: new Date('2026-01-15T08:00:00Z') };

export const ACCEPTANCES: Readonly<Record<string, AcceptanceModel>> = {
  proposed: makeAcceptance(),
  approved: makeAcceptance({ state: 'approved', ...DECIDED }),
  rejected: makeAcceptance({ state: 'rejected', ...DECIDED }),
  withdrawn: makeAcceptance({ state: 'withdrawn', decidedBy: OPS1, decidedAt: AT }),
  overtaken: makeAcceptance({ state: 'overtaken', decidedBy: 'job:findings', decidedAt: AT }),
};

function listed(changes: Partial<FindingList['findings'][number]> = {}): FindingList['findings'][number] {
  const {
    evidence: _evidence,
    firstSeenAt: _seen,
    appearance: _a,
    grouped: _g,
    closed: _c,
    payout: _p,
    ...finding
  } = makeFinding();
  return { ...finding, family: null, closedBy: null, ...changes };
}

export function makeList(changes: Partial<ListModel> = {}, list: Partial<FindingList> = {}): ListModel {
  return {
    list: {
      findings: [
        listed(),
        listed({ id: ALERTED, owner: 'U00000OPS2', class: 'MED', rule: 'R19', provider: 'kuzey-pay' }),
        listed({ subject: { kind: 'transaction', id: 'wd-9' }, class: 'LOW', rule: 'R24' }),
        listed({ state: 'accepted', acceptedUntil: UNTIL }),
        listed({ state: 'resolved' }),
      ],
      page: 2,
      pages: 6,
      count: 57,
      choices: {
        rules: ['R01', 'R19', 'R24'],
        providers: [{ value: '0123456789ab', name: 'kuzey-pay' }],
        tenants: [{ value: 'ba9876543210', name: 'atlas' }],
      },
      ...list,
    },
    filter: { ...NO_FILTER, class: 'HIGH', provider: '0123456789ab' },
    timeZone: 'Europe/Istanbul',
    reportingCurrency: 'USD',
    now: AT,
    tenantNames: new Map([['atlas', 'Atlas Wallet']]),
    alerts: new Map([[ALERTED, 'https://example.slack.com/archives/C2/p1768456500000100']]),
    run: {
      id: 'r1' as RunId,
      label: '2026-01-15',
      link: 'https://example.slack.com/archives/C1/p1768456500000000',
    },
    ...changes,
  };
}

export const LISTS: Readonly<Record<string, ListModel>> = {
  page: makeList(),
  nothing: makeList(
    { filter: { ...NO_FILTER, rule: 'R29', owner: 'mine' }, run: null },
    {
      findings: [],
      page: 1,
      pages: 1,
      count: 0,
      choices: { rules: [], providers: [], tenants: [] },
    },
  ),
};

export function makeRun(changes: Partial<Run> = {}): Run {
  return {
    id: '6f1c8a52-8a64-4f0e-9d0b-3b1f6f2f1a10' as RunId,
    kind: 'daily',
    trigger: 'manual',
    slotAt: null,
    label: '2026-01-15',
    state: 'complete',
    windowFrom: null,
    windowTo: AT,
    observedAt: AT,
    rules: [],
    rulesNotRun: {},
    totals: BROKEN,
    auditHead: null,
    error: null,
    settledAt: AT,
    createdAt: new Date('2026-01-15T07:02:00Z'),
    startedBy: OPS1,
    ...changes,
  };
}

function makeState(changes: Partial<ReconState> = {}): ReconState {
  const run = makeRun();
  return {
    timeZone: 'Europe/Istanbul',
    running: null,
    last: run,
    settled: run,
    progress: { total: 213, closed: 7, accepted: 2, assigned: 5 },
    nextAt: new Date('2026-01-16T06:00:00Z'),
    full: null,
    ...changes,
  };
}

const RUNNING = makeRun({ id: 'r2' as RunId, state: 'scanning', settledAt: null });

const FULL = makeRun({ id: 'r4' as RunId, kind: 'full' });

export const STATES: Readonly<Record<string, ReconState>> = {
  full_over: makeState({ full: { run: FULL, scan: { scanned: 50_012, expected: 50_000 } } }),
  full_runs: makeState({
    full: {
      run: { ...FULL, state: 'scanning', settledAt: null },
      scan: { scanned: 20_000, expected: 50_000 },
    },
  }),
  complete: makeState(),
  running: makeState({ running: RUNNING }),
  failed: makeState({
    last: makeRun({ id: 'r3' as RunId, state: 'failed', totals: null, error: 'finance_unavailable' }),
  }),
  partial: makeState({ last: makeRun({ state: 'partial' }) }),
  none: makeState({
    last: null,
    settled: null,
    progress: null,
    running: { ...RUNNING, state: 'confirming' },
  }),
};
