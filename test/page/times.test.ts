import { describe, expect, it } from 'vitest';
import { sizeText } from '../../sandbox/page/texts/sizes.ts';
import { exactTime, nextMorning, slackDate } from '../../sandbox/page/texts/times.ts';

const NOW = new Date('2026-01-15T06:12:00Z');

describe('times on the page', () => {
  it.each([
    ['2026-01-15T05:30:00Z', '2026-01-15T06:00:00.000Z', true],
    ['2026-01-15T06:00:00Z', '2026-01-16T06:00:00.000Z', false],
    ['2026-01-15T20:59:00Z', '2026-01-16T06:00:00.000Z', false],
    ['2026-01-15T21:01:00Z', '2026-01-16T06:00:00.000Z', true],
  ])('finds the next 09:00 in Istanbul after %s', (now, at, today) => {
    expect(nextMorning(new Date(now))).toEqual({ at: new Date(at), today });
  });

  it.each([
    ['{date_short_pretty} {time}', 'en-GB', 'today 08:59'],
    ['{date_short_pretty} {time}', 'tr-TR', 'bugün 08:59'],
    ['{date} at {time_secs}', 'en-GB', '15 January 2026 at 08:59:45'],
    ['{ago}', 'en-GB', '12 minutes ago'],
    ['{nonsense}', 'en-GB', '{nonsense}'],
  ])('fills %s for %s', (pattern, locale, expected) => {
    const reader = { zone: 'Europe/Istanbul', locale, now: NOW };
    expect(slackDate(pattern, 1_768_456_785, reader)).toBe(expected);
  });

  it('calls a date far away by its name', () => {
    const reader = { zone: 'Europe/Istanbul', locale: 'en-GB', now: new Date('2026-01-20T06:00:00Z') };
    expect(slackDate('{date_long_pretty}', 1_768_456_785, reader)).toContain('15 January 2026');
  });

  it('says an exact time with its zone', () => {
    expect(exactTime(NOW, 'Europe/Istanbul')).toBe('2026-01-15 09:12:00 GMT+3');
  });

  it.each([
    [812, '812 B'],
    [48_213, '48.2 kB'],
    [3_100_000, '3.1 MB'],
  ])('says %d bytes as %s', (bytes, expected) => {
    expect(sizeText(bytes)).toBe(expected);
  });
});
