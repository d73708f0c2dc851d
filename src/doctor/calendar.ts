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
