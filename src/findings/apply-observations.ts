import type { AuditEntry } from '../audit/types.ts';
import type { Tx } from '../database/pool.ts';
import { newId, type RunId } from '../ids.ts';
import { auditEntryOf } from './audit-entries.ts';
import { decideSightings, isOpening, type Sighting } from './rules.ts';
import {
  insertHistory,
  insertRunFindings,
  lockFindings,
  readFindings,
  touchFindings,
  writeFindings,
  type FindingWrite,
  type HistoryWrite,
  type RunFindingWrite,
} from './store.ts';
import { findingKey } from './key.ts';
import type { Observation } from './types.ts';

/** Who looked, when, for which run. `observedAt` is the moment of the snapshot, `now` that of storing. */
export interface Look {
  runId: RunId | null;
  observedAt: Date;
  now: Date;
  actor: string;
  /** What happened before it belongs to the opening balance; null: nothing does. */
  startAt: Date | null;
}

/**
 * Makes findings of what was observed: opened, carried, changed, reopened. Resolves nothing: that takes a complete run
 * (see resolve-unseen.ts). A few set-based statements, whatever the number. Returns the audit rows to append, last, in the same
 * transaction.
 */
export async function applyObservations(
  tx: Tx,
  look: Look,
  observations: readonly Observation[],
): Promise<AuditEntry[]> {
  if (observations.length === 0) return [];
  await lockFindings(tx);
  const known = await readFindings(tx, observations.map(findingKey));
  const sightings = decideSightings(observations, known, look.observedAt).map((sighting) => ({
    ...sighting,
    id: sighting.change === 'opened' ? newId<string>() : sighting.id,
  }));
  const writes: FindingWrite[] = [];
  const history: HistoryWrite[] = [];
  const entries: AuditEntry[] = [];
  const appearances: RunFindingWrite[] = [];
  const tolerated: string[] = [];
  for (const sighting of sightings) {
    const { id, key, observation } = sighting;
    const appearance = appearanceOf(sighting);
    if (appearance !== null) appearances.push({ findingId: id, appearance });
    if (sighting.change === 'tolerated') tolerated.push(id);
    if (sighting.change === 'tolerated' || sighting.change === 'overtaken') continue;
    const opening = isOpening(observation, sighting.change, known.get(key), look.startAt);
    writes.push({ id, key, observation, opening, state: 'open' });
    if (sighting.change === 'carried') continue;
    const change = { ...pick(observation), findingId: id, change: sighting.change };
    history.push(change);
    entries.push(auditEntryOf(change, observation, look));
  }
  await writeFindings(tx, writes, look.observedAt, look.runId);
  await touchFindings(tx, tolerated, look.observedAt, look.runId);
  await insertHistory(tx, history, { at: look.now, actor: look.actor, runId: look.runId });
  if (look.runId !== null) await insertRunFindings(tx, look.runId, appearances);
  return entries;
}

/** How the run shows it; null: not at all, since it is accepted. */
function appearanceOf(sighting: Sighting): RunFindingWrite['appearance'] | null {
  switch (sighting.change) {
    case 'opened':
      return 'new';
    case 'carried':
    case 'changed':
      return 'carried';
    case 'reopened':
      return 'reopened';
    case 'tolerated':
      return null;
    case 'overtaken':
      return sighting.state === 'open' ? 'carried' : null;
  }
}

function pick({ rule, class: risk, action, amountMinor }: Observation) {
  return { rule, class: risk, action, amountMinor };
}
