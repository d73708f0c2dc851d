import { afterEach, describe, expect, it } from 'vitest';
import { makePayoutSlo, makeSlo } from './ground.ts';
import { makeCollectGround, type CollectGround } from './collect-ground.ts';

const START = '2026-01-15T10:00:20Z';
const FOUR = [
  makeSlo({ windowDays: 1 }),
  makeSlo({ name: 'latency', windowDays: 1 }),
  makeSlo({ name: 'webhook', windowDays: 1 }),
  makePayoutSlo({ windowDays: 1 }),
];

const grounds: CollectGround[] = [];
afterEach(async () => {
  for (const ground of grounds.splice(0)) await ground.ours.drop();
});

/** Read up to 10:00, healthy since 09:00; payouts are counted whole. */
async function open(slos = FOUR.slice(0, 1)): Promise<CollectGround> {
  const ground = await makeCollectGround(slos, START);
  grounds.push(ground);
  for (const { name, indicator } of slos) {
    ground.source(name).fill('2026-01-15T09:00Z', '2026-01-15T10:00Z');
    if (indicator.source === 'payouts') ground.source(name).absent = 'zero';
  }
  await ground.collectAll();
  return ground;
}
const live =
  (ground: CollectGround, ...names: string[]) =>
  (at: Date) => {
    for (const name of names)
      ground
        .source(name)
        .fill(new Date(at.getTime() - 80_000).toISOString().slice(0, 16) + 'Z', at.toISOString());
  };

describe('a source that is away', () => {
  it('is no blind spot for four minutes', async () => {
    const ground = await open();
    ground.source().isAway = true;
    await ground.pass(4);
    expect(await ground.state()).toMatchObject({ silentSince: null, error: 'connection refused' });
    expect(await ground.alerts()).toEqual([]);
  });

  it('is one after five, with an alert and no page', async () => {
    const ground = await open();
    ground.source().isAway = true;
    await ground.pass(5);
    expect((await ground.state()).silentSince).toEqual(new Date('2026-01-15T10:00:00Z'));
    expect(await ground.alerts()).toEqual(['slo_blind api-availability open 1']);
    await ground.pass(30);
    expect(await ground.alerts()).toEqual(['slo_blind api-availability open 1']);
    expect([ground.calls, await ground.episodes()]).toEqual([[], 0]);
  });

  it('leaves no minute judged that it did not tell', async () => {
    const ground = await open();
    ground.source().isAway = true;
    await ground.pass(20);
    expect((await ground.state()).judgedUntil).toEqual(new Date('2026-01-15T10:00:00Z'));
  });

  it('is over when it tells what is new', async () => {
    const ground = await open();
    ground.source().isAway = true;
    await ground.pass(6);
    ground.source().isAway = false;
    await ground.pass(1);
    expect((await ground.state()).silentSince).toEqual(new Date('2026-01-15T10:00:00Z'));
    await ground.pass(1, live(ground, 'api-availability'));
    expect(await ground.state()).toMatchObject({ silentSince: null, error: '' });
    expect(await ground.alerts()).toEqual(['slo_blind api-availability resolved 1']);
  });

  it('is judged for what it tells of that time', async () => {
    const ground = await open();
    ground.source().isAway = true;
    await ground.pass(10);
    ground.source().isAway = false;
    ground.source().fill('2026-01-15T10:00Z', '2026-01-15T10:11Z', { good: 0, valid: 100 });
    await ground.pass(1);
    expect(ground.calls).toContain('escalate api-availability burn');
    expect((await ground.state()).judgedUntil).toEqual(new Date('2026-01-15T10:11:00Z'));
  });
});

describe('a source that answers with nothing new', () => {
  it('is a blind spot as well', async () => {
    const ground = await open();
    await ground.pass(5);
    expect(await ground.alerts()).toEqual(['slo_blind api-availability open 1']);
    expect([ground.calls, await ground.episodes()]).toEqual([[], 0]);
  });

  it('stays one for days', async () => {
    const ground = await open();
    for (let hour = 0; hour < 50; hour += 1) {
      ground.clock.advance(3_600_000);
      await ground.collectAll();
    }
    expect((await ground.state()).silentSince).toEqual(new Date('2026-01-15T10:00:00Z'));
    expect(await ground.alerts()).toEqual(['slo_blind api-availability open 1']);
  });

  it('is none where nothing is there when nothing happened', async () => {
    const ground = await open([makePayoutSlo({ windowDays: 1 })]);
    await ground.pass(10);
    expect(await ground.alerts()).toEqual([]);
    expect((await ground.state()).collectedUntil).toEqual(new Date('2026-01-15T10:10:00Z'));
  });
});

describe('a source that never told anything', () => {
  it('is a blind spot at once', async () => {
    const ground = await makeCollectGround(FOUR.slice(0, 1), START);
    grounds.push(ground);
    ground.source().isAway = true;
    await ground.collectAll();
    expect(await ground.state()).toMatchObject({ collectedUntil: null, silentSince: ground.clock.now() });
    expect(await ground.alerts()).toEqual(['slo_blind api-availability open 1']);
  });
});

describe('one of four', () => {
  it('that is away leaves the others as they are', async () => {
    const ground = await open(FOUR);
    ground.source('latency').isAway = true;
    await ground.pass(6, live(ground, 'api-availability', 'webhook'));
    expect(await ground.alerts()).toEqual(['slo_blind latency open 1']);
    for (const name of ['api-availability', 'webhook', 'payout'])
      expect((await ground.state(name)).collectedUntil).toEqual(new Date('2026-01-15T10:06:00Z'));
  });

  it('that can not be written leaves the others as they are', async () => {
    const ground = await open(FOUR);
    live(ground, 'api-availability', 'latency', 'webhook')(new Date('2026-01-15T10:01:20Z'));
    ground.clock.advance(60_000);
    ground.source('latency').fill('2026-01-15T10:00Z', '2026-01-15T10:01Z', { good: 0, valid: 1e6 });
    const deps = {
      ...ground.deps,
      escalate: async () => {
        throw new Error('no route');
      },
    };
    await expect(ground.collect(deps)).rejects.toThrow('no route');
    expect((await ground.state('latency')).collectedUntil).toEqual(new Date('2026-01-15T10:00:00Z'));
    for (const name of ['api-availability', 'webhook', 'payout'])
      expect((await ground.state(name)).collectedUntil).toEqual(new Date('2026-01-15T10:01:00Z'));
  });
});
