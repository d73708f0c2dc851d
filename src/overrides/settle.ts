import { appendAudit } from '../audit/append.ts';
import type { Tx } from '../database/pool.ts';
import type { Operation } from '../operations/types.ts';
import { SENDING_MS } from '../operations/retry-safe.ts';
import { overrideEntry } from './audit-entries.ts';
import { closeFinding } from './close-finding.ts';
import { ACTOR } from './deps.ts';
import { markExpired, transition, type OverrideRun } from './expire.ts';
import type { OverrideKind } from './kind.ts';
import { makeVoid } from './make-void.ts';
import { readFacts } from './read-facts.ts';
import { changesSince } from './read-live.ts';
import { refreshOverride, sayNotice } from './show-override.ts';
import type { Settled } from './steps.ts';
import { readVersion, writeChange } from './store.ts';
import type { Override, OverrideFailure, TermChange } from './types.ts';

const READ_MS = 10_000;
const AGAIN_MS = 30_000;

/** Brings the override to what its operation came to. Gives when to go on; null: at once. */
export async function settle(
  run: OverrideRun,
  kind: OverrideKind,
  before: Override,
  { operation, as }: { operation: Operation; as: Settled },
): Promise<Date | null> {
  const changes = as.as === 'void' ? await findChanges(run, kind, before, operation) : [];
  if (changes === 'unreadable') return new Date(run.context.clock.now().getTime() + AGAIN_MS);
  const done = await transition(run, before, async (tx, now, override) => {
    switch (as.as) {
      case 'executed':
        await markExecuted(tx, run, now, { override, operation });
        return 'executed';
      case 'failed':
        await markFailed(tx, now, { override, operation, means: as.means });
        return 'failed';
      case 'expired':
        await markExpired(tx, now, override);
        return 'expired';
      case 'void':
        await makeVoid(tx, now, { override, changes, actor: ACTOR });
        return 'voided';
    }
  });
  if (done !== null) run.deps.onChange?.(done);
  return null;
}

/** What differs now; where it is as it was again, what it was refused for. */
async function findChanges(
  run: OverrideRun,
  kind: OverrideKind,
  override: Override,
  operation: Operation,
): Promise<TermChange[] | 'unreadable'> {
  const live = await readFacts(run, kind, override, READ_MS, operation.id);
  if (live === 'unreadable') return 'unreadable';
  const version = await readVersion(run.deps.pool, override.id, override.version);
  const now = run.context.clock.now();
  const changes = changesSince(kind, version, live, { now, freshMs: SENDING_MS, endsOperation: 'ended' });
  const { reasons = [], means = 'void' } = operation.refusal ?? {};
  if (changes.length > 0) return changes;
  return [{ what: 'condition', before: '', after: reasons.length > 0 ? reasons.join(', ') : means }];
}

async function markExecuted(
  tx: Tx,
  { deps }: OverrideRun,
  now: Date,
  { override, operation }: { override: Override; operation: Operation },
): Promise<void> {
  const over = { at: now, by: ACTOR };
  const after = await writeChange(tx, override, {
    state: 'executed',
    over,
    failure: null,
    readBackAt: null,
  });
  const closed = await closeFinding(tx, deps, now, after);
  await sayNotice(tx, now, after, 'executed');
  await refreshOverride(tx, now, after);
  const data = { operation: operation.id, result: operation.result };
  await appendAudit(tx, now, [...closed, overrideEntry(after, 'executed', { actor: ACTOR, data })]);
}

async function markFailed(
  tx: Tx,
  now: Date,
  {
    override,
    operation,
    means,
  }: { override: Override; operation: Operation; means: OverrideFailure['means'] },
): Promise<void> {
  const failure: OverrideFailure = {
    by: operation.refusal?.by ?? 'us',
    code: operation.refusal?.code ?? null,
    means,
    reasons: operation.refusal?.reasons ?? [],
  };
  const after = await writeChange(tx, override, { state: 'failed', over: { at: now, by: ACTOR }, failure });
  await sayNotice(tx, now, after, 'failed');
  await refreshOverride(tx, now, after);
  await appendAudit(tx, now, [
    overrideEntry(after, 'failed', { actor: ACTOR, data: { operation: operation.id, failure } }),
  ]);
}
