import type { Queryable } from '../database/pool.ts';
import type { Severity, Title } from '../incidents/types.ts';
import type { Policy } from '../policy.ts';
import type { Route, StepWhy, Told } from './types.ts';

/** One escalation that nobody has answered, as a message about many names it. */
export interface RolledEscalation {
  title: Title;
  severity: Severity;
  startedAt: Date;
  message: { channelId: string; ts: string } | null;
}

export interface RollModel {
  escalations: readonly RolledEscalation[];
  why: StepWhy;
  level: number;
  route: Route;
  told: Told | null;
  at: Date;
  timeZone: string;
}

/** What a level is told of many at once: those that nobody had answered by then; null when there are none. */
export async function loadRoll(db: Queryable, key: string, policy: Policy): Promise<RollModel | null> {
  const { rows } = await db.query<{
    title: Title;
    severity: Severity;
    started_at: Date;
    why: StepWhy;
    level: number;
    route: Route;
    told: Told | null;
    at: Date;
    channel_id: string | null;
    ts: string | null;
  }>(
    `select e.title, e.severity, e.started_at, s.why, s.level, e.route, nullif(s.told, 'null') as told, s.at,
            c.channel_id, c.ts
       from escalation_steps s
       join escalations e on e.id = s.escalation_id
       left join cards c on c.kind = 'escalation' and c.subject_kind = 'escalation' and c.subject_id = e.id::text
      where s.roll_key = $1 and e.resolved_at is null and (e.acknowledged_at is null or e.acknowledged_at < s.at)
      order by e.severity, e.started_at, e.id`,
    [key],
  );
  const first = rows[0];
  if (first === undefined) return null;
  const { why, level, route, told, at } = first;
  const escalations = rows.map(({ title, severity, started_at: startedAt, channel_id: channelId, ts }) => ({
    title,
    severity,
    startedAt,
    message: channelId === null || ts === null ? null : { channelId, ts },
  }));
  return { escalations, why, level, route, told, at, timeZone: policy.business.time_zone };
}
