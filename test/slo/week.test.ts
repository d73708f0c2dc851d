import { describe, expect, it } from 'vitest';
import { daysOfWeek, mondayOf, shiftWeek, weekBounds, weekOf, weekOfDay } from '../../src/slo/week.ts';

const HOUR_MS = 3_600_000;

describe('a week of ISO 8601', () => {
  it.each([
    ['2026-01-15', '2026-W03'],
    ['2025-12-29', '2026-W01'],
    ['2026-01-01', '2026-W01'],
    ['2026-12-31', '2026-W53'],
    ['2027-01-03', '2026-W53'],
    ['2027-01-04', '2027-W01'],
    ['2028-01-02', '2027-W52'],
    ['2021-01-03', '2020-W53'],
    ['2024-12-30', '2025-W01'],
  ])('of %s is %s', (day, week) => {
    expect(weekOfDay(day)).toBe(week);
    expect(daysOfWeek(week)).toContain(day);
  });

  it.each(['2027-W53', '2026-W00', '2026-W54', '2026-W3', '2026W03', 'W03', '', "2026-W03'"])(
    'is not %j',
    (text) => {
      expect(mondayOf(text)).toBeNull();
    },
  );

  it('follows on the one before, over ten years', () => {
    let week = '2020-W01';
    for (let monday = '2019-12-30'; monday < '2030-01-01'; week = shiftWeek(week, 1)) {
      expect(mondayOf(week)).toBe(monday);
      expect(shiftWeek(shiftWeek(week, 1), -1)).toBe(week);
      monday = mondayOf(shiftWeek(week, 1)) ?? '';
    }
  });

  it('is that of the zone, not of Greenwich', () => {
    const at = new Date('2026-01-18T21:30:00Z');
    expect([weekOf(at, 'Europe/Istanbul'), weekOf(at, 'UTC')]).toEqual(['2026-W04', '2026-W03']);
  });
});

describe('the bounds of a week', () => {
  it.each([
    ['2026-W03', 'Europe/Istanbul', '2026-01-11T21:00:00.000Z', 168],
    ['2026-W13', 'Europe/Istanbul', '2026-03-22T21:00:00.000Z', 168],
    // Clocks change on Sunday at two, and at three.
    ['2026-W13', 'Europe/Berlin', '2026-03-22T23:00:00.000Z', 167],
    ['2026-W43', 'Europe/Berlin', '2026-10-18T22:00:00.000Z', 169],
    // At midnight that begins Sunday, which then does not exist; in April Saturday has 25 hours.
    ['2026-W36', 'America/Santiago', '2026-08-31T04:00:00.000Z', 167],
    ['2026-W14', 'America/Santiago', '2026-03-30T03:00:00.000Z', 169],
    // By half an hour.
    ['2026-W40', 'Australia/Lord_Howe', '2026-09-27T13:30:00.000Z', 167.5],
    ['2026-W53', 'Pacific/Kiritimati', '2026-12-27T10:00:00.000Z', 168],
  ])('%s in %s begins %s and has %f hours', (week, zone, from, hours) => {
    const bounds = weekBounds(week, zone);
    expect(bounds.from.toISOString()).toBe(from);
    expect((bounds.to.getTime() - bounds.from.getTime()) / HOUR_MS).toBe(hours);
    expect(weekBounds(shiftWeek(week, 1), zone).from).toEqual(bounds.to);
  });
});
