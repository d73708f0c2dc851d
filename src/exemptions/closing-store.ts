import type { Queryable, Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { readClosing } from './store.ts';
import type { Closing } from './types.ts';

/** Stores what was handed in. `barred`: the keys and ids of whoever held it and stood in for them then. */
export async function insertClosing(
  tx: Tx,
  row: Pick<
    Closing,
    'id' | 'exemptionId' | 'submittedBy' | 'submitterKey' | 'submittedAt' | 'evidenceLink' | 'evidenceNote'
  >,
  barred: readonly string[],
): Promise<Closing> {
  await tx.query(
    `insert into exemption_closings (id, exemption_id, number, submitted_by, submitter_key, submitted_at, evidence_link,
       evidence_note, state, barred_keys)
     values ($1, $2, (select count(*) + 1 from exemption_closings where exemption_id = $2), $3, $4, $5, $6, $7,
       'waiting', $8)`,
    [
      row.id,
      row.exemptionId,
      row.submittedBy,
      row.submitterKey,
      row.submittedAt,
      row.evidenceLink,
      row.evidenceNote,
      barred,
    ],
  );
  const closing = await readClosing(tx, row.id);
  assert(closing !== null, 'it was stored just now');
  return closing;
}

/** Whoever held it when it was handed in, by their keys and ids: they do not review it. */
export async function readBarred(db: Queryable, closingId: string): Promise<readonly string[]> {
  const { rows } = await db.query<{ barred: string[] }>(
    `select barred_keys as barred from exemption_closings where id = $1`,
    [closingId],
  );
  return rows[0]?.barred ?? [];
}

/** What became of one that waits, under its exemption's lock. */
export async function settleClosing(
  tx: Tx,
  id: string,
  decided: {
    state: 'accepted' | 'refused' | 'withdrawn';
    by: string;
    key: string;
    at: Date;
    reason: string;
  },
): Promise<Closing> {
  const { rowCount } = await tx.query(
    `update exemption_closings set state = $2, decided_by = $3, decider_key = $4, decided_at = $5, decided_reason = $6
      where id = $1 and state = 'waiting'`,
    [id, decided.state, decided.by, decided.key, decided.at, decided.reason],
  );
  const closing = await readClosing(tx, id);
  assert(rowCount === 1 && closing !== null, 'it waits, and its exemption is locked');
  return closing;
}

/** All that was handed in of one, the newest first. */
export async function readClosings(db: Queryable, exemptionId: string): Promise<Closing[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from exemption_closings where exemption_id = $1 order by number desc`,
    [exemptionId],
  );
  const closings: Closing[] = [];
  for (const { id } of rows) {
    const closing = await readClosing(db, id);
    if (closing !== null) closings.push(closing);
  }
  return closings;
}
