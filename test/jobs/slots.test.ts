import { describe, expect, it, vi } from 'vitest';
import { nextSlotAt, pendingWork } from '../../src/jobs/pending.ts';
import type { Schedule } from '../../src/jobs/types.ts';
import { everyMorning, until, useStage } from './stage.ts';
import { DONE, workKind } from './work-kind.ts';

const stage = useStage();

async function slots(): Promise<string[]> {
  const { rows } = await stage.pool.query<{ slot_at: Date; state: string }>(
    'select slot_at, state from slots order by slot_at',
  );
  return rows.map((row) => `${row.slot_at.toISOString().slice(5, 16)} ${row.state}`);
}

async function untilIdle(): Promise<void> {
  await until('idle', async () => {
    const work = await pendingWork(stage.pool, stage.clock.now());
    return work.due + work.running === 0;
  });
}

/** A process with the schedule; `ran` lists the slots it ran. */
function processWith(schedule: Schedule, ran: string[]) {
  const kind = workKind(async (_context, payload) => (ran.push(String(payload['slotAt'])), DONE));
  return stage.makeJobs({ kinds: [kind], schedules: [schedule] });
}

describe('a schedule', () => {
  it('does not flood at its first start', async () => {
    const ran: string[] = [];
    await processWith(everyMorning({ cron: '* * * * *', catchUp: 'each' }), ran).start();
    expect(await slots()).toEqual([]);
  });

  it('runs once a slot across two processes', async () => {
    const ran: string[] = [];
    const schedule = everyMorning({ cron: '*/5 * * * *', catchUp: 'each' });
    const [one, two] = [processWith(schedule, ran), processWith(schedule, ran)];
    await Promise.all([one.start(), two.start()]);
    for (let step = 0; step < 12; step += 1) {
      stage.clock.advance(300_000);
      await Promise.all([one.wake(), two.wake()]);
    }
    await untilIdle();
    expect(ran).toHaveLength(12);
    expect(new Set(ran).size).toBe(12);
    expect((await slots()).every((slot) => slot.endsWith(' done'))).toBe(true);
  });

  it('goes on when a process with another policy forgot it', async () => {
    const ran: string[] = [];
    const jobs = processWith(everyMorning(), ran);
    await jobs.start();
    await stage.makeJobs({ kinds: [workKind(async () => DONE)] }).start();
    await jobs.wake();
    stage.clock.set('2026-01-15T06:00:00Z');
    await jobs.wake();
    await untilIdle();
    expect(await slots()).toEqual(['01-15T06:00 done']);
  });

  it('that cannot be turned into work is not health', async () => {
    const jobs = stage.makeJobs({
      schedules: [
        everyMorning({
          task() {
            throw new Error('no such day');
          },
        }),
      ],
    });
    await jobs.start();
    expect((await jobs.health()).working).toBe(true);
    stage.clock.set('2026-01-15T06:00:00Z');
    // Not a moment of the past keeps it well: nothing was swept as a whole since.
    const now = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 15_001);
    await jobs.wake();
    const { working } = await jobs.health();
    now.mockRestore();
    expect(working).toBe(false);
  });

  it.each([
    ['each', ['01-15T06:00 done', '01-16T06:00 done', '01-17T06:00 done']],
    ['last', ['01-15T06:00 missed', '01-16T06:00 missed', '01-17T06:00 done']],
    ['none', ['01-15T06:00 missed', '01-16T06:00 missed', '01-17T06:00 missed']],
  ] as const)('down for three days catches up: %s', async (catchUp, expected) => {
    const ran: string[] = [];
    const before = processWith(everyMorning({ catchUp }), ran);
    await before.start();
    await before.stop();
    stage.clock.set('2026-01-17T06:40:00Z');
    await processWith(everyMorning({ catchUp }), ran).start();
    await untilIdle();
    expect(await slots()).toEqual(expected);
    expect(ran).toHaveLength(expected.filter((slot) => slot.endsWith('done')).length);
    expect(stage.missed).toHaveLength(expected.filter((slot) => slot.endsWith('missed')).length);
  });

  it('down over 09:00, back at 09:40: once, that day', async () => {
    const ran: string[] = [];
    const before = processWith(everyMorning(), ran);
    await before.start();
    await before.stop();
    stage.clock.set('2026-01-15T06:40:00Z');
    await processWith(everyMorning(), ran).start();
    await untilIdle();
    expect(ran).toEqual(['2026-01-15T06:00:00.000Z']);
    expect(stage.missed).toEqual([]);
  });

  it('with a lead begins early and says when', async () => {
    const ran: string[] = [];
    const jobs = processWith(everyMorning({ leadMs: 300_000 }), ran);
    await jobs.start();
    const begin = new Date('2026-01-15T05:55:00Z');
    expect(await nextSlotAt(stage.pool)).toEqual(begin);
    stage.clock.set(new Date(begin.getTime() - 1));
    await jobs.wake();
    expect(await slots()).toEqual([]);
    stage.clock.set(begin);
    await jobs.wake();
    await untilIdle();
    expect(ran).toEqual(['2026-01-15T06:00:00.000Z']);
    expect(await nextSlotAt(stage.pool)).toEqual(new Date('2026-01-16T05:55:00Z'));
  });

  it('whose expression changed begins anew', async () => {
    const ran: string[] = [];
    const before = processWith(everyMorning(), ran);
    await before.start();
    await before.stop();
    stage.clock.set('2026-01-15T10:00:00Z');
    await processWith(everyMorning({ cron: '*/5 * * * *', catchUp: 'each' }), ran).start();
    expect(await slots()).toEqual([]);
    expect(await nextSlotAt(stage.pool)).toEqual(new Date('2026-01-15T10:05:00Z'));
  });

  it('that policy dropped holds nobody up', async () => {
    const before = processWith(everyMorning(), []);
    await before.start();
    await before.stop();
    await stage.makeJobs({}).start();
    expect(await nextSlotAt(stage.pool)).toBeNull();
  });

  it('whose task fails for good has a failed slot', async () => {
    const kind = workKind(async () => Promise.reject(new TypeError('x')), { maxFaults: 2 });
    const jobs = stage.makeJobs({ kinds: [kind], schedules: [everyMorning()] });
    await jobs.start();
    stage.clock.set('2026-01-15T06:00:00Z');
    await until('a fault', async () => (await pendingWork(stage.pool, stage.clock.now())).nextDueAt !== null);
    stage.clock.advance(2_000);
    await until('failed', async () => (await slots())[0] === '01-15T06:00 failed');
    expect(stage.failures).toHaveLength(1);
  });

  it('down for a week of minutes catches up in pieces', async () => {
    const ran: string[] = [];
    const schedule = everyMorning({ cron: '* * * * *', catchUp: 'last' });
    const before = processWith(schedule, ran);
    await before.start();
    await before.stop();
    stage.clock.set('2026-01-22T05:30:30Z');
    await processWith(schedule, ran).start();
    await untilIdle();
    expect(ran).toEqual(['2026-01-22T05:30:00.000Z']);
    expect(stage.missed).toHaveLength(7 * 24 * 60 - 1);
  });
});
