import type { Slo, Tier } from '../../src/slo/types.ts';

/** The tiers of the domain's section 2. */
export const TIERS: readonly Tier[] = [
  { name: 'page-fast', level: 'page', threshold: 14.4, longMinutes: 60, shortMinutes: 5, minBad: 5 },
  { name: 'page-slow', level: 'page', threshold: 6, longMinutes: 360, shortMinutes: 30, minBad: 5 },
  { name: 'ticket', level: 'ticket', threshold: 1, longMinutes: 4_320, shortMinutes: 360, minBad: 5 },
];

/** A promise as the shipped files define api-availability, with whatever a test wants otherwise. */
export function makeSlo(changes: Partial<Slo> = {}): Slo {
  return {
    name: 'api-availability',
    title: { en: 'API availability', tr: 'API erişilebilirliği' },
    description: 'Requests answered without a server error.',
    service: 'wallet-api',
    target: 0.999,
    windowDays: 30,
    unit: 'requests',
    indicator: { source: 'sli_minutes', sli: 'api_availability' },
    tiers: TIERS,
    dashboard: null,
    ...changes,
  };
}

/** Payouts, 95 % within 24 hours. */
export function makePayoutSlo(changes: Partial<Slo> = {}): Slo {
  return makeSlo({
    name: 'payout',
    title: { en: 'Payouts within 24 hours', tr: '24 saat içinde ödeme' },
    description: 'Payouts that are paid within 24 hours of the request.',
    service: 'payouts',
    target: 0.95,
    unit: 'payouts',
    indicator: { source: 'payouts', withinHours: 24 },
    tiers: TIERS.slice(1),
    ...changes,
  });
}
