import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { businessDayOf, shiftDay } from '../../src/business-day.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { reviewPolicy, reviewsOf, runSlot, slotsOf } from './review-ground.ts';

let ours: TestDatabase;
beforeAll(async () => {
  ours = await createOurDatabase();
});
afterAll(() => ours.drop());
beforeEach(async () => {
  await ours.pool.query(`delete from cards`);
  await ours.pool.query(`delete from exemption_reviews`);
});

/** Every second Thursday of 2026 from 15 January on, by the calendar alone. */
const THURSDAYS = Array.from({ length: 26 }, (_, index) => shiftDay('2026-01-15', index * 14));

function localTime(at: Date, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
    .format(at)
    .replace(',', '');
}

describe('a year of security reviews', () => {
  it.each([
    ['Europe/Istanbul', '10:00'],
    ['Europe/Berlin', '10:00'],
    ['America/New_York', '10:00'],
    ['Pacific/Auckland', '00:15'],
  ])('in %s at %s is every second Thursday', async (zone, at) => {
    const policy = reviewPolicy(zone, at);
    const slots = slotsOf(policy, '2026-01-14T00:00:00Z', '2027-01-01T00:00:00Z');
    for (const slot of slots) await runSlot(ours, policy, slot);
    const reviews = (await reviewsOf(ours)).filter(({ day }) => day <= '2026-12-31');
    expect(reviews.map(({ day }) => day)).toEqual(THURSDAYS);
    expect(new Set(reviews.map((review) => localTime(review.at, zone)))).toEqual(new Set([`Thu ${at}`]));
    expect(reviews.every((review) => businessDayOf(review.at, zone) === review.day)).toBe(true);
  });
});
