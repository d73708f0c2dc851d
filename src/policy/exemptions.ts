import { z } from 'zod';
import { scheduleAt } from './schedule.ts';

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of day, such as "10:00"' });

/** `policy.exemptions`. Thirty days, who approves and what is nagged about are rules, not settings. */
export const exemptions = z.strictObject({
  nag_at: timeOfDay
    .default('10:00')
    .describe('When owners are reminded, in their own time zone; reviewers in the business time zone.'),
  overdue: scheduleAt('0 10 * * *').describe(
    'When all that is overdue is told in #security, in one message.',
  ),
  owners_check: scheduleAt('30 9 * * *').describe('When owners who have left are looked for.'),
  review: z
    .strictObject({
      first: z.iso
        .date()
        .default('2026-01-15')
        .describe('The first security review; the others follow from it.'),
      every_weeks: z.int().min(1).max(12).default(2),
      at: timeOfDay.default('10:00').describe('In the business time zone.'),
    })
    .prefault({})
    .describe('The security review in #security.'),
});

/** `policy.actions`: what reviews and reports lead to. */
export const actions = z.strictObject({
  remind_at: timeOfDay
    .default('10:00')
    .describe('When their owners are reminded on the day they are due, in their own time zone.'),
});
