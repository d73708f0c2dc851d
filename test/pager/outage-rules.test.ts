import { describe, expect, test } from 'vitest';
import {
  isCircuitOpen,
  nextLookAt,
  shouldPage,
  silentSince,
  wasOutage,
  type SlackHealth,
} from '../../src/pager/outage-rules.ts';

const at = (clock: string) => new Date(`2026-01-15T${clock}Z`);
const health = (given: Partial<SlackHealth>): SlackHealth => ({
  lastOkAt: at('08:00:00'),
  failingSince: null,
  lastFailureAt: null,
  pagedAt: null,
  ...given,
});

describe('an outage', () => {
  test.each([
    ['answers', {}, '08:10:00', false],
    [
      'failed once, five minutes ago',
      { failingSince: at('08:05:00'), lastFailureAt: at('08:05:00') },
      '08:05:01',
      false,
    ],
    [
      'is silent for four minutes',
      { failingSince: at('08:00:10'), lastFailureAt: at('08:04:00') },
      '08:04:00',
      false,
    ],
    [
      'is silent for five minutes',
      { failingSince: at('08:00:10'), lastFailureAt: at('08:05:00') },
      '08:05:00',
      true,
    ],
    [
      'was told already',
      { failingSince: at('08:00:10'), lastFailureAt: at('08:09:00'), pagedAt: at('08:05:00') },
      '08:09:00',
      false,
    ],
    [
      'never answered',
      { lastOkAt: null, failingSince: at('08:01:00'), lastFailureAt: at('08:06:00') },
      '08:06:00',
      true,
    ],
  ] as const)('of a Slack that %s', (_what, given, now, pages) => {
    expect(shouldPage(health(given), at(now))).toBe(pages);
  });

  test('that is first seen late is told half a minute later', () => {
    const seen = health({ failingSince: at('08:05:00'), lastFailureAt: at('08:05:00') });
    expect(nextLookAt(seen, at('08:05:00'))).toEqual(at('08:05:30'));
    expect(shouldPage({ ...seen, lastFailureAt: at('08:05:30') }, at('08:05:30'))).toBe(true);
  });

  test('begins with us where we were away before', () => {
    const seen = health({ lastOkAt: new Date('2026-01-14T18:00:00Z'), failingSince: at('08:05:00') });
    expect(silentSince(seen)).toEqual(at('08:00:00'));
    expect(silentSince(health({ failingSince: at('08:02:00') }))).toEqual(at('08:00:00'));
    expect(silentSince(health({}))).toBeNull();
  });

  test('of one bad call after a quiet while is no news', () => {
    const seen = health({ failingSince: at('08:05:00'), lastFailureAt: at('08:05:00') });
    expect(wasOutage(seen, at('08:05:01'))).toBe(false);
    expect(wasOutage(seen, at('08:10:00'))).toBe(true);
    expect(wasOutage({ ...seen, pagedAt: at('08:05:30') }, at('08:06:00'))).toBe(true);
  });

  test('is looked at when the pager is due', () => {
    const seen = health({ failingSince: at('08:00:05'), lastFailureAt: at('08:04:50') });
    expect(nextLookAt(seen, at('08:04:50'))).toEqual(at('08:05:00'));
  });

  test('opens the circuit after a minute', () => {
    const failing = { failingSince: at('08:00:00') };
    expect(isCircuitOpen(failing, at('08:00:59'))).toBe(false);
    expect(isCircuitOpen(failing, at('08:01:00'))).toBe(true);
    expect(isCircuitOpen({ failingSince: null }, at('09:00:00'))).toBe(false);
  });
});
