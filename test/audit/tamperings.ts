import type pg from 'pg';

export interface Random {
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
}

/** mulberry32: small, seeded, good enough to choose where to strike. */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return { below, pick: (items) => items[below(items.length)] as (typeof items)[number] };
}

export interface Tampering {
  name: string;
  /** What was done, for the failing test's message; undefined when it would have changed nothing. */
  apply(db: pg.Client, random: Random): Promise<string | undefined>;
}

const TEXTS = [
  ['audit_log', 'actor'],
  ['audit_log', 'action'],
  ['audit_log', 'tenant_id'],
  ['audit_log', 'subject_kind'],
  ['audit_log', 'subject_id'],
  ['audit_log', 'data'],
  ['audit_log', 'personal_hash'],
  ['audit_log', 'previous_hash'],
  ['audit_log', 'hash'],
  ['audit_personal', 'salt'],
  ['audit_personal', 'body'],
  ['audit_head', 'hash'],
  ['audit_keys', 'public_key'],
  ['audit_keys', 'fingerprint'],
] as const;

/** Postgres counts bytes here: one bit of one byte of one value flips. */
async function flipText(db: pg.Client, random: Random): Promise<string | undefined> {
  const [table, column] = random.pick(TEXTS);
  const { rows } = await db.query<{ ctid: string; bytes: Buffer }>(
    `select ctid::text, convert_to(${column}, 'UTF8') as bytes from ${table} where length(${column}) > 0 order by ctid`,
  );
  const row = random.pick(rows);
  const bytes = Buffer.from(row.bytes);
  const at = random.below(bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  // What is no UTF-8 any more is refused by PostgreSQL itself, as is a NUL (error class 22).
  await db.query(`update ${table} set ${column} = convert_from($1, 'UTF8') where ctid = $2::tid`, [
    bytes,
    row.ctid,
  ]);
  return `${table}.${column} ${row.ctid} byte ${at}`;
}

async function flipNumber(db: pg.Client, random: Random): Promise<string | undefined> {
  const table = random.pick(['audit_log', 'audit_personal', 'audit_head']);
  const row = await pickRow(db, random, table);
  const bit = random.below(63);
  await db.query(`update ${table} set seq = seq # (1::bigint << $1::integer) where ctid = $2::tid`, [
    bit,
    row,
  ]);
  return `${table}.seq ${row} bit ${bit}`;
}

async function moveInstant(db: pg.Client, random: Random): Promise<string | undefined> {
  const row = await pickRow(db, random, 'audit_log');
  const microseconds = 2 ** random.below(50);
  await db.query(`update audit_log set at = at + $1 * interval '1 microsecond' where ctid = $2::tid`, [
    microseconds,
    row,
  ]);
  return `audit_log.at ${row} by ${microseconds} µs`;
}

async function swapNullAndEmpty(db: pg.Client, random: Random): Promise<string | undefined> {
  const column = random.pick(['tenant_id', 'personal_hash']);
  const row = await pickRow(db, random, 'audit_log');
  await db.query(
    `update audit_log set ${column} = case when ${column} is null then '' else null end where ctid = $1::tid`,
    [row],
  );
  return `audit_log.${column} ${row} null or empty`;
}

async function deleteRows(db: pg.Client, random: Random): Promise<string | undefined> {
  const table = random.pick(['audit_log', 'audit_personal', 'audit_head']);
  const row = await pickRow(db, random, table);
  await db.query(`delete from ${table} where ctid = $1::tid`, [row]);
  return `${table} ${row} deleted`;
}

/** The careful one: the end is cut off, and the head and the personal texts with it. */
async function cutTail(db: pg.Client, random: Random): Promise<string | undefined> {
  const keep = random.below(40);
  await db.query('delete from audit_personal where seq > $1', [keep]);
  await db.query('delete from audit_log where seq > $1', [keep]);
  await db.query(
    `update audit_head set seq = $1, hash = coalesce((select hash from audit_log where seq = $1), repeat('0', 64))`,
    [keep],
  );
  return `cut after ${keep}`;
}

const SWAPPED = [
  'at',
  'actor',
  'action',
  'tenant_id',
  'subject_id',
  'data',
  'personal_hash',
  'previous_hash',
  'hash',
];

async function swapRows(db: pg.Client, random: Random): Promise<string | undefined> {
  const table = random.pick(['audit_log', 'audit_log', 'audit_personal']);
  const column = random.pick(table === 'audit_log' ? SWAPPED : ['salt', 'body']);
  const [a, b] = [await pickRow(db, random, table), await pickRow(db, random, table)];
  const { rowCount } = await db.query(
    `update ${table} x set ${column} = y.${column} from ${table} y
      where (x.ctid, y.ctid) in (($1::tid, $2::tid), ($2::tid, $1::tid)) and x.${column} is distinct from y.${column}`,
    [a, b],
  );
  return rowCount === 0 ? undefined : `${table}.${column} swapped between ${a} and ${b}`;
}

/** Two whole rows change places, each intact in itself. */
async function swapPlaces(db: pg.Client, random: Random): Promise<string | undefined> {
  const [a, b] = [1 + random.below(40), 1 + random.below(40)];
  if (a === b) return undefined;
  await db.query('update audit_log set seq = -seq where seq in ($1, $2)', [a, b]);
  await db.query('update audit_log set seq = case -seq when $1 then $2 else $1 end where seq < 0', [a, b]);
  return `rows ${a} and ${b} change places`;
}

async function insertRow(db: pg.Client, random: Random): Promise<string | undefined> {
  const seq = random.pick([-5, 0, 41, 1_000]);
  await db.query(
    `insert into audit_log select $1, at, actor, action, tenant_id, subject_kind, subject_id, data, personal_hash,
            previous_hash, hash from audit_log where seq = $2`,
    [seq, 1 + random.below(40)],
  );
  return `a row put in at ${seq}`;
}

async function insertPersonal(db: pg.Client, random: Random): Promise<string | undefined> {
  const seq = random.pick([-1, 0, 1, 3, 4, 500]);
  await db.query(`insert into audit_personal values ($1, 'salt', 'body')`, [seq]);
  return `a personal text put in at ${seq}`;
}

async function pickRow(db: pg.Client, random: Random, table: string): Promise<string> {
  const { rows } = await db.query<{ ctid: string }>(`select ctid::text from ${table} order by ctid`);
  return random.pick(rows).ctid;
}

export const tamperings: readonly Tampering[] = [
  { name: 'flip a bit of a text', apply: flipText },
  { name: 'flip a bit of a number', apply: flipNumber },
  { name: 'move an instant', apply: moveInstant },
  { name: 'swap null and empty', apply: swapNullAndEmpty },
  { name: 'delete a row', apply: deleteRows },
  { name: 'cut the tail', apply: cutTail },
  { name: 'swap a column of two rows', apply: swapRows },
  { name: 'swap two rows', apply: swapPlaces },
  { name: 'put a row in', apply: insertRow },
  { name: 'put a personal text in', apply: insertPersonal },
];
