import { Cron } from 'croner';
import { z } from 'zod';

const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of day, such as "10:00"' });

const daily = (cron: string) =>
  z
    .strictObject({
      cron: z
        .string()
        .refine(isCron, { error: 'is not a cron expression' })
        .default(cron)
        .describe('When it is due, in the business time zone.'),
      catch_up: z
        .enum(['each', 'last', 'none'])
        .default('last')
        .describe('What slots missed while the app was down become.'),
    })
    .prefault({});

/** `policy.exemptions`. Thirty days, who approves and what is nagged about are rules, not settings. */
export const exemptions = z.strictObject({
  nag_at: timeOfDay
    .default('10:00')
    .describe('When owners are reminded, in their own time zone; reviewers in the business time zone.'),
  overdue: daily('0 10 * * *').describe('When all that is overdue is told in #security, in one message.'),
  owners_check: daily('30 9 * * *').describe('When owners who have left are looked for.'),
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

function isCron(expression: string): boolean {
  try {
    new Cron(expression, { paused: true }).stop();
    return true;
  } catch {
    return false;
  }
}
