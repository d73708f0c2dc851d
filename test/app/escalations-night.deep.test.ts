import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actingOn } from '../support/acting.ts';
import type { AppChild } from '../support/app-child.ts';
import { messagesIn } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';

/** Nothing but what the tests open: no daily run, and clocks that change on 29 March 2026 at two in the morning. */
const inBerlin = (text: string): string =>
  text
    .replace('Europe/Istanbul', 'Europe/Berlin')
    .replace(
      'schedule: { cron: "0 9 * * *", catch_up: last }',
      'schedule: { cron: "0 9 1 1 *", catch_up: none }',
    );

let stage: Stage;
let people: ReturnType<typeof actingOn>;
let apps: AppChild[];

beforeEach(async () => {
  stage = await openStage({ planted: false, policy: inBerlin });
  people = actingOn(stage);
  apps = [];
});
afterEach(() => stage.close());

const start = async (): Promise<void> => void apps.push(await stage.spawnApp({ alone: false }));
const killOne = async (): Promise<void> => await apps.shift()?.kill();

async function openIncident(severity: string, title: string): Promise<string> {
  const { reply } = await people.command('engineer2', '/incident', `open ${severity} ${title}`);
  expect(reply?.text).toContain('is open');
  await stage.idle();
  const { rows } = await stage.ours.pool.query<{ id: string }>(
    `select id from escalations where title ->> 'words' = $1`,
    [title],
  );
  return rows[0]!.id;
}

interface Told {
  place: string;
  dueAt: Date;
  at: Date;
}

/** What stands in Slack of one escalation, message by message, beside when it was due. */
async function toldOf(id: string): Promise<Told[]> {
  const { rows } = await stage.ours.pool.query<{ round: number; level: number; due_at: Date; ts: string }>(
    `select s.round, s.level, s.due_at, c.ts
       from escalation_steps s
       join cards c on case when s.step_no = 0 then c.kind = 'escalation' and c.subject_id = s.escalation_id::text
                            else c.kind = 'escalation_step'
                             and c.subject_id = s.escalation_id || ':' || s.round || ':' || s.level end
      where s.escalation_id = $1 and c.ts is not null order by s.round, s.level`,
    [id],
  );
  const root = rows[0]!.ts;
  const shown = (await messagesIn(stage.workspace, 'ops-alerts')).filter(
    ({ ts, thread_ts: thread, text }) => ts === root || (thread === root && !text.startsWith('🤝')),
  );
  // Nothing stands there that no row knows, and nothing twice.
  expect(shown.map(({ ts }) => ts).toSorted()).toEqual(rows.map(({ ts }) => ts).toSorted());
  return rows.map((row) => ({
    place: `${row.round}.${row.level}`,
    dueAt: row.due_at,
    at: new Date(Number(row.ts) * 1000),
  }));
}

const lateness = (told: readonly Told[]): number[] =>
  told.map(({ at, dueAt }) => (at.getTime() - dueAt.getTime()) / 1000);

function expectOnTime(told: readonly Told[]): void {
  for (const seconds of lateness(told)) {
    expect(seconds).toBeGreaterThanOrEqual(-1);
    expect(seconds).toBeLessThan(30);
  }
}

