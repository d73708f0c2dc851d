import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shiftDay } from '../../src/business-day.ts';
import { reportFigures } from '../../src/slo/report-figures.ts';
import { gatherReport } from '../../src/slo/report-inputs.ts';
import { readReportOf } from '../../src/slo/report-store.ts';
import { shiftWeek, weekBounds } from '../../src/slo/week.ts';
import { makeTestClock } from '../support/clock.ts';
import { later, leaveOut, openReportGround, zonePolicy, type ReportGround } from './report-ground.ts';

let ground: ReportGround;
const API = 'api-availability';
const FIRST = new Date('2026-01-19T07:00:00Z');

beforeAll(async () => {
  ground = await openReportGround();
});
afterAll(() => ground.ours.drop());

const sql = async (text: string, values: unknown[] = []) => await ground.ours.pool.query(text, values);
/** What the command line prints, and the inputs, as bytes. */
const bytesOf = async (week: string): Promise<string[]> => {
  const { inputs } = await ground.stored(week);
  return [...(await ground.pages(week)), JSON.stringify(reportFigures(inputs)), JSON.stringify(inputs)];
};

describe('twelve reports', () => {
  const weeks = Array.from({ length: 12 }, (_, index) => shiftWeek('2026-W03', index));
  const made = new Map<string, string[]>();

  it('are made week after week', async () => {
    const random = (index: number) => ((index * 7_919) % 1_009) / 1_009;
    for (const [index, week] of weeks.entries()) {
      const { from, to } = weekBounds(week, 'Europe/Istanbul');
      const valid = 100 + 1 / 3;
      await ground.fill(API, from, to, { good: valid * (1 - random(index) / 500), valid, stepMinutes: 10 });
      await ground.fill('payout', from, to, { good: 0.1, valid: 0.1, stepMinutes: 60 });
      await sql(`insert into slo_contributors values ($1, $2, $3, $4)`, [API, from, `GET /${index}`, 1 / 3]);
      if (index % 4 === 0)
        await leaveOut(ground, { slo: API, from, to: new Date(from.getTime() + 3_600_000) });
      await ground.run(later(FIRST, index * 7));
      made.set(week, await bytesOf(week));
    }
    expect(new Set([...made.values()].map(([page]) => page)).size).toBe(12);
  });

  it('are made again, byte for byte, whatever changed', async () => {
    await sql(`update slo_minutes set good = 0`);
    await sql(`delete from slo_minutes where minute < '2026-03-01'`);
    await sql(`delete from slo_contributors`);
    await sql(`update slo_windows set to_at = to_at + interval '1 day'`);
    await sql(`insert into slo_breaches (id, slo, began_at) values (gen_random_uuid(), $1, '2026-01-12')`, [
      API,
    ]);
    for (const week of weeks) {
      await ground.run(FIRST, makeTestClock('2026-05-01T07:00:00Z'));
      expect(await bytesOf(week)).toEqual(made.get(week));
    }
  });

  it('say the same of a week as the reports after it', async () => {
    for (const [index, week] of weeks.entries()) {
      const own = reportFigures((await ground.stored(week)).inputs).promises[0]!;
      const next = weeks[index + 1];
      if (next === undefined) continue;
      const after = reportFigures((await ground.stored(next)).inputs).promises[0]!;
      expect([after.lastValue, after.trend.at(-2)]).toEqual([own.value, own.trend.at(-1)]);
    }
  });
});

describe('a week in which clocks change', () => {
  it.each([
    ['Europe/Berlin', '2026-W13', 167],
    ['Europe/Berlin', '2026-W43', 169],
    ['America/Santiago', '2026-W36', 167],
    ['America/Santiago', '2026-W14', 169],
    ['Australia/Lord_Howe', '2026-W40', 167.5],
    ['Europe/Istanbul', '2026-W13', 168],
  ])('in %s, %s, is covered to the minute: %f h', async (zone, week, hours) => {
    await ground.empty();
    const { from, to } = weekBounds(week, zone);
    // One bad request in the minute before it, in its first, in its last and in the first after it.
    await ground.fill(API, later(from, -2), later(to, 2), { good: 1, valid: 1 });
    for (const edge of [from, to])
      await ground.fill(API, new Date(edge.getTime() - 60_000), new Date(edge.getTime() + 60_000), {
        good: 0,
        valid: 1,
      });
    const deps = { policy: zonePolicy(zone), slos: ground.deps.slos };
    const order = { week, dueAt: null, id: '', webhooks: null };
    const inputs = await gatherReport(ground.ours.pool, deps, later(to, 1), order);
    const { hours: counted, promises } = reportFigures(inputs);
    const own = promises[0]!;
    expect([counted, own.valid, own.bad, own.gapMinutes]).toEqual([hours, hours * 60, 2, 0]);
    expect(own.days.map(({ bad }) => bad)).toEqual([1, 0, 0, 0, 0, 0, 1]);
    expect(inputs.promises[0]?.hours).toHaveLength(Math.ceil(hours));
    const ofDays = inputs.promises[0]?.days.map(({ counts }) => counts[2] / 60) ?? [];
    expect(ofDays.reduce((sum, each) => sum + each, 0)).toBe(hours);
    expect(new Set(ofDays.filter((each) => each !== 24)).size).toBe(hours === 168 ? 0 : 1);
    expect(own.worstHour?.from).toBe(inputs.from);
  });
});

describe('the end of a year', () => {
  it.each([
    ['2027-01-04', '2026-W53'],
    ['2027-01-11', '2027-W01'],
    ['2026-01-05', '2026-W01'],
  ])('on %s the report is about %s', async (monday, week) => {
    await ground.empty();
    await ground.run(new Date(`${monday}T07:00:00Z`));
    const report = await readReportOf(ground.ours.pool, week);
    expect(report?.inputs.to).toBe(`${shiftDay(monday, -1)}T21:00:00.000Z`);
    expect(report?.inputs.promises[0]?.weeks.map((each) => each.week)).toContain(shiftWeek(week, -1));
  });
});
