import { createHash } from 'node:crypto';
import { appendAudit } from '../audit/append.ts';
import type { AuditEntry } from '../audit/types.ts';
import { requestCard } from '../cards/request-card.ts';
import { withTransaction, type Tx } from '../database/pool.ts';
import { newId } from '../ids.ts';
import type { Policy } from '../policy.ts';
import type { SlackGroup } from '../ports.ts';
import { diffRoles, membersByRole, type Members, type RoleDiff } from './changes.ts';
import type { PeopleState } from './deps.ts';
import type { NameBook } from './rules.ts';
import * as snapshots from './snapshot.ts';

/** The kind of the card that tells who gained and who lost a role. */
export const ROLE_CHANGES_CARD = 'role_changes';
const CHANNEL = 'security';
const ACTOR = 'job:people';

/** What was read of Slack; a source that could not be read is left out, and what stands of it stays. */
export interface Reading {
  /** When the calls began, by the database's clock: so old is what they said. */
  readAt: Date;
  groups?: readonly SlackGroup[];
  names?: NameBook;
}

type Deps = Pick<PeopleState, 'pool' | 'clock' | 'policy' | 'since'>;

/**
 * Stores a reading unless a newer one stands, and with it, in the same transaction, what it changes: who holds which
 * role, one card in #security about all of it, and an audit row for each person and role.
 */
export async function storeReading(deps: Deps, reading: Reading): Promise<void> {
  const since = await deps.since();
  const now = deps.clock.now();
  await withTransaction(deps.pool, async (tx) => {
    const snapshot = await snapshots.lockSnapshot(tx);
    const isNewer = (than: Date | null): boolean => than === null || than < reading.readAt;
    if (reading.groups !== undefined && isNewer(snapshot.groupsReadAt)) {
      await snapshots.replaceGroups(tx, reading.groups, reading.readAt);
    }
    if (reading.names !== undefined && isNewer(snapshot.namesReadAt)) {
      await snapshots.replaceNames(tx, reading.names, reading.readAt);
    }
    await followRoles(tx, now, { policy: deps.policy, since, snapshot });
  });
}

interface Following {
  policy: Policy;
  since: Date;
  snapshot: snapshots.Snapshot;
}

async function followRoles(tx: Tx, now: Date, { policy, since, snapshot }: Following): Promise<void> {
  const rolesHash = hashRoles(policy.roles);
  const isOther = snapshot.rolesHash !== null && snapshot.rolesHash !== rolesHash;
  // While replicas are replaced one by one, those of the old policy must not turn the roles back at every refresh.
  if (isOther && snapshot.rolesSince !== null && since <= snapshot.rolesSince) return;
  const members = membersByRole(policy.roles, await snapshots.readBook(tx));
  const diff = diffRoles(snapshot.knownRoles, await snapshots.readMembers(tx), members);
  const isSame = diff.changes.length === 0 && diff.baseline.length === 0;
  if (isSame && snapshot.rolesHash === rolesHash) return;
  await snapshots.replaceMembers(tx, members, {
    rolesHash,
    rolesSince: snapshot.rolesHash === rolesHash ? (snapshot.rolesSince ?? since) : since,
    knownRoles: [...new Set([...snapshot.knownRoles, ...diff.baseline])].toSorted(),
  });
  await tellChanges(tx, now, { diff, members, cause: isOther ? 'policy' : 'slack' });
}

async function tellChanges(
  tx: Tx,
  now: Date,
  { diff, members, cause }: { diff: RoleDiff; members: Members; cause: 'slack' | 'policy' },
): Promise<void> {
  if (diff.changes.length > 0) {
    const id = newId();
    await snapshots.insertRoleChanges(tx, { id, at: now, cause, changes: diff.changes });
    const subject = { kind: 'role', id } as const;
    await requestCard(tx, now, { kind: ROLE_CHANGES_CARD, subject, channel: CHANNEL });
  }
  const entries: AuditEntry[] = [
    ...diff.baseline.map((role) => ({
      actor: ACTOR,
      action: 'role.baseline',
      tenantId: null,
      subject: { kind: 'role' as const, id: role },
      data: { members: members.get(role) ?? [] },
    })),
    ...diff.changes.map(({ role, userId, change }) => ({
      actor: ACTOR,
      action: `role.${change}`,
      tenantId: null,
      subject: { kind: 'person' as const, id: userId },
      data: { role, cause },
    })),
  ];
  if (entries.length > 0) await appendAudit(tx, now, entries);
}

/** Which groups and users hold which role: the rest of a policy may change without touching anybody. */
function hashRoles(roles: Policy['roles']): string {
  return createHash('sha256').update(JSON.stringify(roles)).digest('hex');
}
