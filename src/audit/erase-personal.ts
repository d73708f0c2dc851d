import type { Tx } from '../database/pool.ts';
import { appendAudit } from './append.ts';
import { PERSONAL_ERASED } from './rules.ts';
import { deletePersonal } from './store.ts';

/** Erases what a noun keeps of the words in these rows beside the log; before anything is appended. */
export type EraseCopies = (tx: Tx, now: Date, seqs: readonly bigint[]) => Promise<void>;

/**
 * Erases what people wrote in these rows (a request under data protection law), and by `copies` what is kept of it
 * elsewhere (overrides' eraseWords); the rows and the chain stay. A row of its own says that, by whom and why: a text
 * that is gone without one breaks verification. Returns how many texts of the log there were.
 */
export async function erasePersonal(
  tx: Tx,
  now: Date,
  erasure: { seqs: readonly bigint[]; actor: string; reason: string; copies: readonly EraseCopies[] },
): Promise<number> {
  for (const erase of erasure.copies) await erase(tx, now, erasure.seqs);
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
