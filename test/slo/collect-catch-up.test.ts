import { afterEach, describe, expect, it } from 'vitest';
import { makeCollectGround, type CollectGround } from './collect-ground.ts';
import { makePayoutSlo, makeSlo } from './ground.ts';

const START = '2026-01-15T10:00:20Z';
const TOTAL_OUTAGE = { good: 0, valid: 100 };

const grounds: CollectGround[] = [];
afterEach(async () => {
  for (const ground of grounds.splice(0)) await ground.ours.drop();
});

async function ground(slos = [makeSlo({ windowDays: 30 })]): Promise<CollectGround> {
  const made = await makeCollectGround(slos, START);
  grounds.push(made);
  return made;
}

describe('the first start', () => {
  it('reads the window and a week, a day at a time', async () => {
    const on = await ground();
    expect(await on.collectAll()).toBe(5);
    expect(on.source().asked).toHaveLength(37);
    expect(on.source().asked[0]).toBe('2025-12-09T10:00:00.000Z 2025-12-10T10:00:00.000Z');
    expect(on.source().asked.at(-1)).toBe('2026-01-14T10:00:00.000Z 2026-01-15T10:00:00.000Z');
  });

  it('wakes nobody up for the past', async () => {
    const on = await ground();
    on.source().fill('2026-01-14T00:00Z', '2026-01-14T06:00Z', TOTAL_OUTAGE);
    on.source().fill('2026-01-15T09:00Z', '2026-01-15T10:00Z');
    await on.collectAll();
    expect([on.calls, await on.episodes(), await on.alerts()]).toEqual([[], 0, []]);
    expect((await on.state()).judgedUntil).toEqual(new Date('2026-01-15T10:00:00Z'));
    expect(await on.stored()).toHaveLength(420);
  });

  it('goes on where it was interrupted', async () => {
    const on = await ground();
    await on.collect();
    const { length } = on.source().asked;
    on.source().isAway = true;
    await on.collect();
    on.source().isAway = false;
    await on.collect();
    expect(on.source().asked[length + 1]).toBe(on.source().asked[length]);
  });
});

describe('after downtime', () => {
  it('what was missed is read and judged in order', async () => {
    const on = await ground();
    on.source().fill('2026-01-15T08:00Z', '2026-01-15T10:00Z');
    await on.collectAll();
    on.source().fill('2026-01-15T10:00Z', '2026-01-15T11:00Z', TOTAL_OUTAGE);
    on.source().fill('2026-01-15T11:00Z', '2026-01-15T18:00Z');
    on.clock.set('2026-01-15T18:00:20Z');
    await on.collectAll();
    expect(on.calls[0]).toBe('escalate api-availability breach');
    expect(await on.episodes()).toBe(1);
    expect(await on.state()).toMatchObject({
      collectedUntil: new Date('2026-01-15T18:00:00Z'),
      judgedUntil: new Date('2026-01-15T18:00:00Z'),
    });
  });

  it('no more is read than the window and a week', async () => {
    const on = await ground();
    await on.collectAll();
    on.source().asked.length = 0;
    on.clock.set('2026-07-15T10:00:20Z');
    await on.collectAll();
    expect(on.source().asked[0]).toBe('2026-06-08T10:00:00.000Z 2026-06-09T10:00:00.000Z');
  });

  it('payouts are read again from where they were not decided', async () => {
    const on = await ground([makePayoutSlo()]);
    on.source().absent = 'zero';
    await on.collectAll();
    on.clock.set('2026-01-15T18:00:20Z');
    on.source().asked.length = 0;
    await on.collectAll();
    expect(on.source().asked).toEqual(['2026-01-14T09:00:00.000Z 2026-01-15T18:00:00.000Z']);
  });
});

describe('two collectors at once', () => {
  it('write each minute once, and judge it once', async () => {
    const on = await ground();
    on.source().fill('2026-01-15T09:00Z', '2026-01-15T10:00Z');
    await on.collectAll();
    on.source().fill('2026-01-15T10:00Z', '2026-01-15T10:10Z', TOTAL_OUTAGE);
    on.clock.set('2026-01-15T10:10:20Z');
    await Promise.all([on.collect(), on.collect(), on.collect()]);
    expect(on.calls.filter((call) => call.endsWith('burn'))).toHaveLength(1);
    expect((await on.stored()).slice(-2)).toEqual(['10:08 0/100', '10:09 0/100']);
  });

  it('what is overtaken while it reads changes nothing', async () => {
    const on = await ground();
    on.source().fill('2026-01-15T09:00Z', '2026-01-15T10:00Z');
    await on.collectAll();
    on.source().fill('2026-01-15T10:00Z', '2026-01-15T10:05Z', TOTAL_OUTAGE);
    on.clock.set('2026-01-15T10:05:20Z');
    let first = true;
    on.source().before = async () => {
      if (!first) return;
      first = false;
      // The other one meets better data a minute later, and is done before this one hears its answer.
      on.source().fill('2026-01-15T10:00Z', '2026-01-15T10:06Z');
      on.clock.advance(60_000);
      await on.collect();
      on.source().fill('2026-01-15T10:00Z', '2026-01-15T10:06Z', TOTAL_OUTAGE);
    };
    await on.collect();
    expect((await on.stored()).slice(-2)).toEqual(['10:04 100/100', '10:05 100/100']);
    expect(on.calls).toEqual([]);
  });

  it('what failed here says nothing against what another read', async () => {
    const on = await ground();
    on.source().fill('2026-01-15T09:00Z', '2026-01-15T10:00Z');
    await on.collectAll();
    const before = await on.state();
    on.source().isAway = true;
    on.source().before = async () => {
      on.source().before = async () => undefined;
      on.source().isAway = false;
      on.source().fill('2026-01-15T10:00Z', '2026-01-15T10:06Z');
      await on.collect();
      on.source().isAway = true;
    };
    on.clock.set('2026-01-15T10:06:20Z');
    await on.collect();
    expect(before.silentSince).toBe(null);
    expect(await on.state()).toMatchObject({ silentSince: null, error: '' });
    expect(await on.alerts()).toEqual([]);
  });
});
