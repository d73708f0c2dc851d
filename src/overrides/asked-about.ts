import type { Queryable } from '../database/pool.ts';
import type { CardId, FindingId, PayoutId } from '../ids.ts';

/** What an override is asked for, and where: all of it is read from rows, whatever a button carries. */
export interface AskedAbout {
  kind: string;
  tenantId: string;
  subjectId: string;
  from: { payoutId: PayoutId | null; findingId: FindingId | null; cardId: CardId | null };
}

const VALUE = /^(payout|finding):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * What "payout:<id>" or "finding:<id>" stands for; null for anything else, and for a finding about no payment. `message`:
 * where it was pressed; in its thread the request will stand. Elsewhere it is the alert of the payout.
 */
export async function findAskedAbout(
  db: Queryable,
  value: string,
  message: { channelId: string; ts: string } | null,
): Promise<AskedAbout | null> {
  const [, about = '', id = ''] = VALUE.exec(value) ?? [];
  if (id === '') return null;
  const payment = about === 'payout' ? await readPayout(db, id) : await readFinding(db, id);
  if (payment === null) return null;
  const { tenantId, transactionId } = payment;
  const episode = await findEpisode(db, { tenantId, transactionId });
  const pressed = message === null ? null : await findPosted(db, message);
  return {
    kind: 'payout',
    tenantId,
    subjectId: transactionId,
    from: {
      payoutId: about === 'payout' ? (id as PayoutId) : (episode?.payoutId ?? null),
      findingId: payment.findingId,
      cardId: pressed ?? episode?.cardId ?? null,
    },
  };
}

/** The same of a payment that somebody typed: it was asked for in no thread. */
export async function askedAboutOf(
  db: Queryable,
  payment: { tenantId: string; transactionId: string },
): Promise<AskedAbout> {
  const episode = await findEpisode(db, payment);
  return {
    kind: 'payout',
    tenantId: payment.tenantId,
    subjectId: payment.transactionId,
    from: { payoutId: episode?.payoutId ?? null, findingId: null, cardId: null },
  };
}

interface Payment {
  tenantId: string;
  transactionId: string;
  findingId: FindingId | null;
}

async function readPayout(db: Queryable, id: string): Promise<Payment | null> {
  const { rows } = await db.query<Payment>(
    `select tenant_id as "tenantId", transaction_id as "transactionId", null as "findingId"
       from payouts where id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

async function readFinding(db: Queryable, id: string): Promise<Payment | null> {
  const { rows } = await db.query<Payment>(
    `select tenant_id as "tenantId", subject_id as "transactionId", id as "findingId"
       from findings where id = $1 and subject_kind = 'transaction'`,
    [id],
  );
  return rows[0] ?? null;
}

/** The open episode of a payment, with its message or that of its group where one stands in a channel. */
async function findEpisode(
  db: Queryable,
  { tenantId, transactionId }: Pick<Payment, 'tenantId' | 'transactionId'>,
): Promise<{ payoutId: PayoutId; cardId: CardId | null } | null> {
  const { rows } = await db.query<{ payoutId: PayoutId; cardId: CardId | null }>(
    `select p.id as "payoutId", c.id as "cardId"
       from payouts p
       left join cards c
         on c.subject_kind = case when p.group_id is null then 'payout' else 'payout_group' end
        and c.kind = c.subject_kind and c.subject_id = coalesce(p.group_id, p.id)::text and c.ts is not null
      where p.tenant_id = $1 and p.transaction_id = $2 and p.state = 'open'
      order by p.opened_at desc limit 1`,
    [tenantId, transactionId],
  );
  return rows[0] ?? null;
}

async function findPosted(
  db: Queryable,
  { channelId, ts }: { channelId: string; ts: string },
): Promise<CardId | null> {
  const { rows } = await db.query<{ id: CardId }>(`select id from cards where channel_id = $1 and ts = $2`, [
    channelId,
    ts,
  ]);
  return rows[0]?.id ?? null;
}
