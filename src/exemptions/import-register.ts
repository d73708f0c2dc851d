import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { businessDayOf, dayBounds, shiftDay } from '../business-day.ts';
import { withTransaction, type Pool, type Queryable, type Tx } from '../database/pool.ts';
import { newId, type ExemptionId } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { exemptionEntry } from './audit-entries.ts';
import { taskOf } from './deps.ts';
import type { ImportFields, KnownExemption, PlannedRow } from './import-plan.ts';
import { SAME_AGAIN_DAYS } from './types.ts';

export type PlannedAdd = Extract<PlannedRow, { verdict: 'add' }>;
export type ImportOutcome =
  | { ok: true; added: { line: number; number: number }[] }
  /** Nothing was stored: somebody added this one meanwhile, or the database will not have it. */
  | { ok: false; line: number; reason: string };

/** Breaks a constraint; class 23 of PostgreSQL's codes. */
const CONSTRAINT = /^23/u;

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
        const stored = await insert(tx, now, { ...row.fields, actor, openedOn: businessDayOf(now, zone) });
        await enqueueTask(tx, now, taskOf(stored.id, now));
        added.push({ line, number: stored.number });
        entries.push(auditEntry(row.fields, stored, actor));
      }
      await appendAudit(tx, now, entries);
      return { ok: true as const, added };
    });
  } catch (error) {
    const { code, constraint } = error as { code?: unknown; constraint?: unknown };
    if (typeof code !== 'string' || !CONSTRAINT.test(code)) throw error;
    const isOpen = constraint === 'exemptions_one_open';
    return {
      ok: false,
      line,
      reason: isOpen ? 'it is open already' : `the database refuses it (${String(constraint)})`,
    };
  }
}

async function insert(
  tx: Tx,
  now: Date,
  row: ImportFields & { actor: string; openedOn: string },
): Promise<{ id: ExemptionId; number: number }> {
  const id = newId<ExemptionId>();
  const { rows } = await tx.query<{ number: number }>(
    `insert into exemptions (id, name, place, risk, route, owner_id, owner_key, deputy_id, deputy_key, mitigation, ticket,
       links, opened_by, opened_at, opened_on, first_deadline, deadline, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, 'open')
     returning number::int as number`,
    [
      id,
      row.name,
      row.place,
      row.risk,
      row.route,
      row.ownerId,
      row.ownerKey,
      row.deputyId,
      row.deputyKey,
      row.mitigation,
      row.ticket,
      row.links,
      row.actor,
      now,
      row.openedOn,
      row.deadline,
    ],
  );
  return { id, number: rows[0]!.number };
}

function auditEntry(
  fields: ImportFields,
  stored: { id: ExemptionId; number: number },
  actor: string,
): AuditEntry {
  const { ownerId, deputyId, deadline, risk, route } = fields;
  const { name, place, mitigation, ticket, links } = fields;
  return exemptionEntry({ ...stored, state: 'open', ownerId, deputyId, deadline }, 'added', {
    actor,
    data: { risk, route, way: 'import' },
    personal: [`${name}, ${place}`, mitigation, ticket, links].filter((text) => text !== '').join('\n'),
  });
}
