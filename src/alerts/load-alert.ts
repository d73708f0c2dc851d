import type { Queryable } from '../database/pool.ts';
import type { Subject } from '../ids.ts';
import { ALERT_KINDS, type Alert, type AlertModel, type AlertSeverity } from './types.ts';

interface AlertRow {
  id: string;
  kind: string;
  subject_kind: Subject['kind'];
  subject_id: string;
  severity: AlertSeverity;
  args: Alert['args'];
  count: number;
  state: 'open' | 'resolved';
  first_at: Date;
  last_at: Date;
  resolved_at: Date | null;
}

/** What an alert's card shows; null when there is no such alert, or one of a kind this version does not know. */
export async function loadAlert(
  db: Queryable,
  alertId: string,
  timeZone: string,
): Promise<AlertModel | null> {
  const { rows } = await db.query<AlertRow>(
    `select id, kind, subject_kind, subject_id, severity, args, count, state, first_at, last_at, resolved_at
     from alerts where id = $1`,
    [alertId],
  );
  const row = rows[0];
  if (row === undefined || !ALERT_KINDS.some((kind) => kind === row.kind)) return null;
  const alert = {
    id: row.id,
    kind: row.kind,
    subject: { kind: row.subject_kind, id: row.subject_id },
    severity: row.severity,
    args: row.args,
    count: row.count,
    state: row.state,
    firstAt: row.first_at,
    lastAt: row.last_at,
    resolvedAt: row.resolved_at,
  };
  // Kind and args were written together by raiseAlert, which the compiler held to one another.
  return { alert: alert as Alert, timeZone };
}
