import type { Tx } from '../database/pool.ts';
import type { OverrideFacts, Quorum, TermChange } from './types.ts';

/** Ends a version: what was agreed to is not what is there. */
export async function voidVersion(
  tx: Tx,
  overrideId: string,
  version: number,
  { at, changes }: { at: Date; changes: readonly TermChange[] },
): Promise<void> {
  await tx.query(
    `update override_versions set voided_at = $3, changes = $4 where override_id = $1 and version = $2`,
    [overrideId, version, at, JSON.stringify(changes)],
  );
}

/** The stricter rule of a policy, or a sum, that changed while it was open. */
export async function writeQuorum(
  tx: Tx,
  overrideId: string,
  version: number,
  quorum: Quorum,
): Promise<void> {
  await tx.query(`update override_versions set quorum = $3 where override_id = $1 and version = $2`, [
    overrideId,
    version,
    JSON.stringify(quorum),
  ]);
}

/** Keeps the state after; null: it could not be read. */
export async function writeReadBack(
  tx: Tx,
  overrideId: string,
  { at, facts }: { at: Date; facts: OverrideFacts | null },
): Promise<void> {
  await tx.query(`update overrides set read_back_at = $2, state_after = $3 where id = $1`, [
    overrideId,
    at,
    facts === null ? null : JSON.stringify(facts),
  ]);
}
