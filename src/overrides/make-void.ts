import { appendAudit } from '../audit/append.ts';
import type { Tx } from '../database/pool.ts';
import { changesForLog, overrideEntry } from './audit-entries.ts';
import { refreshOverride, sayNotice } from './show-override.ts';
import { writeChange } from './store.ts';
import type { Override, TermChange } from './types.ts';
import { voidVersion } from './version-store.ts';

/**
 * What was agreed to is not what is there: votes are cleared with their version, and everybody concerned is told what
 * differs. The caller has locked the override; appends to the audit log, so that nothing else may follow.
 */
export async function makeVoid(
  tx: Tx,
  now: Date,
  { override, changes, actor }: { override: Override; changes: readonly TermChange[]; actor: string },
): Promise<Override> {
  await voidVersion(tx, override.id, override.version, { at: now, changes });
  const after = await writeChange(tx, override, { state: 'void', approvedAt: null });
  await sayNotice(tx, now, after, 'voided');
  await refreshOverride(tx, now, after);
  await appendAudit(tx, now, [
    overrideEntry(after, 'voided', { actor, data: { changes: changesForLog(changes) } }),
  ]);
  return after;
}
