import type { Queryable, Tx } from '../database/pool.ts';
import type { ExemptionId } from '../ids.ts';
import type { Closing, Exemption, Nag } from './types.ts';

const COLUMNS = `n.id, n.exemption_id as "exemptionId", n.deadline::text as deadline, n.step, n.audience,
  n.closing_id as "closingId", n.recipient, n.due_at as "dueAt", n.asked_at as "askedAt", n.sent_at as "sentAt",
  n.failed_at as "failedAt"`;

/** Null: there is none of this id. */
export async function readNag(db: Queryable, id: string): Promise<Nag | null> {
  const { rows } = await db.query<Nag>(`select ${COLUMNS} from exemption_nags n where n.id::text = $1`, [id]);
  return rows[0] ?? null;
}

/** Those of its running deadline, and of the closing that waits; in the order they were asked for. */
export async function readRunningNags(
  db: Queryable,
  exemption: Pick<Exemption, 'id' | 'deadline'>,
  closing: Pick<Closing, 'id'> | null,
): Promise<Nag[]> {
  const { rows } = await db.query<Nag>(
    `select ${COLUMNS} from exemption_nags n
      where n.exemption_id = $1 and (n.closing_id is null and n.deadline = $2 or n.closing_id = $3)
      order by n.asked_at, n.id`,
    [exemption.id, exemption.deadline, closing?.id ?? null],
  );
  return rows;
}

/** False: somebody asked for it already. */
export async function insertNag(
  tx: Tx,
  nag: Omit<Nag, 'exemptionId' | 'sentAt' | 'failedAt'> & { exemptionId: ExemptionId },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into exemption_nags (id, exemption_id, deadline, step, audience, closing_id, recipient, due_at, asked_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (exemption_id, deadline, step, audience, closing_id, recipient) where failed_at is null do nothing`,
    [
      nag.id,
      nag.exemptionId,
      nag.deadline,
      nag.step,
      nag.audience,
      nag.closingId,
      nag.recipient,
      nag.dueAt,
      nag.askedAt,
    ],
  );
  return rowCount === 1;
}

/** Earlier ones of the same audience that never got out: a later one stands for them. Gives how many. */
export async function dropUnsent(
  tx: Tx,
  nag: Pick<Nag, 'id' | 'exemptionId' | 'audience'>,
  now: Date,
): Promise<number> {
  const { rowCount } = await tx.query(
    `update exemption_nags set failed_at = $4
      where exemption_id = $1 and audience = $2 and id <> $3 and sent_at is null and failed_at is null`,
    [nag.exemptionId, nag.audience, nag.id, now],
  );
  return rowCount ?? 0;
}

/**
 * Slack said ok. One that was given up while its post was in doubt counts too, unless another was asked for in its
 * place. Null: nothing changed.
 */
export async function markNagSent(tx: Tx, id: string, now: Date): Promise<Nag | null> {
  const { rows } = await tx.query<Nag>(
    `update exemption_nags n set sent_at = $2, failed_at = null
      where n.id::text = $1 and n.sent_at is null
        and not exists (select from exemption_nags o
                         where (o.exemption_id, o.deadline, o.step, o.audience, o.recipient)
                               = (n.exemption_id, n.deadline, n.step, n.audience, n.recipient)
                           and o.closing_id is not distinct from n.closing_id
                           and o.id <> n.id and o.failed_at is null)
     returning ${COLUMNS}`,
    [id, now],
  );
  return rows[0] ?? null;
}

/** Slack will not take it. Null: nothing changed. */
export async function markNagFailed(tx: Tx, id: string, now: Date): Promise<Nag | null> {
  const { rows } = await tx.query<Nag>(
    `update exemption_nags n set failed_at = $2
      where n.id::text = $1 and n.sent_at is null and n.failed_at is null returning ${COLUMNS}`,
    [id, now],
  );
  return rows[0] ?? null;
}

/** The newest to each audience that was not given up: the one with the buttons. */
export async function isNewestNag(db: Queryable, nag: Nag): Promise<boolean> {
  const { rows } = await db.query<{ newer: boolean }>(
    `select exists (select from exemption_nags n
                     where n.exemption_id = $1 and n.audience = $2 and n.failed_at is null and n.id <> $3
                       and (n.asked_at, n.id) > (select o.asked_at, o.id from exemption_nags o where o.id = $3)) as newer`,
    [nag.exemptionId, nag.audience, nag.id],
  );
  return rows[0]?.newer !== true;
}

/** The one before, which loses its buttons now; null: this is the first. */
export async function readNagBefore(
  db: Queryable,
  nag: Pick<Nag, 'id' | 'exemptionId' | 'audience'>,
): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `select n.id from exemption_nags n
      where n.exemption_id = $1 and n.audience = $2 and n.id <> $3 and n.sent_at is not null
      order by n.asked_at desc, n.id desc limit 1`,
    [nag.exemptionId, nag.audience, nag.id],
  );
  return rows[0]?.id ?? null;
}

/** When the running deadline was set: as it was opened, or as its newest extension was decided. */
export async function readDeadlineSince(db: Queryable, exemption: Exemption): Promise<Date> {
  if (exemption.extensions === 0) return exemption.openedAt;
  const { rows } = await db.query<{ decided_at: Date }>(
    `select decided_at from exemption_extensions where exemption_id = $1 and number = $2`,
    [exemption.id, exemption.extensions],
  );
  return rows[0]?.decided_at ?? exemption.openedAt;
}
