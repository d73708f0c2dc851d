import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '../audit/types.ts';
import type { Tx } from '../database/pool.ts';
import { budgetLeft } from './burn.ts';
import { endBreach, insertBreach, lockOpenBreach } from './episode-store.ts';
import { sumWindows } from './sums.ts';
import type { Slo } from './types.ts';

/** Who opens and ends what burns, as the audit log names actors. */
export const JUDGE = 'job:slo';
const DAY_MINUTES = 1_440;
/** A breach ends when so much of the budget is left again: at its edge it would begin and end with every event. */
const OVER_AT = 0.01;
/** 1 - 0.95 is a hair more than 0.05: a budget spent to the last event is not overspent. */
const HAIR = 1e-9;

export interface JudgedBreach {
  isOpen: boolean;
  change: 'began' | 'ended' | null;
  entries: AuditEntry[];
}

/**
 * Begins a breach when the budget of the promise's window is overspent at `at`, ends it when 1 % of it is left again.
 * Without valid events in the window nothing begins and nothing ends. Domain section 2.
 */
export async function judgeBreach(tx: Tx, slo: Slo, at: Date): Promise<JudgedBreach> {
  const { name, target, windowDays } = slo;
  const open = await lockOpenBreach(tx, name);
  const [sums] = await sumWindows(tx, {
    slo: name,
    basis: 'event',
    at,
    windows: [windowDays * DAY_MINUTES],
  });
  const left = sums === undefined ? null : budgetLeft(sums, target);
  if (left !== null && open === null && left < -HAIR) {
    const id = randomUUID();
    if (await insertBreach(tx, { id, slo: name, beganAt: at }))
      return { isOpen: true, change: 'began', entries: [entryOf(name, 'breached', at)] };
  }
  if (left !== null && open !== null && left >= OVER_AT) {
    await endBreach(tx, open.id, at);
    return { isOpen: false, change: 'ended', entries: [entryOf(name, 'kept_again', at)] };
  }
  return { isOpen: open !== null, change: null, entries: [] };
}

function entryOf(slo: string, what: 'breached' | 'kept_again', at: Date): AuditEntry {
  return {
    actor: JUDGE,
    action: `slo.${what}`,
    tenantId: null,
    subject: { kind: 'slo', id: slo },
    data: { at: at.toISOString() },
  };
}
