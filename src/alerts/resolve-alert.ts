import { appendAudit } from '../audit/append.ts';
import { refreshCards } from '../cards/request-card.ts';
import type { Queryable, Tx } from '../database/pool.ts';
import type { Subject } from '../ids.ts';
import { ALERT_CARD, type AlertKind } from './types.ts';

/**
 * Ends the open alert of this kind about this subject, if there is one, and lets its card show it. Call it last: it
 * locks the head of the audit log. With `silentSince` only one that did not happen again after that moment. Gives
 * whether there was one.
 */
export async function resolveAlert(
  tx: Tx,
  now: Date,
  alert: { kind: AlertKind; subject: Subject; actor?: string; silentSince?: Date },
): Promise<boolean> {
  const id = await closeAlert(tx, now, alert);
  if (id === undefined) return false;
  await refreshCards(tx, now, { kind: ALERT_CARD, subject: { kind: 'alert', id } });
  await appendAudit(tx, now, [
    {
      actor: alert.actor ?? 'job:alerts',
      action: 'alert.resolved',
      tenantId: null,
      subject: { kind: 'alert', id },
      data: { kind: alert.kind, about: alert.subject },
    },
  ]);
  return true;
}

async function closeAlert(
  db: Queryable,
  now: Date,
  alert: { kind: AlertKind; subject: Subject; silentSince?: Date },
): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>(
    `update alerts set state = 'resolved', resolved_at = $4
     where kind = $1 and subject_kind = $2 and subject_id = $3 and state = 'open'
       and ($5::timestamptz is null or last_at < $5)
     returning id`,
    [alert.kind, alert.subject.kind, alert.subject.id, now, alert.silentSince ?? null],
  );
  return rows[0]?.id;
}
