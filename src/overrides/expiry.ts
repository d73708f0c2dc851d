import { addWorkingMinutes, type Calendar } from '../calendar.ts';
import type { Policy } from '../policy.ts';
import type { OverrideVersion } from './types.ts';

type ExpiryPolicy = Pick<Policy['overrides'], 'expires_working_minutes' | 'remind_before_minutes'>;

/**
 * When a version that opens now expires, and when its approvers are reminded: half-way, and shortly before. All of it
 * is working time of the business (domain.md section 6), so that a night or a holiday costs nobody their chance.
 */
export function openingTimes(
  calendar: Calendar,
  policy: ExpiryPolicy,
  openedAt: Date,
): Pick<OverrideVersion, 'expiresAt' | 'remindHalfAt' | 'remindLastAt'> {
  const minutes = policy.expires_working_minutes;
  const after = (working: number) => addWorkingMinutes(calendar, openedAt, Math.max(0, working));
  return {
    expiresAt: after(minutes),
    remindHalfAt: after(minutes / 2),
    remindLastAt: after(minutes - policy.remind_before_minutes),
  };
}

/** Is it over by time? From the very moment of its expiry on; asked by the task, the click, the check before sending. */
export function isExpired({ expiresAt }: Pick<OverrideVersion, 'expiresAt'>, now: Date): boolean {
  // A moment that is none has passed.
  return !(now.getTime() < expiresAt.getTime());
}
