import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  breaksAt,
  chooseAtRisk,
  decideOutcome,
  decideRisk,
  isNoticeDue,
  limitsOf,
  ninetiethLeft,
  paceLeft,
  type OpenPayout,
  type Paces,
} from '../../src/slo/risk-rules.ts';

const HOUR_MS = 3_600_000;
const NOW = new Date('2026-01-15T12:00:00Z');
const LIMITS = limitsOf(24, 20);
const NO_PACE: Paces = { byProvider: new Map(), all: [] };

const hours = (...each: number[]): number[] => each.map((hour) => hour * HOUR_MS);
const times = (count: number, hour: number): number[] => hours(...Array.from({ length: count }, () => hour));

function openFor(ageHours: number, changes: Partial<OpenPayout> = {}): OpenPayout {
  return {
    tenantId: 'atlas',
    transactionId: 'wd-1',
    accountId: 'acc-1',
    provider: 'kuzey-pay',
    paymentState: 'processing',
    requestedAt: new Date(NOW.getTime() - ageHours * HOUR_MS),
    amountMinor: 100n,
    currency: 'TRY',
    ...changes,
  };
}

function pacesOf(byProvider: Record<string, number[]>): Paces {
  const all = Object.values(byProvider).flat();
  return { byProvider: new Map(Object.entries(byProvider)), all: all.toSorted((a, b) => a - b) };
}

describe('p90 of what is left', () => {
  it.each([
    ['no durations at all', [], 0, null],
    ['nineteen that took longer', times(19, 10), 5, null],
    ['twenty that took longer', times(20, 10), 5, 5],
    ['twenty, one of them no longer than the age', [...hours(5), ...times(19, 10)], 5, null],
    ['the eighteenth of twenty', hours(...Array.from({ length: 20 }, (_, index) => index + 1)), 0, 18],
    ['short ones do not count', [...times(500, 1), ...times(20, 30)], 12, 18],
  ])('%s', (_what, durations, age, left) => {
    expect(ninetiethLeft(durations, age * HOUR_MS)).toBe(left === null ? null : left * HOUR_MS);
  });

  it('agrees with a plain count, whatever the durations', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(200), { maxLength: 150 }), fc.nat(200), (given, age) => {
        const durations = given.toSorted((a, b) => a - b);
        const longer = durations.filter((each) => each > age);
        const left = ninetiethLeft(durations, age);
        if (longer.length < 20) return left === null;
        // At least nine tenths take no longer, and fewer than nine tenths are shorter.
        const within = longer.filter((each) => each - age <= left!).length;
        const shorter = longer.filter((each) => each - age < left!).length;
        return within * 10 >= longer.length * 9 && shorter * 10 < longer.length * 9;
      }),
    );
  });
});

describe('which pace counts', () => {
  it('takes its own provider where that has paid enough', () => {
    const paces = pacesOf({ 'kuzey-pay': times(20, 30), other: times(200, 2) });
    expect(paceLeft(openFor(1), paces, HOUR_MS)).toBe(29 * HOUR_MS);
  });

  it('falls back on all providers, also without one', () => {
    const paces = pacesOf({ 'kuzey-pay': times(19, 30), other: times(200, 2) });
    expect(paceLeft(openFor(1), paces, HOUR_MS)).toBe(HOUR_MS);
    expect(paceLeft(openFor(1, { provider: null }), paces, HOUR_MS)).toBe(HOUR_MS);
  });

  it('does not judge the quick by the slow', () => {
    const paces = pacesOf({ 'kuzey-pay': times(200, 2), other: times(200, 30) });
    expect(paceLeft(openFor(3), paces, 3 * HOUR_MS)).toBeNull();
  });

  it('is unknown where nobody has paid enough', () => {
    expect(paceLeft(openFor(1), pacesOf({ other: times(19, 2) }), HOUR_MS)).toBeNull();
  });
});

