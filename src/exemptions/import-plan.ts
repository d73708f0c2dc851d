import type { RiskClass } from '../findings/types.ts';
import { findSecret } from '../secrets/find-secret.ts';
import { oneLine, tidy } from './fields.ts';
import { personNamed, type ImportPeople } from './import-owner.ts';
import { readTable, type TableRow } from './import-table.ts';
import { columnNamed, dayNamed, foldWord, riskNamed, routeNamed, type ImportColumn } from './import-words.ts';
import { daysBetween, lastDeadline } from './standing.ts';
import { LIMITS, MOST_DAYS, SAME_AGAIN_DAYS, type ExemptionRoute } from './types.ts';

/** One exemption as it will be stored. */
interface ImportFields {
  name: string;
  place: string;
  risk: RiskClass;
  route: ExemptionRoute;
  ownerId: string;
  ownerKey: string;
  deputyId: string | null;
  deputyKey: string | null;
  /** A business day, at most thirty after today. */
  deadline: string;
  mitigation: string;
  ticket: string;
  links: string;
}

/** What becomes of one row. Reasons and warnings are for the command line, in English. */
export type PlannedRow =
  | { line: number; verdict: 'add'; fields: ImportFields; warnings: string[] }
  | { line: number; verdict: 'refused'; name: string; reason: string };

/** One that is open, or was closed lately. */
export interface KnownExemption {
  number: number;
  name: string;
  place: string;
  /** A business day; null while it is not closed. */
  closedOn: string | null;
}

export interface ImportInput extends ImportPeople {
  /** The business day on which they are opened. */
  today: string;
  existing: readonly KnownExemption[];
  /** For registers that lack the column, or leave the cell empty. */
  defaults: { place?: string; route?: ExemptionRoute };
}

export type ImportPlan = { ok: true; rows: PlannedRow[] } | { ok: false; reason: string };

type Cells = Readonly<Record<ImportColumn, string>>;
type Judged = { ok: true; fields: ImportFields; warnings: string[] } | { ok: false; reason: string };

const COLUMNS: readonly ImportColumn[] = [
  'name',
  'place',
  'risk',
  'route',
  'owner',
  'deputy',
  'deadline',
  'mitigation',
  'ticket',
  'links',
];
const LIMITED = ['name', 'place', 'mitigation', 'ticket', 'links'] as const;

/** What an import of this text would do, row by row. Pure. Domain section 7. */
export function planImport(text: string, input: ImportInput): ImportPlan {
  const table = readTable(text);
  if (table === null) return { ok: false, reason: 'the file holds no table' };
  const columns = table.header.cells.map(columnNamed);
  const missing = missingColumns(columns, input.defaults);
  if (missing.length > 0) return { ok: false, reason: `the header lacks ${missing.join(', ')}` };
  const twice = columns.find((column, index) => column !== null && columns.indexOf(column) !== index);
  if (twice !== undefined && twice !== null) return { ok: false, reason: `two columns are ${twice}` };
  const seen = new Map<string, number>();
  return { ok: true, rows: table.rows.map((row) => planRow(row, columns, { input, seen })) };
}

function missingColumns(
  columns: readonly (ImportColumn | null)[],
  defaults: ImportInput['defaults'],
): string[] {
  const needed: ImportColumn[] = ['name', 'risk', 'owner', 'deadline'];
  if (defaults.place === undefined) needed.push('place');
  if (defaults.route === undefined) needed.push('route');
  const hints: Partial<Record<ImportColumn, string>> = { place: ' (or --place)', route: ' (or --route)' };
  return needed.filter((name) => !columns.includes(name)).map((name) => `${name}${hints[name] ?? ''}`);
}

function planRow(
  row: TableRow,
  columns: readonly (ImportColumn | null)[],
  { input, seen }: { input: ImportInput; seen: Map<string, number> },
): PlannedRow {
  const cells = cellsOf(row, columns);
  const secret = row.cells.map((cell) => findSecret(cell)).find((found) => found !== null);
  const refuse = (reason: string, name = cells.name): PlannedRow => ({
    line: row.line,
    verdict: 'refused',
    name,
    reason,
  });
  // First of all, so that no reason repeats it.
  if (secret !== undefined) return refuse(`a cell looks like the value of a secret (${secret.shape})`, '');
  if (row.isTorn === true) return refuse('a quote is opened here and never closed', '');
  if (row.cells.length !== columns.length)
    return refuse(`it has ${row.cells.length} cells where the header has ${columns.length}`);
  const judged = judgeRow(cells, input);
  if (!judged.ok) return refuse(judged.reason);
  const key = sameKey(judged.fields);
  const first = seen.get(key);
  if (first !== undefined) return refuse(`the same name and place stand in line ${first}`);
  seen.set(key, row.line);
  return { line: row.line, verdict: 'add', fields: judged.fields, warnings: judged.warnings };
}

