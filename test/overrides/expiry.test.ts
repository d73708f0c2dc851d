import { expect, test } from 'vitest';
import { isExpired, openingTimes } from '../../src/overrides/expiry.ts';
import { smallPolicy } from './rules-ground.ts';

const policy = smallPolicy();

test('a version expires after four working hours, reminded half-way and a quarter before', () => {
  expect(openingTimes(policy, policy.overrides, new Date('2026-01-15T06:00:00Z'))).toEqual({
    expiresAt: new Date('2026-01-15T10:00:00Z'),
    remindHalfAt: new Date('2026-01-15T08:00:00Z'),
    remindLastAt: new Date('2026-01-15T09:45:00Z'),
  });
});

test('a reminder that would come before the opening comes at once', () => {
  const short = { expires_working_minutes: 31, remind_before_minutes: 60 };
  const openedAt = new Date('2026-01-15T06:00:00Z');
  expect(openingTimes(policy, short, openedAt)).toEqual({
    expiresAt: new Date('2026-01-15T06:31:00Z'),
    remindHalfAt: new Date('2026-01-15T06:15:30Z'),
    remindLastAt: openedAt,
  });
});

test('it is over from the very moment on', () => {
  const version = { expiresAt: new Date('2026-01-15T10:00:00Z') };
  expect(isExpired(version, new Date('2026-01-15T09:59:59.999Z'))).toBe(false);
  expect(isExpired(version, version.expiresAt)).toBe(true);
  expect(isExpired(version, new Date('2027-01-15T10:00:00Z'))).toBe(true);
  expect(isExpired({ expiresAt: new Date(Number.NaN) }, version.expiresAt)).toBe(true);
});