describe('at risk', () => {
  const slow = pacesOf({ 'kuzey-pay': times(40, 25) });
  const quick = pacesOf({ 'kuzey-pay': times(40, 21) });
  it.each([
    ['young, no pace known', 19.99, NO_PACE, null],
    ['open for 20 h', 20, NO_PACE, 'age'],
    ['a second before it breaks', 24 - 1 / 3600, NO_PACE, 'age'],
    ['broken already', 24, NO_PACE, null],
    ['asked for in the future', -0.1, slow, null],
    ['young, its provider takes 25 h', 0.5, slow, 'pace'],
    ['young, its provider takes 21 h', 0.5, quick, null],
    ['old and slow: the age says it', 21, slow, 'age'],
    ['paid exactly at hour 24 is in time', 1, pacesOf({ 'kuzey-pay': times(20, 24) }), null],
  ])('%s', (_what, age, paces, why) => {
    expect(decideRisk(openFor(age), paces, NOW, LIMITS)).toBe(why);
  });

  it('counts what nobody has approved yet', () => {
    const payout = openFor(21, { provider: null, paymentState: 'requested' });
    expect(decideRisk(payout, NO_PACE, NOW, LIMITS)).toBe('age');
  });

  it('scales the age with a shorter promise', () => {
    expect(limitsOf(6, 20)).toEqual({ withinHours: 6, afterHours: 5 });
    expect(decideRisk(openFor(5), NO_PACE, NOW, limitsOf(6, 20))).toBe('age');
    expect(limitsOf(48, 20).afterHours).toBe(20);
  });

  it('lists the soonest to break first', () => {
    const open = [20.5, 23, 2, 21].map((age, index) => openFor(age, { transactionId: `wd-${index}` }));
    const chosen = chooseAtRisk(open, NO_PACE, NOW, LIMITS);
    expect(chosen.map(({ transactionId }) => transactionId)).toEqual(['wd-1', 'wd-3', 'wd-0']);
    expect(chosen[0]?.breaksAt).toEqual(new Date('2026-01-15T13:00:00Z'));
  });

  it('stays at risk until it breaks, whatever the pace, from hour 20 on', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20 * 60, max: 24 * 60 - 1 }),
        fc.array(fc.integer({ min: 1, max: 72 }), { maxLength: 60 }),
        (minutes, durations) => {
          const paces = pacesOf({ 'kuzey-pay': hours(...durations).toSorted((a, b) => a - b) });
          return decideRisk(openFor(minutes / 60), paces, NOW, LIMITS) === 'age';
        },
      ),
    );
  });

  it('names from the start to the break where all is slow', () => {
    fc.assert(
      fc.property(fc.integer({ min: -6_000, max: 12_000 }), (minutes) => {
        const why = decideRisk(openFor(minutes / 60), slow, NOW, LIMITS);
        return (why !== null) === (minutes >= 0 && minutes < 24 * 60);
      }),
    );
  });
});

describe('what becomes of it', () => {
  const promise = breaksAt(openFor(23), 24);
  const before = new Date('2026-01-15T12:59:59Z');
  const after = new Date('2026-01-15T13:00:01Z');
  it.each([
    ['open, in time', 'processing', null, NOW, null, null],
    ['open at the moment it breaks', 'processing', null, promise, 'late', promise],
    ['paid in time, seen later', 'paid', before, after, 'paid', before],
    ['paid at the moment it breaks', 'paid', promise, after, 'paid', promise],
    ['paid too late', 'paid', after, after, 'late', after],
    ['rejected in time', 'rejected', before, after, 'dropped', before],
    ['canceled too late', 'canceled', after, after, 'late', after],
    ['not there any more', null, null, NOW, 'dropped', NOW],
    ['paid, without a time', 'paid', null, NOW, 'paid', NOW],
  ])('%s', (_what, state, finalAt, now, outcome, endedAt) => {
    const end = decideOutcome({ state, finalAt }, promise, now);
    expect(end).toEqual(outcome === null ? null : { outcome, endedAt });
  });

  it('asks for a notice once an hour', () => {
    const ago = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);
    expect([null, ago(59), ago(60)].map((at) => isNoticeDue(at, NOW))).toEqual([true, false, true]);
  });
});
