import { appendAudit } from '../audit/append.ts';
import { markOf, overrideEntry } from './audit-entries.ts';
import { ACTOR } from './deps.ts';
import { transition, type OverrideRun } from './expire.ts';
import type { OverrideKind } from './kind.ts';
import { readFacts } from './read-facts.ts';
import { refreshOverride } from './show-override.ts';
import { diffTerms } from './terms.ts';
import type { Override, OverrideFacts } from './types.ts';
import { writeReadBack } from './version-store.ts';

const READ_MS = 10_000;
const AGAIN_MS = 30_000;
/** A platform may need a moment until its books show what it has done. */
const MOVES_WITHIN_MS = 10 * 60_000;
/** After so long it is kept that it could not be read. */
const GIVE_UP_AFTER_MS = 60 * 60_000;

/** Reads the state after and keeps it. Gives when to go on; null: at once. */
export async function readBack(run: OverrideRun, kind: OverrideKind, before: Override): Promise<Date | null> {
  const now = run.context.clock.now();
  const sinceMs = now.getTime() - (before.overAt ?? now).getTime();
  const again = new Date(now.getTime() + AGAIN_MS);
  const facts = await readFacts(run, kind, before, READ_MS);
  if (facts === 'unreadable' && sinceMs < GIVE_UP_AFTER_MS) return again;
  const after = facts === 'unreadable' ? null : facts;
  if (before.state === 'executed' && !hasMoved(kind, before, after) && sinceMs < MOVES_WITHIN_MS)
    return again;
  await transition(run, before, async (tx, at, override) => {
    await writeReadBack(tx, override.id, { at, facts: after });
    await refreshOverride(tx, at, override);
    await appendAudit(tx, at, [
      overrideEntry(override, 'read_back', {
        actor: ACTOR,
        data: { after: markOf(after), read: facts !== 'unreadable' },
      }),
    ]);
  });
  return null;
}

function hasMoved(
  kind: OverrideKind,
  { stateBefore, ...override }: Override,
  after: OverrideFacts | null,
): boolean {
  if (stateBefore === null || after === null) return true;
  const changes = diffTerms(kind.terms(stateBefore, override), kind.terms(after, override));
  return changes.some(({ what }) => what !== 'operation');
}
