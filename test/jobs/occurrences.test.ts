import { describe, expect, it } from 'vitest';
import { nextOccurrence, occurrences } from '../../src/jobs/occurrences.ts';

function isoBetween(cron: string, zone: string, after: string, upTo: string, limit = 100): string[] {
  return occurrences(cron, zone, new Date(after), new Date(upTo), limit).map((moment) =>
    moment.toISOString(),
  );
}

describe('the moments of a schedule', () => {
  it('begin after the last one and include the end', () => {
    expect(
      isoBetween('0 9 * * *', 'Europe/Istanbul', '2026-01-14T06:00:00Z', '2026-01-16T06:00:00Z'),
    ).toEqual(['2026-01-15T06:00:00.000Z', '2026-01-16T06:00:00.000Z']);
  });
  it('stay in the year without DST in Istanbul', () => {
    const year = isoBetween(
      '0 9 * * *',
      'Europe/Istanbul',
      '2026-01-01T00:00:00Z',
      '2026-12-31T23:00:00Z',
      400,
    );
    expect(year).toHaveLength(365);
    expect(new Set(year.map((moment) => moment.slice(11)))).toEqual(new Set(['06:00:00.000Z']));
  });
  it('move with summer time in Berlin', () => {
    expect(isoBetween('0 9 * * *', 'Europe/Berlin', '2026-03-28T00:00:00Z', '2026-03-29T23:00:00Z')).toEqual([
      '2026-03-28T08:00:00.000Z',
      '2026-03-29T07:00:00.000Z',
    ]);
  });
  it('inside the gap fall at its end, on that day', () => {
    expect(isoBetween('30 2 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-30T12:00:00Z')).toEqual(
      ['2026-03-29T01:00:00.000Z', '2026-03-30T00:30:00.000Z'],
    );
  });
  it('in the repeated hour come once', () => {
    expect(isoBetween('30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-26T12:00:00Z')).toEqual(
      ['2026-10-25T00:30:00.000Z', '2026-10-26T01:30:00.000Z'],
    );
  });
  it('ask for day of month and day of week both', () => {
    expect(isoBetween('0 9 13 * 5', 'UTC', '2026-01-01T00:00:00Z', '2026-04-30T00:00:00Z')).toEqual([
      '2026-02-13T09:00:00.000Z',
      '2026-03-13T09:00:00.000Z',
    ]);
  });
  it('are bounded', () => {
    expect(isoBetween('* * * * *', 'UTC', '2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z', 7)).toHaveLength(7);
  });
  it('may never come again', () => {
    expect(nextOccurrence('0 0 31 2 *', 'UTC', new Date('2026-01-01T00:00:00Z'))).toBeNull();
  });
});
