import type { Queryable } from '../database/pool.ts';
import type { UserId } from '../ids.ts';

export interface EscalationStanding {
  id: string;
  state: 'open' | 'acknowledged';
  /** The level that was told last; 0: none yet. */
  level: number;
  acknowledgedBy: UserId | null;
  /** Where its message stands, once it does. */
  message: { channelId: string; ts: string } | null;
}

/** The escalation that is open for a cause, singly or together with others; null when there is none. */
export async function readEscalationOf(db: Queryable, causeKey: string): Promise<EscalationStanding | null> {
  const { rows } = await db.query<{
    id: string;
    state: EscalationStanding['state'];
    level: number;
    acknowledged_by: UserId | null;
    channel_id: string | null;
    ts: string | null;
  }>(
    `select e.id, e.state, e.level, case when e.state = 'acknowledged' then e.acknowledged_by end as acknowledged_by,
            c.channel_id, c.ts
       from escalations e
       left join cards c on c.kind = 'escalation' and c.subject_kind = 'escalation' and c.subject_id = e.id::text
      where e.state <> 'resolved'
        and (e.cause_key = $1
             or exists (select from escalation_causes m where m.escalation_id = e.id and m.cause_key = $1))
      order by e.cause_key = $1 desc limit 1`,
    [causeKey],
  );
  const row = rows[0];
  if (row === undefined) return null;
  const { id, state, level, acknowledged_by: acknowledgedBy, channel_id: channelId, ts } = row;
  const message = channelId === null || ts === null ? null : { channelId, ts };
  return { id, state, level, acknowledgedBy, message };
}
