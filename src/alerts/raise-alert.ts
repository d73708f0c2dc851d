import { appendAudit } from '../audit/append.ts';
import { requestCard } from '../cards/request-card.ts';
import type { Queryable, Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import { newId, type Subject } from '../ids.ts';
import { ALERT_CARD, type AlertArgs, type AlertKind, type AlertSeverity } from './types.ts';

export interface NewAlert<K extends AlertKind> {
  kind: K;
  subject: Subject;
  severity: AlertSeverity;
  args: AlertArgs[K];
  /** Who found it, as the audit log names actors; `job:alerts` unless told. */
  actor?: string;
  /** The quiet hours end then: what can wait for the next business day is not told before. Null outside of them. */
  quietUntil?: Date | null;
}

const ALERTS_CHANNEL = 'ops-alerts';

/**
 * Raises an alert inside the transaction that finds the trouble: one open alert per kind and subject, what happens
 * again raises its count. Its card stands in ops-alerts. Call it last: it locks the head of the audit log.
 */
export async function raiseAlert<K extends AlertKind>(
  tx: Tx,
  now: Date,
  alert: NewAlert<K>,
): Promise<string> {
  const { id, count } = await upsertAlert(tx, now, alert);
  const notBefore = alert.severity === 'sev3' ? (alert.quietUntil ?? null) : null;
  await requestCard(tx, now, {
    kind: ALERT_CARD,
    subject: { kind: 'alert', id },
    channel: ALERTS_CHANNEL,
    ...(notBefore === null ? {} : { notBefore }),
  });
  await appendAudit(tx, now, [
    {
      actor: alert.actor ?? 'job:alerts',
      action: count === 1 ? 'alert.raised' : 'alert.repeated',
      tenantId: null,
      subject: { kind: 'alert', id },
      data: { kind: alert.kind, about: alert.subject, severity: alert.severity, count },
    },
  ]);
  return id;
}

/** A severity only rises while the alert is open. */
async function upsertAlert<K extends AlertKind>(
  db: Queryable,
  now: Date,
  alert: NewAlert<K>,
): Promise<{ id: string; count: number }> {
  const { rows } = await db.query<{ id: string; count: number }>(
    `insert into alerts as a (id, kind, subject_kind, subject_id, severity, args, state, first_at, last_at)
     values ($1, $2, $3, $4, $5, $6, 'open', $7, $7)
     on conflict (kind, subject_kind, subject_id) where state = 'open' do update set
       count = a.count + 1, last_at = greatest(a.last_at, excluded.last_at), args = excluded.args,
       severity = least(a.severity, excluded.severity)
     returning id, count`,
    [
      newId(),
      alert.kind,
      alert.subject.kind,
      alert.subject.id,
      alert.severity,
      JSON.stringify(alert.args),
      now,
    ],
  );
  assert(rows[0] !== undefined, 'an alert was neither added nor counted');
  return rows[0];
}
