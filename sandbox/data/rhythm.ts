import type { PaymentKind } from '../platform/state-machine.ts';
import { makeRandom, pick } from './random.ts';
import {
  accountAt,
  accountCount,
  DAY_MS,
  HISTORY_DAYS,
  HOUR_MS,
  ISTANBUL_OFFSET_MS,
  logNormal,
  providerFor,
  type Account,
  type World,
} from './world.ts';

/** How busy each hour of an Istanbul day is, midnight first. */
const BY_HOUR = [
  0.25, 0.15, 0.1, 0.1, 0.12, 0.2, 0.35, 0.7, 1.2, 1.8, 2.1, 2.0, 1.6, 1.8, 2.0, 2.0, 1.9, 1.7, 1.3, 1.0, 0.9,
  0.8, 0.6, 0.4,
];
/** Sunday first. */
const BY_WEEKDAY = [0.5, 1.15, 1.1, 1.1, 1.1, 1.2, 0.65];
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const HOUR_MEAN = mean(BY_HOUR);
const WEEKDAY_MEAN = mean(BY_WEEKDAY);

const KIND_WEIGHTS = [
  ['deposit', 50],
  ['withdrawal', 38],
  ['refund', 4],
  ['chargeback', 1],
  ['bonus', 5],
  ['adjustment', 2],
] as const;

/** A payment that somebody wants to make; whether the wallet allows it shows at that moment. */
export interface Birth {
  at: number;
  id: string;
  account: Account;
  currency: string;
  kind: PaymentKind;
  usd: number;
  /** Share of what is available that a withdrawal takes when its amount is too large. */
  share: number;
  provider: string;
}

/** The payments that begin in (from, to], hour by hour in order of time; the same however the span is cut. */
export function* birthsBetween(world: World, from: number, to: number): Generator<Birth[]> {
  for (let hour = Math.floor(from / HOUR_MS); hour * HOUR_MS <= to; hour += 1) {
    const births = birthsOfHour(world, hour).filter(({ at }) => at > from && at <= to);
    yield births.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  }
}

function birthsOfHour(world: World, hour: number): Birth[] {
  const local = new Date(hour * HOUR_MS + ISTANBUL_OFFSET_MS);
  const weight =
    ((BY_HOUR[local.getUTCHours()] ?? 1) / HOUR_MEAN) * ((BY_WEEKDAY[local.getUTCDay()] ?? 1) / WEEKDAY_MEAN);
  const random = makeRandom(`${world.seed}/hour/${hour}`);
  const expected = ((20_000 * world.scale) / HISTORY_DAYS / (DAY_MS / HOUR_MS)) * weight;
  const count = Math.floor(expected + random.next());
  return Array.from({ length: count }, (_, index) => birth(world, hour, index));
}

function birth(world: World, hour: number, index: number): Birth {
  const random = makeRandom(`${world.seed}/birth/${hour}/${index}`);
  const account = busyAccount(world, random.next());
  const second = random.next() < 0.25 ? account.currencies[1] : undefined;
  const kind = pick(KIND_WEIGHTS, random.next());
  const median = kind === 'bonus' || kind === 'adjustment' ? 40 : 6_000;
  return {
    at: hour * HOUR_MS + Math.floor(random.next() * HOUR_MS),
    id: `tx_${random.serial}`,
    account,
    currency: second ?? account.currencies[0]!,
    kind,
    usd: logNormal(random.next(), random.next(), median),
    share: random.between(0.3, 0.9),
    provider: providerFor(random.next()),
  };
}

/** Few accounts do much, many do little; suspended ones do nothing. */
function busyAccount(world: World, draw: number): Account {
  const count = accountCount(world);
  for (let index = Math.floor(count * draw * draw); ; index = (index + 1) % count) {
    const account = accountAt(world, index);
    if (account.status === 'active') return account;
  }
}
