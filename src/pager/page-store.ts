import type { Queryable } from '../database/pool.ts';
import { newId } from '../ids.ts';
import type { PagerEvent } from '../ports.ts';

interface Row {
  id: string;
  dedup_key: string;
  action: PagerEvent['action'];
  summary: string;
  severity: PagerEvent['severity'];
  link: { href: string; text: string } | null;
  at: Date;
}

export async function insertPage(
  db: Queryable,
  event: PagerEvent,
  state: 'wanted' | 'unconfigured',
): Promise<void> {
  await db.query(
    `insert into pages (id, dedup_key, action, summary, severity, link, at, state, settled_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, case when $8 = 'wanted' then null else $7::timestamptz end)`,
    [
      newId(),
      event.dedupKey,
      event.action,
      event.summary,
      event.severity,
      event.link === undefined ? null : JSON.stringify(event.link),
      event.at,
      state,
    ],
  );
}

/** The oldest of a key that the pager has not taken: a trigger goes before its resolve. */
export async function readNextPage(
  db: Queryable,
  key: string,
): Promise<{ id: string; event: PagerEvent } | null> {
  const { rows } = await db.query<Row>(
    `select id, dedup_key, action, summary, severity, link, at
       from pages where dedup_key = $1 and state = 'wanted' order by seq limit 1`,
    [key],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { id, dedup_key: dedupKey, link, action, summary, severity, at } = row;
  return { id, event: { dedupKey, action, summary, severity, at, ...(link === null ? {} : { link }) } };
}

/** Writes down what became of a page; false when somebody else did. */
export async function settlePage(
  db: Queryable,
  id: string,
  now: Date,
  as: { state: 'sent' } | { state: 'failed'; error: string },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update pages set state = $2, settled_at = $3, last_error = $4 where id = $1 and state = 'wanted'`,
    [id, as.state, now, as.state === 'failed' ? as.error : null],
  );
  return rowCount === 1;
}

export async function failPages(db: Queryable, dedupKey: string, now: Date, error: string): Promise<void> {
  await db.query(
    `update pages set state = 'failed', settled_at = $2, last_error = $3 where dedup_key = $1 and state = 'wanted'`,
    [dedupKey, now, error],
  );
}
