import type { Queryable } from '../database/pool.ts';
import type { Person } from '../people/types.ts';
import type { Policy } from '../policy.ts';
import { isExpired } from './expiry.ts';
import { judgeVoter } from './judge-voter.ts';
import type { OpenOverride } from './models.ts';
import { listOpenOverrides } from './open-overrides.ts';
import { readOverride, readVersion, readVotes } from './store.ts';

/** What one person may approve now and has not, oldest first: by the same rules as at the press. */
export async function listWaitingFor(
  db: Queryable,
  policy: Policy,
  now: Date,
  person: Person,
): Promise<OpenOverride[]> {
  const open = (await listOpenOverrides(db)).filter(({ state }) => state === 'open');
  const waiting: OpenOverride[] = [];
  for (const each of open) if (await mayApprove(db, policy, now, { each, person })) waiting.push(each);
  return waiting;
}

async function mayApprove(
  db: Queryable,
  policy: Policy,
  now: Date,
  { each, person }: { each: OpenOverride; person: Person },
): Promise<boolean> {
  const override = await readOverride(db, each.id);
  if (override === null) return false;
  const version = await readVersion(db, each.id, each.version);
  if (isExpired(version, now)) return false;
  const votes = await readVotes(db, each.id, each.version);
  const judged = await judgeVoter(db, policy, now, {
    override,
    version,
    votes,
    voter: person,
    vote: 'approve',
  });
  return judged.ok;
}
