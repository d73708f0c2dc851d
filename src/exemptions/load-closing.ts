import type { Queryable } from '../database/pool.ts';
import type { ClosingModel } from './models.ts';
import { standingOf } from './standing.ts';
import { readClosing, readExemption } from './store.ts';

/** What was handed in, as its message shows it; null: there is none of this id. */
export async function loadClosing(
  db: Queryable,
  closingId: string,
  { now, zone }: { now: Date; zone: string },
): Promise<ClosingModel | null> {
  const closing = await readClosing(db, closingId);
  if (closing === null) return null;
  const exemption = await readExemption(db, closing.exemptionId);
  if (exemption === null) return null;
  return { closing, exemption, standing: standingOf(exemption, now, zone), timeZone: zone };
}
