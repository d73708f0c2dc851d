import type { Tx } from '../database/pool.ts';
import type { Schedule, Slot } from '../jobs/types.ts';
import type { Clock } from '../ports.ts';
import { raiseAlert } from './raise-alert.ts';

/** Alerts, in the transaction that records them, that due moments passed while nothing ran; chores are left out. */
export function missedSlotsAlert(clock: Clock): (tx: Tx, schedule: Schedule, slots: Slot[]) => Promise<void> {
  return async (tx, schedule, slots) => {
    const [first, last] = [slots.at(0), slots.at(-1)];
    if (schedule.isChore === true || first === undefined || last === undefined) return;
    await raiseAlert(tx, clock.now(), {
      kind: 'slot_missed',
      subject: { kind: 'schedule', id: schedule.name },
      severity: 'sev3',
      args: {
        schedule: schedule.name,
        count: slots.length,
        firstAt: first.slotAt.toISOString(),
        lastAt: last.slotAt.toISOString(),
      },
      actor: `schedule:${schedule.name}`,
    });
  };
}
