import { assert } from '../errors.ts';
import type { Queryable, Tx } from '../database/pool.ts';
import type { AuditHead, ChainedRow } from './types.ts';

export interface Personal {
  seq: string;
  salt: string;
  body: string;
}

/** A row as verify and export read it, with the personal text beside it. */
export interface StoredRow extends ChainedRow {
  hash: string;
  salt: string | null;
  body: string | null;
}

/** Locks the chain's end until the transaction is over. */
export async function lockHead(tx: Tx): Promise<AuditHead> {
  const { rows } = await tx.query<{ seq: string; hash: string }>(
    'select seq, hash from audit_head for update',
  );
  const head = rows[0];
  assert(head !== undefined, 'the audit head is missing');
  return { seq: BigInt(head.seq), hash: head.hash };
}

/** Undefined when the row is missing, which never happens by itself. */
export async function readHead(db: Queryable): Promise<AuditHead | undefined> {
  const { rows } = await db.query<{ seq: string; hash: string }>('select seq, hash from audit_head');
  const head = rows[0];
  return head === undefined ? undefined : { seq: BigInt(head.seq), hash: head.hash };
}

export async function moveHead(tx: Tx, head: AuditHead): Promise<void> {
  await tx.query('update audit_head set seq = $1, hash = $2', [head.seq, head.hash]);
}

export async function insertRows(tx: Tx, rows: readonly (ChainedRow & { hash: string })[]): Promise<void> {
  const column = (name: keyof ChainedRow | 'hash') => rows.map((row) => row[name]);
  await tx.query(
    `insert into audit_log
       (seq, at, actor, action, tenant_id, subject_kind, subject_id, data, personal_hash, previous_hash, hash)
     select * from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[],
                          $7::text[], $8::text[], $9::text[], $10::text[], $11::text[])`,
    [
      column('seq'),
      column('at'),
      column('actor'),
      column('action'),
      column('tenant_id'),
      column('subject_kind'),
      column('subject_id'),
      column('data'),
      column('personal_hash'),
      column('previous_hash'),
      column('hash'),
    ],
  );
}

export async function insertPersonal(tx: Tx, personal: readonly Personal[]): Promise<void> {
  await tx.query(
    `insert into audit_personal (seq, salt, body)
     select * from unnest($1::bigint[], $2::text[], $3::text[])`,
    [personal.map(({ seq }) => seq), personal.map(({ salt }) => salt), personal.map(({ body }) => body)],
  );
}

/** Returns the seqs that had a text. */
export async function deletePersonal(tx: Tx, seqs: readonly bigint[]): Promise<string[]> {
  const { rows } = await tx.query<{ seq: string }>(
    'delete from audit_personal where seq = any($1::bigint[]) returning seq',
    [seqs],
  );
  return rows.map(({ seq }) => seq);
}

/**
 * A stored row. The instant is spelled in SQL: a Date would lose the microseconds. YYYY knows no era: without the
 * word, the same day before Christ would have the same hash.
 */
const STORED_ROW = `
     select l.seq, to_char(l.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
              || case when l.at < '0001-01-01 00:00:00+00' then ' BC' else '' end as at, l.actor, l.action,
            l.tenant_id, l.subject_kind, l.subject_id, l.data, l.personal_hash, l.previous_hash, l.hash,
            p.salt, p.body
       from audit_log l left join audit_personal p using (seq)`;

/** Rows after `afterSeq`, in order. */
export async function readPage(db: Queryable, afterSeq: string, limit: number): Promise<StoredRow[]> {
  const { rows } = await db.query<StoredRow>(`${STORED_ROW} where l.seq > $1 order by l.seq limit $2`, [
    afterSeq,
    limit,
  ]);
  return rows;
}

/** Rows from one number to another, both included, in order. */
export async function readRows(db: Queryable, first: string, last: string): Promise<StoredRow[]> {
  const { rows } = await db.query<StoredRow>(`${STORED_ROW} where l.seq between $1 and $2 order by l.seq`, [
    first,
    last,
  ]);
  return rows;
}

export interface ExportFilter {
  from: Date | null;
  to: Date | null;
  subjectKind: string | null;
  subjectId: string | null;
}

/** Rows after `afterSeq` that pass the filter (null passes all), in order. */
export async function readExportPage(
  db: Queryable,
  filter: ExportFilter,
  afterSeq: string,
  limit: number,
): Promise<StoredRow[]> {
  const { rows } = await db.query<StoredRow>(
    `${STORED_ROW}
      where l.seq > $1
        and ($3::timestamptz is null or l.at >= $3)
        and ($4::timestamptz is null or l.at < $4)
        and ($5::text is null or (l.subject_kind = $5 and l.subject_id = $6))
      order by l.seq limit $2`,
    [afterSeq, limit, filter.from, filter.to, filter.subjectKind, filter.subjectId],
  );
  return rows;
}

/** Whether a row stands before the first one; a page could not begin before the smallest number there is. */
export async function hasRowBeforeFirst(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ there: boolean }>(
    'select exists(select from audit_log where seq < 1) as there',
  );
  return rows[0]?.there === true;
}

/** The first personal text that no row of the log speaks of. */
export async function findStrayPersonal(db: Queryable): Promise<string | undefined> {
  const { rows } = await db.query<{ seq: string }>(
    `select p.seq from audit_personal p left join audit_log l using (seq)
      where l.personal_hash is null order by p.seq limit 1`,
  );
  return rows[0]?.seq;
}

export async function insertKey(
  tx: Queryable,
  key: { fingerprint: string; publicKey: string; firstUsedAt: Date },
): Promise<void> {
  await tx.query(
    `insert into audit_keys (fingerprint, public_key, first_used_at) values ($1, $2, $3)
     on conflict (fingerprint) do nothing`,
    [key.fingerprint, key.publicKey, key.firstUsedAt],
  );
}

export async function readKeys(db: Queryable): Promise<{ fingerprint: string; publicKey: string }[]> {
  const { rows } = await db.query<{ fingerprint: string; publicKey: string }>(
    'select fingerprint, public_key as "publicKey" from audit_keys order by fingerprint',
  );
  return rows;
}
