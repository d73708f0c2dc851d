import { createHash } from 'node:crypto';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { AppError } from './errors.ts';
import { exponentOf } from './money.ts';
import { actions, exemptions } from './policy/exemptions.ts';
import { escalations } from './policy/escalations.ts';
import { overrides } from './policy/overrides.ts';
import { people } from './policy/people.ts';
import { platform } from './policy/platform.ts';
import { schedule } from './policy/schedule.ts';
import { slo } from './policy/slo.ts';
import { LOCALES } from './texts.ts';

const timeZone = z.string().refine(isTimeZone, { error: 'is not an IANA time zone' });
const currency = z
  .string()
  .refine((code) => exponentOf(code) !== undefined, { error: 'is not an ISO 4217 currency' });
const decimal = z
  .string()
  .regex(/^\d+(\.\d+)?$/, { error: 'must be a decimal number in quotes, such as "1000"' });
const instant = z.iso.datetime({
  offset: true,
  error: 'must be an ISO time with zone, such as 2026-01-15T00:00:00+03:00',
});
const day = z.iso.date();
const timeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'must be a time of day, such as "09:00"' });

const channel = z.strictObject({
  slack: z.string().min(1).describe("The channel's name without #, or its id."),
  locale: z.enum(LOCALES).default('en').describe('The language of messages in it.'),
});

const role = z.strictObject({
  groups: z.array(z.string()).default([]).describe('Handles of Slack user groups (paid plans).'),
  users: z.array(z.string()).default([]).describe('Slack user ids or names.'),
});

const reconciliation = z.strictObject({
  full_scan: schedule
    .default({ cron: '0 3 * * 0', catch_up: 'last' })
    .describe('When every ledger is compared with its wallet, page by page.'),
  schedule: schedule
    .default({ cron: '0 9 * * *', catch_up: 'last' })
    .describe('When the digest stands in the channel.'),
  lead_minutes: z
    .int()
    .min(3)
    .max(60)
    .default(5)
    .describe(
      'How long before that the run starts, so that the second look of R01 is over when the digest is due.',
    ),
  start_at: instant
    .optional()
    .describe(
      'Breaks older than this form the opening balance. Fixed at the first run; by default the business day before it.',
    ),
  ledger_complete: z
    .boolean()
    .default(false)
    .describe('The ledger goes back to the first transaction: wallets without a baseline start from zero.'),
  lift_to_med_from: decimal
    .default('10')
    .describe('a: amount in the reporting currency that lifts to MED where marked.'),
  lift_to_high_from: decimal
    .default('1000')
    .describe('A: amount in the reporting currency that lifts to HIGH where marked.'),
  low_to_med_days: z
    .int()
    .positive()
    .default(3)
    .describe('Age in days over which a LOW finding becomes MED.'),
  med_to_high_days: z
    .int()
    .positive()
    .default(7)
    .describe('Age in days over which a MED finding becomes HIGH.'),
  stale_hours: z
    .int()
    .positive()
    .default(26)
    .describe('R26: a last complete run older than this is a blind spot.'),
  breaks_share_of_volume: decimal.default('0.001').describe("R30: share of the day's volume."),
});

const payouts = z.strictObject({
  check: schedule
    .default({ cron: '*/5 * * * *', catch_up: 'last' })
    .describe('When stuck and failed payouts are looked for.'),
  group_from: z
    .int()
    .min(2)
    .max(100)
    .default(6)
    .describe(
      'From so many payouts of one cause (rule, provider, error code) on, one alert stands for all of them.',
    ),
  stuck_withdrawal_minutes: z
    .int()
    .positive()
    .default(30)
    .describe('R19: a withdrawal or attempt under way for longer is stuck.'),
  stuck_deposit_minutes: z
    .int()
    .positive()
    .default(60)
    .describe('R19: a deposit that waits for its provider for longer is stuck.'),
  high_after_minutes: z
    .int()
    .positive()
    .default(120)
    .describe('R20: stuck for longer is HIGH, whatever it is.'),
  old_failure_hours: z
    .int()
    .positive()
    .default(24)
    .describe('R23: a failed payout requested longer ago is HIGH.'),
  max_attempts: z
    .int()
    .positive()
    .default(3)
    .describe('R21: attempts after which the platform refuses another.'),
  cooldown_seconds: z
    .int()
    .positive()
    .default(60)
    .describe('R22: pause that the platform wants after an attempt.'),
  amount_limit: decimal.optional().describe('Largest retry in the reporting currency; none: no limit.'),
});

