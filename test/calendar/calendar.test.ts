import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addWorkingMinutes, isBusinessDay, quietUntil, type Calendar } from '../../src/calendar.ts';

const calendar = (zone: string, changes: Partial<Calendar> = {}): Calendar => ({
  business: { time_zone: zone },
  working_hours: { from: '09:00', to: '18:00', half_day_to: '13:00' },
  quiet_hours: { from: '22:00', to: '08:00' },
  calendar: { '2026': { holidays: ['2026-01-01', '2026-10-29'], half_days: ['2026-10-28'] } },
  ...changes,
});
const ISTANBUL = calendar('Europe/Istanbul');
const BERLIN = calendar('Europe/Berlin');
const at = (iso: string): Date => new Date(iso);

describe('business days', () => {
  it.each([
    ['2026-01-15', true],
    ['2026-01-17', false],
    ['2026-01-18', false],
    ['2026-10-29', false],
    ['2026-10-28', true],
    ['2031-01-01', true],
  ])('%s: %s', (day, expected) => {
    expect(isBusinessDay(ISTANBUL, day)).toBe(expected);
  });
});

describe('working minutes', () => {
  it.each([
    ['within a day', '2026-01-15T10:00:00+03:00', 60, '2026-01-15T11:00:00+03:00'],
    ['from before the day begins', '2026-01-15T03:00:00+03:00', 60, '2026-01-15T10:00:00+03:00'],
    ['over the evening', '2026-01-15T17:30:00+03:00', 60, '2026-01-16T09:30:00+03:00'],
    ['to the very end of a day', '2026-01-15T17:00:00+03:00', 60, '2026-01-15T18:00:00+03:00'],
    ['over a weekend', '2026-01-16T17:30:00+03:00', 60, '2026-01-19T09:30:00+03:00'],
    ['over half a day and a holiday', '2026-10-28T12:30:00+03:00', 60, '2026-10-30T09:30:00+03:00'],
    ['a whole day', '2026-01-15T09:00:00+03:00', 540, '2026-01-15T18:00:00+03:00'],
  ])('pass %s', (_, from, minutes, expected) => {
    expect(addWorkingMinutes(ISTANBUL, at(from), minutes)).toEqual(at(expected));
  });

  it.each([
    ['spring', '2026-03-27T17:30:00+01:00', '2026-03-30T09:30:00+02:00'],
    ['autumn', '2026-10-23T17:30:00+02:00', '2026-10-26T09:30:00+01:00'],
  ])('keep the hour by the wall over the change in %s', (_, from, expected) => {
    expect(addWorkingMinutes(BERLIN, at(from), 60)).toEqual(at(expected));
  });

  it('are real ones in hours that the clocks leave out', () => {
    const nights = calendar('Europe/Berlin', {
      working_hours: { from: '00:00', to: '23:59', half_day_to: '13:00' },
    });
    // A Sunday is no business day anywhere in Europe; Cairo changes its clocks on a Friday, at midnight.
    const cairo = { ...nights, business: { time_zone: 'Africa/Cairo' } };
    expect(addWorkingMinutes(cairo, at('2026-04-24T01:00:00+03:00'), 60)).toEqual(
      at('2026-04-24T02:00:00+03:00'),
    );
  });

  it('never end where nobody works, nor run backwards', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 366 * 24 * 60 }),
        fc.integer({ min: 1, max: 3_000 }),
        (offset, minutes) => {
          const from = new Date(Date.parse('2026-01-01T00:00:00Z') + offset * 60_000);
          const end = addWorkingMinutes(BERLIN, from, minutes);
          expect(end.getTime() - from.getTime()).toBeGreaterThanOrEqual(minutes * 60_000);
          const split = addWorkingMinutes(BERLIN, addWorkingMinutes(BERLIN, from, 1), minutes);
          expect(split).toEqual(addWorkingMinutes(BERLIN, from, minutes + 1));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are plain minutes where every day is a holiday', () => {
    const never = calendar('Europe/Istanbul', {
      working_hours: { from: '18:00', to: '09:00', half_day_to: '09:00' },
    });
    expect(addWorkingMinutes(never, at('2026-01-15T10:00:00Z'), 60)).toEqual(at('2026-01-15T11:00:00Z'));
  });
});

describe('quiet hours', () => {
  it.each([
    ['2026-01-15T21:59:59+03:00', null],
    ['2026-01-15T22:00:00+03:00', '2026-01-16T08:00:00+03:00'],
    ['2026-01-16T03:00:00+03:00', '2026-01-16T08:00:00+03:00'],
    ['2026-01-16T07:59:59+03:00', '2026-01-16T08:00:00+03:00'],
    ['2026-01-16T08:00:00+03:00', null],
  ])('at %s end %s', (now, expected) => {
    expect(quietUntil(ISTANBUL, at(now))).toEqual(expected === null ? null : at(expected));
  });

  it('end by the wall in a night whose clocks change', () => {
    expect(quietUntil(BERLIN, at('2026-03-28T23:00:00+01:00'))).toEqual(at('2026-03-29T08:00:00+02:00'));
    expect(quietUntil(BERLIN, at('2026-10-24T23:00:00+02:00'))).toEqual(at('2026-10-25T08:00:00+01:00'));
  });

  it('may be a noon, or none', () => {
    const noon = calendar('Europe/Istanbul', { quiet_hours: { from: '12:00', to: '13:00' } });
    expect(quietUntil(noon, at('2026-01-15T12:30:00+03:00'))).toEqual(at('2026-01-15T13:00:00+03:00'));
    expect(quietUntil(noon, at('2026-01-15T23:30:00+03:00'))).toBeNull();
    const none = calendar('Europe/Istanbul', { quiet_hours: { from: '12:00', to: '12:00' } });
    expect(quietUntil(none, at('2026-01-15T12:30:00+03:00'))).toBeNull();
  });
});
