import type { Queryable } from '../database/pool.ts';
import { assert } from '../errors.ts';

/** What the message that carries a proof shows. */
export interface ProofModel {
  proofId: string;
  overrideId: string;
  /** Foreign text. */
  subjectId: string;
  askedAt: Date;
  isSigned: boolean;
  timeZone: string;
}

/** One row of override_proofs; null: none. */
export async function loadProof(
  db: Queryable,
  id: string,
  { timeZone }: { timeZone: string },
): Promise<ProofModel | null> {
  const { rows } = await db.query<Omit<ProofModel, 'timeZone'>>(
    `select p.id as "proofId", p.override_id as "overrideId", o.subject_id as "subjectId", p.asked_at as "askedAt",
            p.bundle not like '%"signature":null}' || chr(10) as "isSigned"
       from override_proofs p join overrides o on o.id = p.override_id
      where p.id = $1`,
    [id],
  );
  return rows[0] === undefined ? null : { ...rows[0], timeZone };
}

/** The bytes of one of its files, as they were made when it was asked for. */
export async function readProofFile(db: Queryable, id: string, file: 'bundle' | 'page'): Promise<Uint8Array> {
  const { rows } = await db.query<{ bundle: string; page: string }>(
    'select bundle, page from override_proofs where id = $1',
    [id],
  );
  assert(rows[0] !== undefined, `the proof ${id} is missing`);
  return Buffer.from(rows[0][file]);
}
