import type { Queryable } from '../database/pool.ts';
import type { FindingId } from '../ids.ts';
import type { FindingState, RiskClass } from './types.ts';

export interface FoundFinding {
  id: FindingId;
  rule: string;
  class: RiskClass;
  state: FindingState;
}

/** More than this many findings of one name are not listed. */
const MOST_FOUND = 10;

/**
 * Findings by what a person typed: an id, its short form, or the id of a transaction, account or whatever they are
 * about. Those that are not over first, then the newest.
 */
export async function findFindings(db: Queryable, typed: string): Promise<FoundFinding[]> {
  const range = idRange(typed.toLowerCase());
  const { rows } = await db.query<FoundFinding>(
    `select id, rule, class, state from findings
      where (id between $2::uuid and $3::uuid) or subject_id = $1 or ($4 and account_id = $1)
      order by state = 'resolved', last_seen_at desc, id
      limit ${MOST_FOUND}`,
    [typed, range?.from ?? null, range?.to ?? null, range === null],
  );
  return rows;
}

/** The ids that begin like that, as bounds of the primary key; null for what is no id. */
function idRange(typed: string): { from: string; to: string } | null {
  const digits = typed.replaceAll('-', '');
  if (!/^[0-9a-f]{8,32}$/.test(digits)) return null;
  const asUuid = (hex: string) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return { from: asUuid(digits.padEnd(32, '0')), to: asUuid(digits.padEnd(32, 'f')) };
}
