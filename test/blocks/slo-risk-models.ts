import type { PayoutId } from '../../src/ids.ts';
import type { RiskItem, RiskListModel, RiskModel, RiskNoticeModel } from '../../src/slo/load-risk.ts';
import { makeModel, makePayout } from './payouts-models.ts';

const NOW = new Date('2026-01-15T06:40:00Z');
const HOUR_MS = 3_600_000;
const ZONE = 'Europe/Istanbul';
const PROMISE = {
  name: 'payout',
  title: { en: 'Payouts within 24 hours', tr: '24 saat içinde ödeme' },
};

/** Open for so many hours, without an episode. */
export function makeItem(ageHours: number, changes: Partial<RiskItem> = {}): RiskItem {
  const requestedAt = new Date(NOW.getTime() - ageHours * HOUR_MS);
  return {
    tenantId: 'anadolu',
    tenantName: 'Anadolu Wallet',
    transactionId: 'wd-2026-0001234',
    accountId: 'acc-000042',
    provider: 'kuzey-pay',
    paymentState: 'processing',
    requestedAt,
    breaksAt: new Date(requestedAt.getTime() + 24 * HOUR_MS),
    amountMinor: 4_200_00n,
    currency: 'TRY',
    why: 'age',
    payout: null,
    ...changes,
  };
}

const failed = makeItem(22.33, { paymentState: 'payout_failed', payout: makeModel() });
const stuck = makeItem(21, {
  transactionId: 'wd-2026-0001235',
  payout: makeModel(
    {
      id: '6c3f8a52-8a64-4f0e-9d0b-3b1f6f2f1a78' as PayoutId,
      rule: 'R19',
      paymentState: 'processing',
      offersRetry: false,
      reasons: ['attempt_open'],
    },
    { offersOverride: true },
  ),
});
const asked = makeItem(20.5, {
  transactionId: 'wd-2026-0001236',
  provider: null,
  paymentState: 'requested',
  amountMinor: 75_00n,
  currency: 'EUR',
});
const byPace = makeItem(6, { transactionId: 'wd-2026-0001237', why: 'pace' });

const SUMS = [
  { currency: 'TRY', amountMinor: 12_600_00n, count: 3 },
  { currency: 'EUR', amountMinor: 75_00n, count: 1 },
];

export function makeRiskModel(changes: Partial<RiskModel> = {}): RiskModel {
  const items = changes.items ?? [failed, stuck, asked, byPace];
  return {
    promise: PROMISE,
    risk: {
      id: '7d4f8a52-8a64-4f0e-9d0b-3b1f6f2f1a79',
      slo: 'payout',
      openedAt: new Date(NOW.getTime() - 2 * HOUR_MS),
      checkedAt: NOW,
      late: changes.late ?? 0,
      overAt: null,
    },
    at: NOW,
    count: items.length,
    late: 0,
    perCurrency: SUMS,
    timeZone: ZONE,
    counts: { open: items.length, paid: 0, late: 0, dropped: 0 },
    items,
    ...changes,
  };
}

function overModel(counts: RiskModel['counts'], late = 0): RiskModel {
  const model = makeRiskModel({ items: [], count: 0, perCurrency: [], counts, late });
  return { ...model, risk: { ...model.risk, overAt: NOW } };
}

const ELEVEN_HOURS = [23.9, 23.5, 23, 22.5, 22, 21.5, 21, 20.8, 20.5, 20.2];
const many = ELEVEN_HOURS.map((age, index) => makeItem(age, { transactionId: `wd-2026-000200${index}` }));

/** Every way the card can look. */
export const RISKS: Readonly<Record<string, RiskModel>> = {
  open: makeRiskModel(),
  'open-later': makeRiskModel({
    items: [failed],
    count: 1,
    perCurrency: [{ currency: 'TRY', amountMinor: 4_200_00n, count: 1 }],
    late: 2,
    counts: { open: 1, paid: 3, late: 1, dropped: 1 },
  }),
  many: makeRiskModel({ items: many, count: 22, counts: { open: 22, paid: 0, late: 0, dropped: 0 } }),
  over: overModel({ open: 0, paid: 4, late: 0, dropped: 0 }),
  'over-late': overModel({ open: 0, paid: 1, late: 2, dropped: 1 }, 1),
};

export const NOTICE: RiskNoticeModel = {
  promise: PROMISE,
  at: NOW,
  count: 3,
  late: 0,
  perCurrency: SUMS,
  timeZone: ZONE,
  soonest: stuck.breaksAt,
  card: { channelId: 'C0FINOPS', ts: '1768459200.000100' },
};

export function makeRiskList(changes: Partial<RiskListModel> = {}): RiskListModel {
  const items = changes.items ?? [failed, stuck, asked, byPace];
  return {
    at: NOW,
    count: items.length,
    late: 0,
    perCurrency: SUMS,
    timeZone: ZONE,
    items,
    page: 1,
    pages: 1,
    isStale: false,
    ...changes,
  };
}

/** Every way the modal can look. */
export const RISK_LISTS: Readonly<Record<string, RiskListModel>> = {
  one: makeRiskList(),
  middle: makeRiskList({ items: many, count: 34, page: 2, pages: 4, late: 1 }),
  empty: makeRiskList({ items: [], count: 0, perCurrency: [] }),
  stale: makeRiskList({ items: [makeItem(24.2)], count: 1, isStale: true }),
  'stale-empty': makeRiskList({ items: [], count: 0, perCurrency: [], isStale: true }),
};

/** What others can write, at its longest and worst. */
const WORST_TEXT = '<!channel> *x* `y` & <https://evil.example|here> 4111111111111111 '.repeat(4);
export const WORST_ITEM = makeItem(21, {
  tenantName: WORST_TEXT,
  transactionId: WORST_TEXT,
  accountId: WORST_TEXT,
  provider: WORST_TEXT,
  paymentState: WORST_TEXT,
  currency: 'XXX',
  amountMinor: 10n ** 26n - 1n,
  payout: makeModel(
    { ...makePayout(), provider: WORST_TEXT, accountId: WORST_TEXT, amountMinor: 10n ** 26n - 1n },
    { offersOverride: true },
  ),
});