const workingHours = z.strictObject({
  from: timeOfDay.default('09:00').describe('Monday to Friday, in the business time zone.'),
  to: timeOfDay.default('18:00'),
  half_day_to: timeOfDay.default('13:00').describe('Half days of the calendar end then.'),
});

const quietHours = z.strictObject({
  from: timeOfDay
    .default('22:00')
    .describe('What is LOW or Sev-3 is not told from then on; payouts always are.'),
  to: timeOfDay.default('08:00').describe('It is told then.'),
});

const calendarYear = z.strictObject({
  holidays: z.array(day).default([]).describe('Days without business.'),
  half_days: z.array(day).default([]).describe('Days that end at 13:00.'),
});

/** Everything policy.yml may say, with what it does: the source of docs/policy.md. */
export const policySchema = z.strictObject({
  version: z.literal(1).describe('Of this format.'),
  business: z.strictObject({
    time_zone: timeZone.default('Europe/Istanbul').describe('Business days and schedules are of this zone.'),
    reporting_currency: currency
      .default('USD')
      .describe('Sums over currencies are shown in it, at the rates of fx_rates.'),
  }),
  tenants: z
    .array(
      z.strictObject({
        id: z.string().min(1).describe('tenant_id in the finance database.'),
        name: z.string().min(1).describe('As people call it.'),
      }),
    )
    .min(1),
  channels: z.strictObject({
    'finance-ops': channel,
    'finance-approvals': channel,
    slo: channel,
    security: channel,
    incidents: channel,
    'ops-alerts': channel,
  }),
  roles: z.strictObject({ ops: role, managers: role, leads: role, sre: role, security: role }),
  people: people.describe('Who is who, who leads and deputises for whom, and whose accounts are whose.'),
  escalations: escalations.describe('Who is told of what is HIGH, in which order, until somebody answers.'),
  working_hours: workingHours.prefault({}),
  quiet_hours: quietHours.prefault({}),
  reconciliation: reconciliation.prefault({}),
  payouts: payouts.prefault({}),
  overrides: overrides.prefault({}).describe('What is done by hand, and from how much on who approves it.'),
  exemptions: exemptions
    .prefault({})
    .describe('When owners of waivers are reminded, and when security reviews them.'),
  actions: actions.prefault({}).describe('What reviews and reports lead to.'),
  slo: slo
    .prefault({})
    .describe('Service levels: who may ask, when they are read, and when they are reported.'),
  platform: platform.prefault({}).describe('What the payment platform offers, action by action.'),
  calendar: z.record(z.string().regex(/^\d{4}$/), calendarYear).default({}),
});

export type Policy = z.infer<typeof policySchema> & {
  /** sha256 of the parsed policy; kept with every run and request. */
  readonly hash: string;
};

/** Turns the text of policy.yml into a Policy, or throws one config_invalid fault that lists every problem, path by path. */
export function parsePolicy(text: string): Policy {
  let raw: unknown;
  try {
    raw = parseYaml(text);
  } catch (error) {
    throw new AppError('config_invalid', `policy.yml is not YAML: ${String(error)}`, { retryable: false });
  }
  const parsed = policySchema.safeParse(raw);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(
      (issue) => `  ${issue.path.join('.') || '(top)'}: ${issue.message}`,
    );
    throw new AppError('config_invalid', `policy.yml is wrong:\n${lines.join('\n')}`, { retryable: false });
  }
  const hash = createHash('sha256').update(JSON.stringify(parsed.data)).digest('hex');
  return Object.freeze({ ...parsed.data, hash });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
