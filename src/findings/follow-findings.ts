import type { AuditEntry } from '../audit/types.ts';
import type { Tx } from '../database/pool.ts';
import type { FollowDeps } from './deps.ts';
import { overtakeAcceptances } from './overtake-acceptances.ts';

/**
 * What follows from changed findings, in the transaction that changed them: proposals that speak of something else by
 * now are overtaken, and whoever rests on findings is told. Call it before cards of the caller's own are asked for;
 * gives the audit rows to append.
 */
export async function followFindings(tx: Tx, now: Date, deps: FollowDeps): Promise<AuditEntry[]> {
  const overtaken = await overtakeAcceptances(tx, now);
  const followed = (await deps.afterFindings?.(tx, now)) ?? [];
  return [...overtaken, ...followed];
}
