import type { AuditEntry } from '../audit/types.ts';
import type { Queryable, Tx } from '../database/pool.ts';
import type { Policy } from '../policy.ts';
import { dayBounds, shiftDay } from '../business-day.ts';
import { ACTOR } from './deps.ts';

const NAME = 'reconciliation.start_at';

/**
 * From when on breaks are news; older ones are the opening balance. Kept once and for all by the first run that saw
 * anything, complete or not: otherwise a week of partial runs would make opening balance of its own breaks. Until then
 * by policy, or the beginning of the business day before the run's.
 */
export async function readStartAt(db: Queryable, policy: Policy, label: string): Promise<Date> {
  const { rows } = await db.query<{ value: { at: string } }>(`select value from settings where name = $1`, [
    NAME,
  ]);
  const kept = rows[0]?.value.at;
  if (kept !== undefined) return new Date(kept);
  const { start_at: wanted } = policy.reconciliation;
  if (wanted !== undefined) return new Date(wanted);
  return dayBounds(shiftDay(label, -1), policy.business.time_zone).from;
}

/** Fixes start_at unless it is; gives the audit row of having done so. */
export async function keepStartAt(tx: Tx, now: Date, startAt: Date): Promise<AuditEntry[]> {
  const at = startAt.toISOString();
  const { rowCount } = await tx.query(
    `insert into settings (name, value, set_at) values ($1, $2, $3) on conflict (name) do nothing`,
    [NAME, JSON.stringify({ at }), now],
  );
  if (rowCount !== 1) return [];
  return [
    {
      actor: ACTOR,
      action: 'reconciliation.started',
      tenantId: null,
      subject: { kind: 'reconciliation', id: 'start_at' },
      data: { at },
    },
  ];
}
