import type { Tx } from '../database/pool.ts';
import { refuse } from './attempt.ts';
import { lockExemption, readClosing } from './store.ts';
import type { Closing, Exemption } from './types.ts';

/** What waits for its review, with its exemption locked; refuses what does not wait (any more). */
export async function lockWaiting(
  tx: Tx,
  closingId: string,
): Promise<{ exemption: Exemption; closing: Closing }> {
  const seen = await readClosing(tx, closingId);
  const exemption = seen === null ? null : await lockExemption(tx, seen.exemptionId);
  // Read again: whoever held the lock may have decided it.
  const closing = await readClosing(tx, closingId);
  if (exemption === null || closing === null) refuse({ why: 'not_found' });
  if (closing.state !== 'waiting' || exemption.closingId !== closing.id) refuse({ why: 'not_closing' });
  return { exemption, closing };
}
