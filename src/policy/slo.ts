import { z } from 'zod';
import { ROLES } from './people.ts';
import { scheduleAt } from './schedule.ts';

/** `policy.slo`. Targets and alerts stand in the OpenSLO files of its folder. */
export const slo = z.strictObject({
  folder: z
    .string()
    .min(1)
    .default('slo')
    .describe('Where the OpenSLO files (*.yaml) are, from where the app is started.'),
  readers: z
    .union([z.literal('members'), z.array(z.enum(ROLES)).min(1)])
    .default('members')
    .describe(
      'Who may ask with /slo. members: whoever holds a role or is named in policy.people, never guests; or whoever holds one of these roles.',
    ),
  snapshot: scheduleAt('* * * * *').describe('When good and valid events are read and judged.'),
  silent_after_minutes: z
    .int()
    .min(2)
    .max(60)
    .default(5)
    .describe('A source that has told nothing new for so long is a blind spot: NO DATA.'),
  at_risk_below: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.25)
    .describe('A promise with less than this share of its budget left is at risk.'),
  risk: z
    .strictObject({
      check: scheduleAt('*/5 * * * *').describe('When payouts that will break their promise are looked for.'),
      after_hours: z
        .number()
        .positive()
        .default(20)
        .describe('A payout that is open for longer is at risk, whatever its provider does.'),
    })
    .prefault({}),
  report: scheduleAt('0 10 * * 1').describe('When the report of the last week stands in #slo.'),
  keep_days: z.int().min(60).max(3_660).default(400).describe('How long the minutes are kept.'),
});
