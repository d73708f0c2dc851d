import { exponentOf } from '../../src/money.ts';
import { makeRandom, pick } from './random.ts';

/** The tenants of the sandbox's platform, as its policy names them. */
export const SANDBOX_TENANTS = [
  { id: 'anadolu', name: 'Anadolu Wallet' },
  { id: 'bosphorus', name: 'Bosphorus Pay' },
] as const;

export const PROVIDERS = [
  { provider: 'kuzey-pay', status: 'active', lagDays: 1 },
  { provider: 'atlas-bank', status: 'active', lagDays: 2 },
  { provider: 'mavi-wire', status: 'active', lagDays: 3 },
] as const;

/** What one unit is worth in the reporting currency (USD) at the start; the daily rates wander around it. */
export const BASE_RATES: Record<string, number> = {
  TRY: 0.0232,
  EUR: 1.164,
  USD: 1,
  KWD: 3.254,
  JPY: 0.0064,
};

const CURRENCY_WEIGHTS = [
  ['TRY', 46],
  ['EUR', 20],
  ['USD', 18],
  ['KWD', 6],
  ['JPY', 10],
] as const;
const PROVIDER_WEIGHTS = [
  ['kuzey-pay', 50],
  ['atlas-bank', 32],
  ['mavi-wire', 18],
] as const;

/** Everything that is drawn hangs on these four; scale 1 is about 20,000 payments in 30 days. */
export interface World {
  seed: string;
  scale: number;
  /** The moment the sandbox's clock starts at; data reaches back from here. Epoch milliseconds. */
  startAt: number;
}

export const HISTORY_DAYS = 30;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Istanbul has stayed at UTC+3 since 2016. */
export const ISTANBUL_OFFSET_MS = 3 * HOUR_MS;

/** When the first account was opened. */
export function historyStart(world: World): number {
  return world.startAt - HISTORY_DAYS * DAY_MS;
}

export interface Account {
  tenantId: string;
  accountId: string;
  status: 'active' | 'suspended';
  /** The home currency first. */
  currencies: readonly string[];
  /** From when its wallets' baselines are: before all data, in the middle of it, or none (from zero). */
  baseline: 'start' | 'middle' | 'none';
  opening: number;
}

export function accountCount(world: World): number {
  return Math.max(60, Math.round(2_000 * world.scale));
}

/** The account with this index; a pure function of the seed. */
export function accountAt(world: World, index: number): Account {
  const random = makeRandom(`${world.seed}/account/${index}`);
  const home = pick(CURRENCY_WEIGHTS, random.next());
  const second = random.next() < 0.3 ? pick(CURRENCY_WEIGHTS, random.next()) : home;
  const baseline = pick(
    [
      ['start', 50],
      ['middle', 10],
      ['none', 40],
    ] as const,
    random.next(),
  );
  return {
    tenantId: pick(
      [
        ['anadolu', 65],
        ['bosphorus', 35],
      ] as const,
      random.next(),
    ),
    accountId: `acc_${random.serial}`,
    status: random.next() < 0.98 ? 'active' : 'suspended',
    currencies: home === second ? [home] : [home, second],
    baseline,
    opening: baseline === 'start' ? logNormal(random.next(), random.next(), 9_000) : 0,
  };
}

export function providerFor(draw: number): string {
  return pick(PROVIDER_WEIGHTS, draw);
}

/** A business payment in USD: half are below the median, a few are very large. */
export function logNormal(first: number, second: number, median: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second);
  return Math.min(250_000, median * Math.exp(1.15 * normal));
}

/** Drawn USD as minor units of a currency: an invented amount, so the float before it is harmless. */
export function minorFromDrawnUsd(usd: number, currency: string): bigint {
  const exponent = exponentOf(currency) ?? 2;
  const minor = (usd / (BASE_RATES[currency] ?? 1)) * 10 ** exponent;
  // People type round numbers: three significant digits for most.
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, minor))) - 3);
  return BigInt(Math.max(1, Math.round(minor / step) * step));
}