describe('a night on two replicas', { timeout: 280_000 }, () => {
  test('with restarts tells each level once and on time', async () => {
    await stage.clock.moveTo(new Date('2026-03-27T17:30:00+01:00'));
    await start();
    await start();
    const night = await openIncident('sev2', 'Night');
    const weekend = await openIncident('sev3', 'Weekend');
    await stage.advanceTo('2026-03-27T18:29:50+01:00');
    await killOne();
    await start();
    await stage.advanceTo('2026-03-27T23:00:00+01:00');
    await killOne();
    await stage.advanceTo('2026-03-28T12:00:00+01:00');
    await start();
    await stage.advanceTo('2026-03-30T09:45:00+02:00');

    const told = await toldOf(night);
    expectOnTime(told);
    expect(told.slice(0, 6).map(({ place, dueAt }) => [place, dueAt.toISOString().slice(0, 16)])).toEqual([
      ['1.1', '2026-03-27T16:30'],
      ['1.2', '2026-03-27T17:30'],
      ['2.1', '2026-03-27T18:30'],
      ['2.2', '2026-03-27T22:30'],
      ['3.1', '2026-03-28T02:30'],
      ['3.2', '2026-03-28T06:30'],
    ]);
    // Over the change of the clocks too, four hours are four hours.
    const gaps = told.slice(3).map(({ dueAt }, index) => dueAt.getTime() - told[index + 2]!.dueAt.getTime());
    expect(new Set(gaps)).toEqual(new Set([4 * 3_600_000]));
    expect(new Set(told.map(({ place }) => place)).size).toBe(told.length);

    const slow = await toldOf(weekend);
    expectOnTime(slow);
    expect(slow.map(({ place, dueAt }) => [place, dueAt.toISOString().slice(0, 16)])).toEqual([
      ['1.1', '2026-03-27T16:30'],
      // An hour of work after Friday half past five is Monday half past nine, by the wall.
      ['1.2', '2026-03-30T07:30'],
    ]);
    const incidents = await messagesIn(stage.workspace, 'incidents');
    expect(incidents.filter(({ text }) => text.includes('Night'))).toHaveLength(1);
  });

  test('with a pause tells one level when it is over', async () => {
    await stage.clock.moveTo(new Date('2026-03-28T20:00:00+01:00'));
    await start();
    await start();
    const id = await openIncident('sev1', 'Paused');
    await stage.advanceTo('2026-03-28T20:10:00+01:00');
    await killOne();
    await killOne();
    // Two levels and the change of the clocks go by while nothing runs.
    await stage.clock.moveTo(new Date('2026-03-29T05:10:00+02:00'));
    await start();
    await start();
    await stage.idle();
    const back = await toldOf(id);
    expect(back.map(({ place }) => place)).toEqual(['1.1', '2.2']);
    expect(back[1]!.at.getTime() - Date.parse('2026-03-29T05:10:00+02:00')).toBeLessThan(30_000);
    await stage.advanceTo('2026-03-29T14:00:00+02:00');
    const told = await toldOf(id);
    expect(told.map(({ place }) => place)).toEqual(['1.1', '2.2', '3.1', '3.2']);
    // What follows counts from when somebody was told.
    expectOnTime(told.slice(2));
    expect(told[2]!.dueAt.getTime() - back[1]!.at.getTime()).toBeGreaterThan(4 * 3_600_000 - 30_000);
    const { rows } = await stage.ours.pool.query(
      `select from escalation_steps where escalation_id = $1 and passed_over = 'paused'`,
      [id],
    );
    expect(rows).toHaveLength(2);
  });

  test('is silent after an answer until that lapses, also over restarts', async () => {
    await stage.clock.moveTo(new Date('2026-03-28T22:00:00+01:00'));
    await start();
    await start();
    const id = await openIncident('sev1', 'Answered');
    const { ts } = (await messagesIn(stage.workspace, 'ops-alerts')).find(({ text }) =>
      text.includes('Answered'),
    )!;
    await stage.advanceTo('2026-03-28T22:14:58+01:00');
    // Both in the seconds in which the next level falls due.
    await people.press('engineer2', 'ops-alerts', ts, 'escalations.acknowledge');
    await stage.advanceTo('2026-03-28T22:40:00+01:00');
    await killOne();
    await stage.advanceTo('2026-03-28T23:13:00+01:00');
    expect((await toldOf(id)).map(({ place }) => place)).toEqual(['1.1']);
    await start();
    await stage.advanceTo('2026-03-28T23:31:00+01:00');
    const told = await toldOf(id);
    expect(told.map(({ place }) => place)).toEqual(['1.1', '2.1', '2.2']);
    expectOnTime(told);
    const { rows } = await stage.ours.pool.query<{ action: string }>(
      `select action from audit_log where subject_id = $1 order by seq`,
      [id],
    );
    expect(rows.map(({ action }) => action.replace('escalation.', ''))).toEqual([
      'started',
      'told',
      'acknowledged',
      'lapsed',
      'told',
      'told',
    ]);
  });
});
