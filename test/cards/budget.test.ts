import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  decidePermit,
  decideReserved,
  postBudget,
  UPDATE_BUDGET,
  type Budget,
  type BudgetLevel,
} from '../../src/cards/budget-rules.ts';
import { takePermit } from '../../src/cards/take-permit.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { makeStage, type Stage } from './stage.ts';

const start = new Date('2026-01-15T06:00:00Z');
const later = (ms: number) => new Date(start.getTime() + ms);

/** Takes at each of the moments (ms after start, ascending); gives the moment each permit falls due. */
function permitsAt(budget: Budget, moments: readonly number[]): number[] {
  let level: BudgetLevel | null = null;
  return moments.map((moment) => {
    const taken = decidePermit(level, budget, later(moment));
    level = taken.level;
    return taken.permit.granted ? moment : taken.permit.at.getTime() - start.getTime();
  });
}

function mostInAMinute(moments: readonly number[]): number {
  const sorted = moments.toSorted((a, b) => a - b);
  let most = 0;
  let first = 0;
  for (const [index, moment] of sorted.entries()) {
    while ((sorted[first] ?? 0) <= moment - 60_000) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

describe('the budget of updates', () => {
  test('never above 45 in any minute, however late', () => {
    const gaps = fc.array(fc.nat(3000), { minLength: 100, maxLength: 300 });
    const late = fc.array(fc.nat(5000), { minLength: 300, maxLength: 300 });
    fc.assert(
      fc.property(gaps, late, (between, lateness) => {
        let at = 0;
        const due = permitsAt(
          UPDATE_BUDGET,
          between.map((gap) => (at += gap)),
        );
        const used = due.map((moment, index) => moment + (lateness[index] ?? 0));
        expect(mostInAMinute(used)).toBeLessThanOrEqual(45);
      }),
    );
  });
  test('a hundred at once get a moment each', () => {
    const due = permitsAt(
      UPDATE_BUDGET,
      Array.from({ length: 100 }, () => 0),
    );
    expect(due.filter((moment) => moment === 0)).toHaveLength(10);
    expect(new Set(due).size).toBe(91);
    expect(Math.max(...due) / 1000).toBeCloseTo((90 / 32) * 60, 1);
  });
  test('posts to a channel are a second apart', () => {
    expect(permitsAt(postBudget('C1'), [0, 0, 500, 5000])).toEqual([0, 1000, 2000, 5000]);
  });
  test('a clock set back by hours blocks nothing', () => {
    const level = { tokens: 0, refilledAt: later(3_600_000) };
    expect(decidePermit(level, UPDATE_BUDGET, start).permit.granted).toBe(true);
    expect(decideReserved(later(7_200_000), start)).toBeUndefined();
  });
  test('a clock a little behind earns nothing', () => {
    const level = { tokens: 0, refilledAt: later(2000) };
    expect(decidePermit(level, UPDATE_BUDGET, start).permit.granted).toBe(false);
  });
  test('a reserved permit is good for five seconds', () => {
    expect(decideReserved(null, start)).toBeUndefined();
    expect(decideReserved(later(1), start)).toEqual({ granted: false, at: later(1) });
    expect(decideReserved(start, later(5000))).toEqual({ granted: true });
    expect(decideReserved(start, later(5001))).toBeUndefined();
  });
});

describe('one budget for all processes', () => {
  let ours: TestDatabase;
  beforeAll(async () => {
    ours = await createOurDatabase();
  });
  afterAll(() => ours.drop());
  const card = { id: randomUUID(), permitAt: null };

  test('racing transactions share it', async () => {
    const budget: Budget = { name: 'race', burst: 5, perMinute: 60 };
    const takes = Array.from({ length: 20 }, () =>
      withTransaction(ours.pool, (tx) => takePermit(tx, start, budget, card)),
    );
    const permits = await Promise.all(takes);
    expect(permits.filter((permit) => permit.granted)).toHaveLength(5);
    const moments = permits.flatMap((permit) => (permit.granted ? [] : [permit.at.getTime()]));
    expect(new Set(moments).size).toBe(15);
  });
  test('a rollback gives the permit back', async () => {
    const budget: Budget = { name: 'rollback', burst: 1, perMinute: 1 };
    const broken = withTransaction(ours.pool, async (tx) => {
      await takePermit(tx, start, budget, card);
      throw new Error('stop');
    });
    await expect(broken).rejects.toThrow('stop');
    const decision = await withTransaction(ours.pool, (tx) => takePermit(tx, start, budget, card));
    expect(decision.granted).toBe(true);
  });
});

describe('many cards at once', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await makeStage();
  });
  afterAll(() => stage.stop());

  test('60 changes: at most 45 updates a minute, none refused', async () => {
    const channels = ['finance-ops', 'finance-approvals', 'slo', 'security', 'incidents', 'ops-alerts'];
    const ids = Array.from({ length: 60 }, (_, index) => `subject-${index}`);
    const ask = async (version: string) => {
      for (const [index, id] of ids.entries()) {
        stage.notes.set(id, { text: `${id} ${version}` });
        await stage.ask({ id, channel: channels[index % 6] ?? '' });
      }
      await stage.settle();
    };
    await ask('first');
    await ask('second');
    const posts = await stage.calls('chat.postMessage');
    const updates = await stage.calls('chat.update');
    expect([posts.length, updates.length]).toEqual([60, 60]);
    expect([...posts, ...updates].every((call) => call.ok)).toBe(true);
    expect(mostInAMinute(updates.map((call) => new Date(call.at).getTime()))).toBeLessThanOrEqual(45);
    const { rows } = await stage.ours.pool.query<{ most: number }>(
      `select max(fence)::int as most from tasks where kind = 'card'`,
    );
    // Each waits for its moment once: claimed at most twice a change.
    expect(rows[0]?.most).toBeLessThanOrEqual(3);
  }, 60_000);
});
