import { expect, test } from 'vitest';
import { businessDayOf, dayBounds, shiftDay } from '../../src/business-day.ts';

test.each([
  // zone, day, from, to, hours
  ['Europe/Istanbul', '2026-01-14', '2026-01-13T21:00:00.000Z', '2026-01-14T21:00:00.000Z', 24],
  ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z', 23],
  ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z', 25],
  // Clocks jump over midnight: the day begins at 01:00.
  ['America/Santiago', '2026-09-06', '2026-09-06T04:00:00.000Z', '2026-09-07T03:00:00.000Z', 23],
  // Clocks go back at midnight, to 23:00 of the day before.
  ['America/Santiago', '2026-04-05', '2026-04-05T04:00:00.000Z', '2026-04-06T04:00:00.000Z', 24],
  ['Asia/Kathmandu', '2026-01-14', '2026-01-13T18:15:00.000Z', '2026-01-14T18:15:00.000Z', 24],
  ['Pacific/Apia', '2026-01-14', '2026-01-13T11:00:00.000Z', '2026-01-14T11:00:00.000Z', 24],
])('%s %s begins and ends at its own midnights', (zone, day, from, to, hours) => {
  const bounds = dayBounds(day, zone);
  expect(bounds.from.toISOString()).toBe(from);
  expect(bounds.to.toISOString()).toBe(to);
  expect((bounds.to.getTime() - bounds.from.getTime()) / 3_600_000).toBe(hours);
});

test('every instant of a year belongs to one day', () => {
  for (const zone of ['Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe']) {
    for (let day = '2026-01-01'; day < '2027-01-01'; day = shiftDay(day, 1)) {
      const { from, to } = dayBounds(day, zone);
      expect(businessDayOf(from, zone)).toBe(day);
      expect(businessDayOf(new Date(from.getTime() - 1), zone)).toBe(shiftDay(day, -1));
      expect(businessDayOf(new Date(to.getTime() - 1), zone)).toBe(day);
    }
  }
});

test('days shift over months, years and leap days', () => {
  expect(shiftDay('2026-01-01', -1)).toBe('2025-12-31');
  expect(shiftDay('2028-02-28', 1)).toBe('2028-02-29');
});
