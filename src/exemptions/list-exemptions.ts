import { businessDayOf, shiftDay } from '../business-day.ts';
import type { Queryable } from '../database/pool.ts';
import type { RiskClass } from '../findings/types.ts';
import type { ExemptionLine } from './models.ts';
import { standingOf } from './standing.ts';
import { readClosing, selectExemptions } from './store.ts';
import type { Exemption } from './types.ts';

/** mine: as owner or deputy, not closed. due: within seven days. */
type ExemptionWhich = 'open' | 'mine' | 'due' | 'overdue' | 'closed';

export interface ExemptionFilter {
  which: ExemptionWhich;
  /** Null: any. */
  risk: RiskClass | null;
  /** Whose "mine" is. */
  userId: string;
  /** The same person by key, when it is known: what another account of theirs holds is theirs too. */
  key?: string;
  /** Somebody of security: what all of security owns is theirs too. */
  isSecurity?: boolean;
}

export interface ExemptionList {
  lines: ExemptionLine[];
  /** On all pages. */
  count: number;
  /** From 1; the last one when there are fewer than asked for. */
  page: number;
  pages: number;
}

/** What waits for one person. */
export interface MyExemptions {
  /** The nearest deadline first, five at most. */
  lines: ExemptionLine[];
  count: number;
  /** What is handed in, for somebody of security; nobody's own. */
  reviews: { lines: ExemptionLine[]; count: number };
}

const PAGE_SIZE = 8;
const HOME_LINES = 5;
const DUE_DAYS = 7;

interface At {
  now: Date;
  zone: string;
}

const MINE = `(e.owner_id = $1 or e.deputy_id = $1 or e.owner_key = $2 or e.deputy_key = $2
  or $3 and e.owner_id = 'security') and e.state <> 'closed'`;

/** $4: today, $5: the last day that is due soon. Each condition names the parameters that it does not need, for their types. */
const CONDITIONS: Readonly<Record<ExemptionWhich, string>> = {
  open: `e.state <> 'closed'`,
  mine: MINE,
  due: `e.state <> 'closed' and e.deadline between $4::date and $5::date`,
  // What was extended stays overdue by its first deadline, as standingOf has it.
  overdue: `e.state <> 'closed' and e.first_deadline < $4::date`,
  closed: `e.state = 'closed'`,
};
const TYPED = `$1::text is not null and $2::text is not null and $3::boolean is not null and $4::date is not null
  and $5::date is not null and ($6::text is null or e.risk = $6)`;

/** The register as it was asked for, eight a page: the nearest deadline first, of closed ones the newest. */
export async function listExemptions(
  db: Queryable,
  { now, zone, filter, page }: At & { filter: ExemptionFilter; page: number },
): Promise<ExemptionList> {
  const where = `where ${TYPED} and ${CONDITIONS[filter.which]}`;
  const today = businessDayOf(now, zone);
  const { userId, key, isSecurity, risk } = filter;
  const values = [userId, key ?? userId, isSecurity ?? false, today, shiftDay(today, DUE_DAYS), risk];
  const count = await countOf(db, where, values);
  const pages = Math.max(1, Math.ceil(count / PAGE_SIZE));
  const shown = Math.min(Math.max(1, Math.trunc(page) || 1), pages);
  const order = filter.which === 'closed' ? 'e.closed_at desc, e.number desc' : 'e.deadline, e.number';
  const tail = `${where} order by ${order} limit ${PAGE_SIZE} offset ${(shown - 1) * PAGE_SIZE}`;
  const rows = await selectExemptions(db, tail, values);
  return { lines: await linesOf(db, rows, { now, zone }), count, page: shown, pages };
}

/** What is theirs, and what they may review: of security, and neither owner, deputy nor whoever handed it in. */
export async function readMine(
  db: Queryable,
  { now, zone, userId, key = userId, isSecurity = false }: At & Omit<ExemptionFilter, 'which' | 'risk'>,
): Promise<MyExemptions> {
  const of = async (where: string) => {
    const values = [userId, key, isSecurity];
    const rows = await selectExemptions(
      db,
      `${where} order by e.deadline, e.number limit ${HOME_LINES}`,
      values,
    );
    return { lines: await linesOf(db, rows, { now, zone }), count: await countOf(db, where, values) };
  };
  const mine = await of(`where ${MINE}`);
  const reviews = await of(`where $3::boolean and e.state = 'closing'
    and e.owner_id <> $1 and e.owner_key <> $2
    and e.deputy_id is distinct from $1 and e.deputy_key is distinct from $2
    and exists (select from exemption_closings c
                 where c.id = e.closing_id and c.submitted_by <> $1 and c.submitter_key <> $2
                   and $2 <> all (c.barred_keys))`);
  return { ...mine, reviews };
}

async function countOf(db: Queryable, where: string, values: readonly unknown[]): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from exemptions e ${where}`,
    [...values],
  );
  return rows[0]?.count ?? 0;
}

async function linesOf(
  db: Queryable,
  exemptions: readonly Exemption[],
  { now, zone }: At,
): Promise<ExemptionLine[]> {
  const lines: ExemptionLine[] = [];
  for (const exemption of exemptions) {
    const { state, closingId } = exemption;
    const closing = state === 'closing' && closingId !== null ? await readClosing(db, closingId) : null;
    lines.push({ exemption, standing: standingOf(exemption, now, zone), closing });
  }
  return lines;
}
