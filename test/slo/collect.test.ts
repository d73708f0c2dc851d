import { afterEach, describe, expect, it } from 'vitest';
import { makeCollectSchedule } from '../../src/slo/collect.ts';
import { makePruneMinutesTask } from '../../src/slo/prune-minutes.ts';
import { contextOf, makeCollectGround, type CollectGround } from './collect-ground.ts';
import { makeSlo } from './ground.ts';

const START = '2026-01-15T10:00:20Z';
const api = makeSlo({ windowDays: 1 });

const grounds: CollectGround[] = [];
afterEach(async () => {
  for (const ground of grounds.splice(0)) await ground.ours.drop();
});

/** Read up to 10:00, healthy since 09:00. */
async function open(slos = [api], start = START): Promise<CollectGround> {
  const ground = await makeCollectGround(slos, start);
  grounds.push(ground);
  for (const { name } of slos) ground.source(name).fill('2026-01-15T09:00Z', '2026-01-15T10:00Z');
  await ground.collectAll();
  return ground;
}
/** The source goes on counting until before this minute. */
const live = (ground: CollectGround) => (at: Date) =>
  ground.source().fill(new Date(at.getTime() - 80_000).toISOString().slice(0, 16) + 'Z', at.toISOString());

describe('a minute that passes', () => {
  it('is read, stored and judged', async () => {
    const ground = await open();
    await ground.pass(2, live(ground));
    expect((await ground.stored()).slice(-2)).toEqual(['10:00 100/100', '10:01 100/100']);
    expect(await ground.state()).toMatchObject({
      collectedUntil: new Date('2026-01-15T10:02:00Z'),
      judgedUntil: new Date('2026-01-15T10:02:00Z'),
      answeredAt: ground.clock.now(),
      silentSince: null,
      error: '',
    });
  });

  it('without a row is a gap, and stays one', async () => {
    const ground = await open();
    ground.clock.advance(180_000);
    ground.source().fill('2026-01-15T10:02Z', '2026-01-15T10:03Z');
    await ground.collect();
    expect((await ground.stored()).slice(-2)).toEqual(['09:59 100/100', '10:02 100/100']);
    expect((await ground.state()).collectedUntil).toEqual(new Date('2026-01-15T10:03:00Z'));
  });

  it('without traffic has no row, and is no silence', async () => {
    const ground = await open();
    await ground.pass(7, (at) =>
      ground
        .source()
        .fill(new Date(at.getTime() - 80_000).toISOString().slice(0, 16) + 'Z', at.toISOString(), {
          good: 0,
          valid: 0,
        }),
    );
    expect((await ground.stored()).at(-1)).toBe('09:59 100/100');
    expect(await ground.alerts()).toEqual([]);
  });

  it('has a slot of its own, which the next one makes up for', async () => {
    const { policy } = await open();
    expect(makeCollectSchedule(policy)).toMatchObject({
      name: 'slo.snapshot',
      cron: '* * * * *',
      isChore: true,
      catchUp: 'last',
    });
  });
});

describe('late data', () => {
  it('corrects its minute for an hour', async () => {
    const ground = await open();
    await ground.pass(3, live(ground));
    ground.source().fill('2026-01-15T09:10Z', '2026-01-15T09:11Z', { good: 90, valid: 120 });
    ground.clock.advance(60_000);
    await ground.collect();
    expect(await ground.stored()).toContain('09:10 90/120');
  });

  it('changes nothing after an hour', async () => {
    const ground = await open();
    await ground.pass(3, live(ground));
    ground.source().fill('2026-01-15T09:02Z', '2026-01-15T09:03Z', { good: 90, valid: 120 });
    ground.clock.advance(60_000);
    await ground.collect();
    expect(await ground.stored()).toContain('09:02 100/100');
  });

  it('may fill a gap, and take back what was no traffic', async () => {
    const ground = await open();
    ground.source().minutes.delete('2026-01-15T09:30:00.000Z');
    ground.source().fill('2026-01-15T09:40Z', '2026-01-15T09:41Z', { good: 0, valid: 0 });
    await ground.collect();
    const stored = await ground.stored();
    expect(stored).toContain('09:30 100/100');
    expect(stored.some((line) => line.startsWith('09:40'))).toBe(false);
  });

  it('of a source that counts all may take a minute away', async () => {
    const ground = await open();
    ground.source().absent = 'zero';
    ground.source().minutes.delete('2026-01-15T09:30:00.000Z');
    await ground.collect();
    expect((await ground.stored()).some((line) => line.startsWith('09:30'))).toBe(false);
  });

  it('brings who caused it, and takes back who did not', async () => {
    const ground = await open();
    const minute = new Date('2026-01-15T09:50Z');
    const names = async () =>
      (
        await ground.ours.pool.query<{ line: string }>(
          `select name || ' ' || bad as line from slo_contributors`,
        )
      ).rows;
    ground.source().contributors = [{ minute, name: 'balance', bad: 3 }];
    await ground.collect();
    ground.source().contributors = [{ minute, name: 'withdrawals', bad: 2 }];
    await ground.collect();
    expect(await names()).toEqual([{ line: 'withdrawals 2' }]);
  });

  it('that can not be is a gap', async () => {
    const ground = await open();
    ground.source().fill('2026-01-15T10:00Z', '2026-01-15T10:01Z', { good: 101, valid: 100 });
    ground.source().fill('2026-01-15T10:01Z', '2026-01-15T10:02Z', { good: Number.NaN, valid: 100 });
    ground.clock.advance(120_000);
    await ground.collect();
    expect((await ground.stored()).at(-1)).toBe('09:59 100/100');
  });
});

describe('a source that is down', () => {
  it('is an outage of as many requests as before', async () => {
    const ground = await open();
    await ground.pass(10, (at) => {
      ground.source().down.add(new Date(at.getTime() - 80_000).toISOString());
    });
    expect((await ground.stored()).slice(-3)).toEqual(['10:07 0/100', '10:08 0/100', '10:09 0/100']);
    expect(ground.calls).toEqual(['escalate api-availability burn', 'escalate api-availability breach']);
    expect(await ground.alerts()).toEqual([]);
  });

  it('is counted once it is committed', async () => {
    const ground = await open();
    const words: string[] = [];
    const deps = { ...ground.deps, onChange: (word: string) => void words.push(word) };
    for (let minute = 0; minute < 5; minute += 1)
      ground.source().down.add(`2026-01-15T10:0${minute}:00.000Z`);
    ground.clock.advance(300_000);
    await ground.collect(deps);
    expect(words).toEqual(['opened', 'breached']);
  });

  it('goes on being as bad when nothing else is known', async () => {
    const ground = await open();
    await ground.pass(90, (at) => {
      ground.source().down.add(new Date(at.getTime() - 80_000).toISOString());
    });
    expect((await ground.stored()).at(-1)).toBe('11:29 0/100');
  });
});

describe('minutes that are old', () => {
  it('are pruned', async () => {
    const ground = await open();
    ground.clock.advance((ground.policy.slo.keep_days * 24 * 60 - 30) * 60_000);
    await makePruneMinutesTask(ground.deps).run(contextOf(ground.clock), {});
    const left = await ground.stored();
    expect([left.length, left[0]]).toEqual([29, '09:31 100/100']);
  });
});
