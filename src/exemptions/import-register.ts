import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { businessDayOf, dayBounds, shiftDay } from '../business-day.ts';
import { withTransaction, type Pool, type Queryable } from '../database/pool.ts';
import { newId, type ExemptionId } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { exemptionEntry } from './audit-entries.ts';
import { taskOf } from './deps.ts';
import type { KnownExemption, PlannedRow } from './import-plan.ts';
import { insertExemption } from './store.ts';
import { SAME_AGAIN_DAYS, type Exemption } from './types.ts';

export type PlannedAdd = Extract<PlannedRow, { verdict: 'add' }>;
export type ImportOutcome =
  | { ok: true; added: { line: number; number: number }[] }
  /** Nothing was stored: somebody added this one meanwhile, or the database will not have it. */
  | { ok: false; line: number; reason: string };

/** Breaks a constraint; class 23 of PostgreSQL's codes. */
const CONSTRAINT = /^23/u;

/** Rolls all of the import back: somebody added this one meanwhile. */
class OpenAlreadyError extends Error {}

/** What an import must not add again: open, or closed within the last ninety days. */
export async function readKnown(db: Queryable, now: Date, zone: string): Promise<KnownExemption[]> {
  const since = dayBounds(shiftDay(businessDayOf(now, zone), -SAME_AGAIN_DAYS), zone).from;
  const { rows } = await db.query<Omit<KnownExemption, 'closedOn'> & { closedAt: Date | null }>(
    `select number::int as number, name, place, closed_at as "closedAt" from exemptions
      where state <> 'closed' or closed_at >= $1 order by number`,
    [since],
  );
  return rows.map(({ closedAt, ...known }) => ({
    ...known,
    closedOn: closedAt === null ? null : businessDayOf(closedAt, zone),
  }));
}

/** Stores every row that was planned, in one transaction: all of them, or none. `actor` as in cli:ada. */
export async function importRegister(
  pool: Pool,
  now: Date,
  { rows, actor, zone }: { rows: readonly PlannedAdd[]; actor: string; zone: string },
): Promise<ImportOutcome> {
  let line = rows[0]?.line ?? 0;
  try {
    return await withTransaction(pool, async (tx) => {
      const added: { line: number; number: number }[] = [];
      const entries: AuditEntry[] = [];
      for (const row of rows) {
        ({ line } = row);
        const stored = await insertExemption(tx, {
          ...row.fields,
          id: newId<ExemptionId>(),
          openedBy: actor,
          openedAt: now,
          openedOn: businessDayOf(now, zone),
        });
        if (stored === null) throw new OpenAlreadyError();
        await enqueueTask(tx, now, taskOf(stored.id, now));
        added.push({ line, number: stored.number });
        entries.push(auditEntry(stored, actor));
      }
      await appendAudit(tx, now, entries);
      return { ok: true as const, added };
    });
  } catch (error) {
    if (error instanceof OpenAlreadyError) return { ok: false, line, reason: 'it is open already' };
    const { code, constraint } = error as { code?: unknown; constraint?: unknown };
    if (typeof code !== 'string' || !CONSTRAINT.test(code)) throw error;
    return { ok: false, line, reason: `the database refuses it (${String(constraint)})` };
  }
}

function auditEntry(stored: Exemption, actor: string): AuditEntry {
  const { name, place, mitigation, ticket, links, risk, route } = stored;
  return exemptionEntry(stored, 'added', {
    actor,
    data: { risk, route, way: 'import' },
    personal: [`${name}, ${place}`, mitigation, ticket, links].filter((text) => text !== '').join('\n'),
  });
}
