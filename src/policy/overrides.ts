import { z } from 'zod';

const decimal = z
  .string()
  .regex(/^\d+(\.\d+)?$/, { error: 'must be a decimal number in quotes, such as "1000"' });

/** `policy.overrides`: what is done by hand because no button is safe. Who approves is not configurable, from how much on is. */
export const overrides = z.strictObject({
  two_from: decimal
    .default('1000')
    .describe('From so much on, in the reporting currency, two managers or leads approve instead of one.'),
  lead_from: decimal.default('10000').describe('From so much on one of the two is a lead.'),
  adds_up_hours: z
    .int()
    .min(1)
    .max(24 * 7)
    .default(24)
    .describe('Overrides of the same account or payee within so many hours count together.'),
  expires_working_minutes: z
    .int()
    .min(30)
    .max(60 * 24)
    .default(240)
    .describe('Working time after which a request expires.'),
  remind_before_minutes: z
    .int()
    .min(1)
    .max(240)
    .default(15)
    .describe(
      'Working time before that at which approvers are reminded for the last time; the first is half-way.',
    ),
  ticket: z
    .string()
    .min(1)
    .max(200)
    .refine(isPattern, { error: 'is not a regular expression' })
    .default('[A-Z]+-[0-9]+')
    .describe('What a ticket looks like; searched in the text given.'),
});

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}
