import type { Queryable } from '../database/pool.ts';
import type { UserId } from '../ids.ts';
import { causeOf } from './escalate.ts';
import type { Episode, Slo } from './types.ts';

/**
 * Who has an episode: whoever acknowledged it, or the escalation of its promise since the episode called for somebody the
 * last time. Null: nobody.
 */
export async function readAnswer(
  db: Queryable,
  episode: Episode,
  { tiers }: Pick<Slo, 'tiers'>,
): Promise<{ by: UserId; at: Date } | null> {
  const { acknowledgedBy, acknowledgedAt, recoveredAt } = episode;
  if (acknowledgedBy !== null && acknowledgedAt !== null)
    return { by: acknowledgedBy as UserId, at: acknowledgedAt };
  const { rows } = await db.query<{ by: UserId; at: Date }>(
    `select acknowledged_by as by, acknowledged_at as at from escalations
      where cause_key = $1 and acknowledged_by is not null and state in ('acknowledged', 'resolved')
        and acknowledged_at >= $2 and ($3::timestamptz is null or started_at <= $3)
      order by acknowledged_at desc limit 1`,
    [causeOf({ name: episode.slo }), calledAt(episode, tiers), recoveredAt],
  );
  return rows[0] ?? null;
}

/** When it opened, was reopened, or began to page: who answered before answered for less. */
function calledAt({ openedAt, history }: Episode, tiers: Slo['tiers']): Date {
  let called = openedAt;
  let paged = false;
  for (const { at, what, tier } of history) {
    const pages = tiers.find(({ name }) => name === tier)?.level === 'page';
    if (what === 'reopened' || (what === 'worsened' && pages && !paged)) called = new Date(at);
    paged = pages;
  }
  return called;
}
