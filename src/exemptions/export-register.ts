import type { Queryable } from '../database/pool.ts';
import { toCell } from '../reconciliation/csv.ts';
import { standingOf } from './standing.ts';
import { nameOfExemption, type Exemption } from './types.ts';

const HEADER = [
  'exemption',
  'name',
  'place',
  'risk',
  'route',
  'owner',
  'deputy',
  'opened',
  'first_deadline',
  'deadline',
  'state',
  'overdue',
  'days_left',
  'extensions',
  'closed_at',
  'mitigation',
  'ticket',
  'links',
];

type Row = Pick<
  Exemption,
  | 'number'
  | 'name'
  | 'place'
  | 'risk'
  | 'route'
  | 'ownerId'
  | 'deputyId'
  | 'openedOn'
  | 'firstDeadline'
  | 'deadline'
  | 'state'
  | 'extensions'
  | 'closedAt'
  | 'mitigation'
  | 'ticket'
  | 'links'
>;

/**
 * The register as CSV: RFC 4180, UTF-8 with a byte order mark, the nearest deadline first, formulas as text. Closed ones
 * only with `all`. People stand as Slack ids; an import takes the file as it is.
 */
export async function exportRegister(
  db: Queryable,
  { now, zone, all }: { now: Date; zone: string; all: boolean },
): Promise<string> {
  const { rows } = await db.query<Row>(
    `select number::int as number, name, place, risk, route, owner_id as "ownerId", deputy_id as "deputyId",
            opened_on::text as "openedOn", first_deadline::text as "firstDeadline", deadline::text as deadline, state,
            extensions, closed_at as "closedAt", mitigation, ticket, links
       from exemptions where $1 or state <> 'closed' order by deadline, number`,
    [all],
  );
  const lines = [HEADER, ...rows.map((row) => cellsOf(row, now, zone))].map((cells) =>
    cells.map(toCell).join(','),
  );
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

function cellsOf(row: Row, now: Date, zone: string): string[] {
  const { isOverdue, daysLeft } = standingOf(row, now, zone);
  const isClosed = row.state === 'closed';
  return [
    nameOfExemption(row),
    row.name,
    row.place,
    row.risk,
    row.route,
    row.ownerId,
    row.deputyId ?? '',
    row.openedOn,
    row.firstDeadline,
    row.deadline,
    row.state,
    isOverdue ? 'yes' : 'no',
    isClosed ? '' : String(Math.max(0, daysLeft)),
    String(row.extensions),
    row.closedAt?.toISOString() ?? '',
    row.mitigation,
    row.ticket,
    row.links,
  ];
}
