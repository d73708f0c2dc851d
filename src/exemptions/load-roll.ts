import type { Queryable } from '../database/pool.ts';
import type { RiskClass } from '../findings/types.ts';
import type { ExemptionLine, RollModel } from './models.ts';
import { standingOf } from './standing.ts';
import { readClosing, readOverdueAt } from './store.ts';
import type { Exemption } from './types.ts';

/** More would be no message but a report; `/exemption list overdue` shows all. */
const MOST_LINES = 20;
const RANK: Readonly<Record<RiskClass, number>> = { HIGH: 0, MED: 1, LOW: 2 };

/**
 * All that was overdue on a business day when it was told, worst first, each as it is now: what was closed since says
 * so. Null: nothing was told on that day.
 */
export async function loadRoll(
  db: Queryable,
  day: string,
  { timeZone }: { timeZone: string },
): Promise<RollModel | null> {
  const { rows } = await db.query<{ at: Date }>(`select at from exemption_rolls where day::text = $1`, [day]);
  const at = rows[0]?.at;
  if (at === undefined) return null;
  const all = (await readOverdueAt(db, at, day)).toSorted(worstFirst);
  const lines: ExemptionLine[] = [];
  for (const exemption of all.slice(0, MOST_LINES)) {
    const { closingId, state } = exemption;
    const closing = state === 'closing' && closingId !== null ? await readClosing(db, closingId) : null;
    lines.push({ exemption, standing: standingOf(exemption, at, timeZone), closing });
  }
  return { day, lines, more: all.length - lines.length, timeZone };
}

/** By risk, then by the longest past its first deadline. */
function worstFirst(one: Exemption, other: Exemption): number {
  const byRisk = RANK[one.risk] - RANK[other.risk];
  if (byRisk !== 0) return byRisk;
  return one.firstDeadline.localeCompare(other.firstDeadline) || one.number - other.number;
}
