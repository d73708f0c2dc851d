import { quietUntil, type Calendar } from '../calendar.ts';
import type { Tx } from '../database/pool.ts';
import type { Schedule, Slot } from '../jobs/types.ts';
import type { Clock } from '../ports.ts';
import { raiseAlert } from './raise-alert.ts';
import { resolveAlert } from './resolve-alert.ts';

/** Misses further apart than this are two outages; nearer ones are one, recorded piece by piece. */
const ONE_OUTAGE_MS = 3_600_000;

/**
 * Alerts, in the transaction that records them, that due moments passed while nothing ran; chores are left out.
 * A new outage is a new card: one that was rewritten far up in the channel would tell nobody.
 */
export function missedSlotsAlert(
  clock: Clock,
  calendar: Calendar,
): (tx: Tx, schedule: Schedule, slots: Slot[]) => Promise<void> {
  return async (tx, schedule, slots) => {
    const [first, last] = [slots.at(0), slots.at(-1)];
    if (schedule.isChore === true || first === undefined || last === undefined) return;
    const now = clock.now();
    const about = {
      kind: 'slot_missed',
      subject: { kind: 'schedule', id: schedule.name },
      actor: `schedule:${schedule.name}`,
    } as const;
    await resolveAlert(tx, now, { ...about, silentSince: new Date(now.getTime() - ONE_OUTAGE_MS) });
    await raiseAlert(tx, now, {
      ...about,
      severity: 'sev3',
      quietUntil: quietUntil(calendar, now),
      args: {
        schedule: schedule.name,
        count: slots.length,
        firstAt: first.slotAt.toISOString(),
        lastAt: last.slotAt.toISOString(),
      },
    });
  };
}
