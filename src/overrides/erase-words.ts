import type { EraseCopies } from '../audit/erase-personal.ts';
import type { Tx } from '../database/pool.ts';
import { refreshCards } from '../cards/request-card.ts';
import type { OverrideId } from '../ids.ts';
import { refreshOwnCards } from './show-override.ts';
import { lockOverride } from './store.ts';
import { OVERRIDE_NOTICE_CARD } from './types.ts';

/** What stands in place of a proof that held erased words: nothing that could be taken for a proof. */
const ERASED_BUNDLE = '{"part":"erased"}\n';
const ERASED_PAGE = '–\n';

/**
 * Erases what people wrote about overrides in these rows of the log from our own tables too, and from the messages that
 * show it; what a vote or a version is bound to stays. Proofs kept of such an override are emptied: they hold the same
 * words. Finds what an earlier erasure left as well. Comes before whatever appends to the log.
 */
export const eraseWords: EraseCopies = async (tx, now, seqs) => {
  const { rows } = await tx.query<{ id: OverrideId; actions: string[] }>(
    `select subject_id as id, array_agg(distinct action) as actions from audit_log
      where seq = any($1::bigint[]) and subject_kind = 'override' and personal_hash is not null
      group by subject_id order by subject_id`,
    [seqs],
  );
  for (const { id, actions } of rows) {
    const override = await lockOverride(tx, id);
    if (override === null) continue;
    if (actions.includes('override.requested')) await eraseRequest(tx, id);
    if (actions.includes('override.rejected')) await eraseRejection(tx, now, id);
    await tx.query(`update override_proofs set bundle = $2, page = $3 where override_id = $1`, [
      id,
      ERASED_BUNDLE,
      ERASED_PAGE,
    ]);
    await refreshOwnCards(tx, now, override);
  }
};

async function eraseRequest(tx: Tx, id: OverrideId): Promise<void> {
  await tx.query(`update overrides set reason = '', ticket = '', evidence = '' where id = $1`, [id]);
}

/** Why it was rejected, where the vote and the request keep it, and the notice that says so. */
async function eraseRejection(tx: Tx, now: Date, id: OverrideId): Promise<void> {
  await tx.query(`update overrides set over_reason = '' where id = $1`, [id]);
  await tx.query(`update override_votes set reason = '' where override_id = $1 and vote = 'reject'`, [id]);
  const { rows } = await tx.query<{ id: string }>(
    `select id from override_notices where override_id = $1 and kind = 'rejected' order by id`,
    [id],
  );
  for (const notice of rows)
    await refreshCards(tx, now, {
      kind: OVERRIDE_NOTICE_CARD,
      subject: { kind: 'override_notice', id: notice.id },
    });
}