function judgeRow(cells: Cells, input: ImportInput): Judged {
  const no = (reason: string): Judged => ({ ok: false, reason });
  const place = cells.place || oneLine(input.defaults.place ?? '');
  if (findSecret(place) !== null) return no('the place looks like the value of a secret');
  for (const [column, value] of [
    ['name', cells.name],
    ['place', place],
  ] as const) {
    if (value === '') return no(`${column} is empty`);
    if (/^[=+@]/u.test(value)) return no(`${column} "${value}" is a formula, not a name`);
  }
  const texts = { ...cells, place };
  const long = LIMITED.find((column) => Array.from(texts[column]).length > LIMITS[column]);
  if (long !== undefined) return no(`${long} is longer than ${LIMITS[long]} characters`);
  const risk = riskNamed(cells.risk);
  if (risk === null)
    return no(cells.risk === '' ? 'risk is empty' : `risk "${cells.risk}" is none of LOW, MED, HIGH`);
  const route = cells.route === '' ? (input.defaults.route ?? null) : routeNamed(cells.route);
  if (route === null)
    return no(cells.route === '' ? 'route is empty' : `route "${cells.route}" is neither procure nor rotate`);
  const known = whyKnown({ name: cells.name, place }, input);
  if (known !== null) return no(known);
  const held = judgePeople(cells, input);
  if (!held.ok) return held;
  const day = judgeDay(cells.deadline, input.today);
  if (!day.ok) return day;
  const warnings = [
    ...(risk.isLowered ? [`risk "${cells.risk}" is taken as HIGH`] : []),
    ...(day.isCut
      ? [`deadline ${day.asked} is more than ${MOST_DAYS} days away: cut to ${day.deadline}`]
      : []),
  ];
  const { name, mitigation, ticket, links } = cells;
  const { holders } = held;
  const fields = {
    name,
    place,
    risk: risk.risk,
    route,
    ...holders,
    deadline: day.deadline,
    mitigation,
    ticket,
    links,
  };
  return { ok: true, fields, warnings };
}

type Holders = Pick<ImportFields, 'ownerId' | 'ownerKey' | 'deputyId' | 'deputyKey'>;

function judgePeople(
  cells: Cells,
  people: ImportPeople,
): { ok: true; holders: Holders } | { ok: false; reason: string } {
  if (cells.owner === '') return { ok: false, reason: 'owner is empty' };
  const owner = personNamed(cells.owner, people);
  if (!owner.ok) return { ok: false, reason: `owner: ${owner.reason}` };
  const holders = { ownerId: owner.id, ownerKey: owner.key, deputyId: null, deputyKey: null };
  if (cells.deputy === '') return { ok: true, holders };
  const deputy = personNamed(cells.deputy, people);
  if (!deputy.ok) return { ok: false, reason: `deputy: ${deputy.reason}` };
  if (deputy.key === owner.key) return { ok: false, reason: 'owner and deputy are one person' };
  return { ok: true, holders: { ...holders, deputyId: deputy.id, deputyKey: deputy.key } };
}

type Day = { ok: true; deadline: string; asked: string; isCut: boolean } | { ok: false; reason: string };

function judgeDay(cell: string, today: string): Day {
  if (cell === '') return { ok: false, reason: 'deadline is empty' };
  const asked = dayNamed(cell, today);
  if (asked === null) return { ok: false, reason: `deadline "${cell}" is no day that I can read` };
  if (asked < today) return { ok: false, reason: `deadline ${asked} is past` };
  const last = lastDeadline(today);
  return { ok: true, asked, deadline: asked > last ? last : asked, isCut: asked > last };
}

function whyKnown(
  wanted: Pick<ImportFields, 'name' | 'place'>,
  { existing, today }: ImportInput,
): string | null {
  const same = existing.filter((each) => sameKey(each) === sameKey(wanted));
  const open = same.find(({ closedOn }) => closedOn === null);
  if (open !== undefined) return `it is open already: EX-${open.number}`;
  const recent = same.find(({ closedOn }) => daysBetween(closedOn ?? '', today) <= SAME_AGAIN_DAYS);
  return recent === undefined
    ? null
    : `EX-${recent.number} was closed on ${recent.closedOn}: the same again within ${SAME_AGAIN_DAYS} days is an extension`;
}

/** Tidied; the apostrophe that an export put before a formula is none of the text, and a lone dash is nothing. */
function cellsOf(row: TableRow, columns: readonly (ImportColumn | null)[]): Cells {
  const read = (column: ImportColumn): string => {
    const at = columns.indexOf(column);
    const cell = tidy((at < 0 ? '' : (row.cells[at] ?? '')).replaceAll(/\p{Surrogate}/gu, '\uFFFD'));
    if (['-', '–', '—', 'n/a'].includes(foldWord(cell))) return '';
    const bare = cell.replace(/^'(?=[=+\-@])/u, '');
    // A name over two lines is the same name.
    return column === 'name' || column === 'place' ? oneLine(bare) : bare;
  };
  return Object.fromEntries(COLUMNS.map((column) => [column, read(column)])) as Cells;
}

/** As the database compares: small letters, whatever the language. */
function sameKey({ name, place }: Pick<ImportFields, 'name' | 'place'>): string {
  return JSON.stringify([name.toLowerCase(), place.toLowerCase()]);
}
