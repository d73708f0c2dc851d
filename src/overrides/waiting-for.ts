import type { Queryable } from '../database/pool.ts';
import type { Person } from '../people/types.ts';
import type { Policy } from '../policy.ts';
import { judgeWith, readBooks } from './judge-voter.ts';
import type { OpenOverride } from './models.ts';
import { listUndecided } from './open-overrides.ts';
import { readNewest } from './read-newest.ts';

/** All that one person may approve now and has not, oldest first: by the same rules as at the press. */
export async function listWaitingFor(
  db: Queryable,
  policy: Policy,
  now: Date,
  person: Person,
): Promise<OpenOverride[]> {
  const undecided = await listUndecided(db, now, person);
  if (undecided.length === 0) return [];
  const books = await readBooks(db, policy);
  const newest = await readNewest(
    db,
    undecided.map(({ line }) => line.id),
  );
  return undecided.flatMap(({ override, line }) => {
    const seen = newest.get(override.id);
    // It was renewed between the two readings.
    if (seen === undefined || seen.version.version !== override.version) return [];
    const judging = { override, ...seen, voter: person, vote: 'approve' } as const;
    return judgeWith(policy, now, judging, books).ok ? [line] : [];
  });
}
