import type { Queryable } from '../database/pool.ts';
import type { OverrideId } from '../ids.ts';
import { toVersion, toVote, type VersionRow, type VoteRow } from './override-row.ts';
import type { OverrideVersion, Vote } from './types.ts';

interface Newest {
  version: OverrideVersion;
  /** Of this version, in the order in which they came; lapsed ones too. */
  votes: Vote[];
}

/** The newest version of each of these overrides, with its votes: two queries, however many they are. */
export async function readNewest(
  db: Queryable,
  ids: readonly OverrideId[],
): Promise<ReadonlyMap<OverrideId, Newest>> {
  const { rows: versions } = await db.query<VersionRow & { override_id: OverrideId }>(
    `select distinct on (override_id) * from override_versions
      where override_id = any($1::uuid[]) order by override_id, version desc`,
    [ids],
  );
  const newest = new Map<OverrideId, Newest>(
    versions.map((row) => [row.override_id, { version: toVersion(row), votes: [] }]),
  );
  const { rows: votes } = await db.query<VoteRow & { override_id: OverrideId }>(
    `select * from override_votes where override_id = any($1::uuid[])
      order by override_id, version, voted_at, person_key`,
    [ids],
  );
  for (const row of votes) {
    const one = newest.get(row.override_id);
    if (one?.version.version === row.version) one.votes.push(toVote(row));
  }
  return newest;
}
