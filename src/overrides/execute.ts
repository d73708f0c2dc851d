import { appendAudit } from '../audit/append.ts';
import { markOf, overrideEntry } from './audit-entries.ts';
import { ACTOR } from './deps.ts';
import { markExpired, transition, type OverrideRun } from './expire.ts';
import { isExpired } from './expiry.ts';
import type { OverrideKind } from './kind.ts';
import { makeVoid } from './make-void.ts';
import { markDone } from './mark-done.ts';
import { changesSince } from './read-live.ts';
import { readFacts } from './read-facts.ts';
import { refreshOwnCards } from './show-override.ts';
import { readVersion, writeChange } from './store.ts';
import type { Override } from './types.ts';

const READ_MS = 10_000;
const AGAIN_MS = 30_000;

/**
 * Begins to carry out what is approved: the state before is read and kept, and the operation is stored in the same
 * transaction; each version has one. What has changed since the quorum makes it void, with nothing begun. Gives when to
 * go on; null: at once.
 */
export async function execute(run: OverrideRun, kind: OverrideKind, before: Override): Promise<Date | null> {
  const { deps, context } = run;
  const readAt = context.clock.now();
  const again = new Date(readAt.getTime() + AGAIN_MS);
  const live = await readFacts(run, kind, before, READ_MS);
  if (live === 'unreadable') return again;
  const outcome = await transition(run, before, async (tx, now, override) => {
    const version = await readVersion(tx, override.id, override.version);
    if (isExpired(version, now)) {
      await markExpired(tx, now, override);
      return { word: 'expired' };
    }
    // What providers said last counts here whatever its age: they are asked afresh before anything is sent.
    const changes = changesSince(kind, version, live, { now, freshMs: Number.POSITIVE_INFINITY });
    if (changes.length > 0 || live === null) {
      await makeVoid(tx, now, { override, changes, actor: ACTOR });
      return { word: 'voided' };
    }
    await refreshOwnCards(tx, now, override);
    const begun = await kind.execute(tx, now, { ...override, stateBefore: live });
    if (begun.as === 'wait') return { until: begun.until };
    if (begun.as === 'done') {
      await markDone(tx, now, { override, live, hash: version.requestHash, done: begun });
      return { word: 'executed' };
    }
    const { operationId } = begun;
    const after = await writeChange(tx, override, { state: 'executing', operationId, stateBefore: live });
    await appendAudit(tx, now, [
      overrideEntry(after, 'executing', {
        actor: ACTOR,
        data: { operation: operationId, hash: version.requestHash, before: markOf(live) },
      }),
    ]);
    return { word: 'executing' };
  });
  if (outcome?.word !== undefined) deps.onChange?.(outcome.word);
  return outcome?.until ?? null;
}
