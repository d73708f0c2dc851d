import {
  NO_FILTER,
  type ListedPayout,
  type PayoutGroupModel,
  type PayoutListModel,
} from '../../src/payouts/types.ts';
import { at, LOOKED, makePayout, STUCK } from './payouts-models.ts';

export function makeGroup(
  changes: Partial<Omit<PayoutGroupModel, 'group'>> = {},
  group: Partial<PayoutGroupModel['group']> = {},
): PayoutGroupModel {
  return {
    group: {
      id: '6a2f8a52-8a64-4f0e-9d0b-3b1f6f2f1a88',
      rule: 'R23',
      provider: 'kuzey-pay',
      errorCode: 'bank_unavailable',
      state: 'open',
      openedAt: at('05:55:00'),
      overAt: null,
      ...group,
    },
    timeZone: 'Europe/Istanbul',
    reportingCurrency: 'USD',
    open: 35,
    total: 37,
    paid: 2,
    retrySafe: 31,
    high: 0,
    underWay: 1,
    oldestSince: at('05:31:00'),
    perCurrency: [
      { currency: 'TRY', amountMinor: 123_456_00n, count: 30 },
      { currency: 'KWD', amountMinor: 1_234_567n, count: 5 },
    ],
    reportingMinor: 8_115_00n,
    withoutRate: 1,
    ...changes,
  };
}

export const GROUPS: Readonly<Record<string, PayoutGroupModel>> = {
  open: makeGroup(),
  high: makeGroup({ high: 12, retrySafe: 0, underWay: 0, paid: 0 }, { rule: 'R20', errorCode: '' }),
  merged: makeGroup({}, { provider: '*', errorCode: '*' }),
  over: makeGroup(
    {
      open: 0,
      paid: 37,
      retrySafe: 0,
      underWay: 0,
      oldestSince: null,
      perCurrency: [],
      reportingMinor: 0n,
      withoutRate: 0,
    },
    { state: 'over', overAt: at('07:20:00') },
  ),
};

export function listed(changes: Partial<ListedPayout> = {}): ListedPayout {
  return { ...makePayout(), underWay: false, ...changes };
}

export function makePayoutList(changes: Partial<PayoutListModel> = {}): PayoutListModel {
  return {
    payouts: [
      listed({ ...STUCK, class: 'HIGH', rule: 'R20', since: at('03:52:00') }),
      listed(),
      listed({ underWay: true }),
      listed({ offersRetry: false, reasons: ['attempts_exhausted'], amountReportingMinor: null }),
    ],
    filter: NO_FILTER,
    page: 1,
    pages: 3,
    count: 24,
    all: 24,
    perCurrency: [{ currency: 'TRY', amountMinor: 100_800_00n, count: 24 }],
    choices: {
      providers: ['kuzey-pay', 'ege-bank'],
      states: ['payout_failed', 'payout_submitted'],
      tenants: [{ id: 'atlas', name: 'Atlas' }],
    },
    reportingCurrency: 'USD',
    timeZone: 'Europe/Istanbul',
    now: LOOKED,
    ...changes,
  };
}
