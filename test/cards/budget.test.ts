import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  decidePermit,
  postBudget,
  UPDATE_BUDGET,
  type Budget,
  type BudgetLevel,
} from '../../src/cards/budget-rules.ts';
import { takePermit } from '../../src/cards/take-permit.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';

const start = new Date('2026-01-15T06:00:00Z');
const later = (ms: number) => new Date(start.getTime() + ms);

/** Asks at each of the moments (ms after start, ascending); gives the moments that were granted. */
function grantsAt(budget: Budget, moments: readonly number[]): number[] {
  let level: BudgetLevel | null = null;
  const granted: number[] = [];
  for (const moment of moments) {
    const decision = decidePermit(level, budget, later(moment));
    if (!decision.granted) continue;
    level = decision.level;
    granted.push(moment);
  }
  return granted;
}

describe('the budget of updates', () => {
  test('never above 45 in any minute', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(400), { minLength: 500, maxLength: 900 }), (gaps) => {
        let at = 0;
        const granted = grantsAt(
          UPDATE_BUDGET,
          gaps.map((gap) => (at += gap)),
        );
        for (const [index, from] of granted.entries()) {
          const until = granted.findIndex((moment, other) => other > index && moment >= from + 60_000);
          const inMinute = (until === -1 ? granted.length : until) - index;
          expect(inMinute).toBeLessThanOrEqual(45);
        }
      }),
      { numRuns: 50 },
    );
  });
  test('the moment it names is granted', () => {
    let level: BudgetLevel | null = null;
    let now = start;
    for (let taken = 0; taken < 100; taken += 1) {
      let decision = decidePermit(level, UPDATE_BUDGET, now);
      if (!decision.granted) {
        now = decision.at;
        decision = decidePermit(level, UPDATE_BUDGET, now);
      }
      expect(decision.granted).toBe(true);
      if (decision.granted) level = decision.level;
    }
    expect((now.getTime() - start.getTime()) / 1000).toBeCloseTo((90 / 35) * 60, 0);
  });
  test('posts to a channel are a second apart', () => {
    expect(grantsAt(postBudget('C1'), [0, 500, 999, 1000, 1001, 2000])).toEqual([0, 1000, 2000]);
  });
  test('a clock set back by hours blocks nothing', () => {
    const level = { tokens: 0, refilledAt: later(3_600_000) };
    expect(decidePermit(level, UPDATE_BUDGET, start).granted).toBe(true);
  });
  test('a clock a little behind earns nothing', () => {
    const level = { tokens: 0, refilledAt: later(2000) };
    expect(decidePermit(level, UPDATE_BUDGET, start).granted).toBe(false);
  });
});

describe('one budget for all processes', () => {
  let ours: TestDatabase;
  beforeAll(async () => {
    ours = await createOurDatabase();
  });
  afterAll(() => ours.drop());

  test('racing transactions share it', async () => {
    const budget: Budget = { name: 'race', burst: 5, perMinute: 60 };
    const takes = Array.from({ length: 20 }, () =>
      withTransaction(ours.pool, (tx) => takePermit(tx, start, budget)),
    );
    const granted = (await Promise.all(takes)).filter((decision) => decision.granted);
    expect(granted).toHaveLength(5);
  });
  test('a rollback gives the permit back', async () => {
    const budget: Budget = { name: 'rollback', burst: 1, perMinute: 1 };
    const broken = withTransaction(ours.pool, async (tx) => {
      await takePermit(tx, start, budget);
      throw new Error('stop');
    });
    await expect(broken).rejects.toThrow('stop');
    const decision = await withTransaction(ours.pool, (tx) => takePermit(tx, start, budget));
    expect(decision.granted).toBe(true);
  });
});
