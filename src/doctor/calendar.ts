import { tz } from '@date-fns/tz';
import { getMonth, getYear } from 'date-fns';
import type { Policy } from '../policy.ts';
import { ok, problem, type Diagnosis } from './types.ts';

const NOVEMBER = 10;

/** Holidays of this year must be known, and from 1 November those of the next one too. */
export function diagnoseCalendar(policy: Policy, now: Date): Diagnosis[] {
  const zone = { in: tz(policy.business.time_zone) };
  const year = getYear(now, zone);
  const wanted = getMonth(now, zone) >= NOVEMBER ? [year, year + 1] : [year];
  const missing = wanted.filter((each) => policy.calendar[String(each)] === undefined);
  return missing.length === 0
    ? [ok('calendar', `holidays of ${wanted.join(' and ')} are known`)]
    : missing.map((each) =>
        problem('calendar', `no holidays for ${each}: add calendar."${each}" to the policy`),
      );
}

/** A role that nobody holds allows nobody: approvals and buttons of that role would never work. */
export function diagnoseRoles(policy: Policy): Diagnosis[] {
  const empty = Object.entries(policy.roles).filter(
    ([, role]) => role.groups.length + role.users.length === 0,
  );
  return empty.length === 0
    ? [ok('roles', 'every role names a group or a user')]
    : empty.map(([name]) => problem('roles', `nobody holds ${name}: give roles.${name} groups or users`));
}
