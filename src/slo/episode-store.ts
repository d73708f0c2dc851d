import type { Queryable, Tx } from '../database/pool.ts';
import type { Track } from './burn.ts';
import type { Episode } from './types.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const COLUMNS = `e.id, e.number::int as number, e.slo, e.state, e.tier, e.worst_tier as "worstTier", e.level,
  e.opened_at as "openedAt", e.changed_at as "changedAt", e.recovered_at as "recoveredAt", e.peak_burn as "peakBurn", e.bad,
  e.acknowledged_by as "acknowledgedBy", e.acknowledged_at as "acknowledgedAt", e.history`;

/** One time during which the budget of a window was spent. */
export interface Breach {
  id: string;
  slo: string;
  beganAt: Date;
  /** Null: it lasts. */
  endedAt: Date | null;
}

/** The episode of a promise that burns now; null: none does. */
export async function readOpenEpisode(db: Queryable, slo: string): Promise<Episode | null> {
  const { rows } = await db.query<Episode>(
    `select ${COLUMNS} from slo_episodes e where e.slo = $1 and e.state = 'burning'`,
    [slo],
  );
  return rows[0] ?? null;
}

/** By id, which may be forged; null when there is none. */
export async function readEpisode(db: Queryable, id: string): Promise<Episode | null> {
  if (!UUID.test(id)) return null;
  const { rows } = await db.query<Episode>(`select ${COLUMNS} from slo_episodes e where e.id = $1`, [id]);
  return rows[0] ?? null;
}

/** All that burnt at some time of [from, to), in the order in which they opened. */
export async function listEpisodes(
  db: Queryable,
  { from, to }: { from: Date; to: Date },
): Promise<Episode[]> {
  const { rows } = await db.query<Episode>(
    `select ${COLUMNS} from slo_episodes e
      where e.opened_at < $2 and (e.recovered_at is null or e.recovered_at > $1)
      order by e.opened_at, e.number`,
    [from, to],
  );
  return rows;
}

/** All breaches that lasted at some time of [from, to), in the order in which they began. */
export async function listBreaches(db: Queryable, { from, to }: { from: Date; to: Date }): Promise<Breach[]> {
  const { rows } = await db.query<Breach>(
    `select id, slo, began_at as "beganAt", ended_at as "endedAt" from slo_breaches
      where began_at < $2 and (ended_at is null or ended_at > $1)
      order by began_at, id`,
    [from, to],
  );
  return rows;
}

/** The newest episode of a promise, locked, as judging goes on from it; null before the first. */
export async function lockNewestTrack(tx: Tx, slo: string): Promise<Track | null> {
  const { rows } = await tx.query<Track>(
    `select ${COLUMNS}, e.tiers_on as "on" from slo_episodes e where e.slo = $1
      order by e.state = 'burning' desc, e.number desc limit 1 for update`,
    [slo],
  );
  return rows[0] ?? null;
}

/** Writes what judging made of an episode: a new row, or the row as it is now. Who acknowledged is only ever cleared here. */
export async function saveTrack(tx: Tx, track: Track): Promise<void> {
  await tx.query(
    `insert into slo_episodes as e (id, slo, state, tier, worst_tier, tiers_on, level, opened_at, changed_at, recovered_at,
            peak_burn, bad, acknowledged_by, acknowledged_at, history)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
     on conflict (id) do update set state = excluded.state, tier = excluded.tier, worst_tier = excluded.worst_tier,
            tiers_on = excluded.tiers_on, level = excluded.level, changed_at = excluded.changed_at,
            recovered_at = excluded.recovered_at, peak_burn = excluded.peak_burn, bad = excluded.bad,
            acknowledged_by = excluded.acknowledged_by, acknowledged_at = excluded.acknowledged_at,
            history = excluded.history`,
    [
      track.id,
      track.slo,
      track.state,
      track.tier,
      track.worstTier,
      track.on,
      track.level,
      track.openedAt,
      track.changedAt,
      track.recoveredAt,
      track.peakBurn,
      track.bad,
      track.acknowledgedBy,
      track.acknowledgedAt,
      JSON.stringify(track.history),
    ],
  );
}

/** False: it does not burn any more, or somebody was quicker. */
export async function markAcknowledged(
  tx: Tx,
  id: string,
  by: { userId: string; at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update slo_episodes set acknowledged_by = $2, acknowledged_at = $3
      where id = $1 and state = 'burning' and acknowledged_by is null`,
    [id, by.userId, by.at],
  );
  return rowCount === 1;
}

/** The breach that lasts, locked; null: the promise is kept. */
export async function lockOpenBreach(tx: Tx, slo: string): Promise<Breach | null> {
  const { rows } = await tx.query<Breach>(
    `select id, slo, began_at as "beganAt", ended_at as "endedAt" from slo_breaches
      where slo = $1 and ended_at is null for update`,
    [slo],
  );
  return rows[0] ?? null;
}

/** False: one lasts already. */
export async function insertBreach(tx: Tx, breach: Pick<Breach, 'id' | 'slo' | 'beganAt'>): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into slo_breaches (id, slo, began_at) values ($1, $2, $3)
     on conflict (slo) where ended_at is null do nothing`,
    [breach.id, breach.slo, breach.beganAt],
  );
  return rowCount === 1;
}

export async function endBreach(tx: Tx, id: string, at: Date): Promise<void> {
  await tx.query(
    `update slo_breaches set ended_at = greatest(began_at, $2) where id = $1 and ended_at is null`,
    [id, at],
  );
}

/** Up to which minute a promise was judged, its row locked; null: never, or it is not read yet. */
export async function lockJudged(tx: Tx, slo: string): Promise<Date | null> {
  const { rows } = await tx.query<{ at: Date | null }>(
    `select judged_until as at from slo_sources where slo = $1 for update`,
    [slo],
  );
  return rows[0]?.at ?? null;
}

/** Judging never goes back: what is corrected later is not judged again. */
export async function moveJudged(tx: Tx, slo: string, until: Date): Promise<void> {
  await tx.query(
    `update slo_sources set judged_until = $2 where slo = $1 and (judged_until is null or judged_until < $2)`,
    [slo, until],
  );
}
