import type { Tx } from '../database/pool.ts';
import { appendAudit } from './append.ts';
import { PERSONAL_ERASED } from './rules.ts';
import { deletePersonal } from './store.ts';

/**
 * Erases what people wrote in these rows (a request under data protection law); the rows and the chain stay. A row
 * of its own says that, by whom and why: a text that is gone without one breaks verification. Returns how many
 * texts there were.
 */
export async function erasePersonal(
  tx: Tx,
  now: Date,
  erasure: { seqs: readonly bigint[]; actor: string; reason: string },
): Promise<number> {
  const erased = await deletePersonal(tx, erasure.seqs);
  if (erased.length === 0) return 0;
  await appendAudit(tx, now, [
    {
      actor: erasure.actor,
      action: PERSONAL_ERASED,
      tenantId: null,
      subject: { kind: 'audit', id: 'log' },
      data: { reason: erasure.reason, seqs: erased.toSorted((a, b) => Number(BigInt(a) - BigInt(b))) },
    },
  ]);
  return erased.length;
}
