import type { Queryable, Tx } from '../database/pool.ts';
import { newId, type PayoutId } from '../ids.ts';
import type { Seen } from './decide-look.ts';
import type { GroupCause } from './group-rules.ts';
import { PAYOUT, toPayout, type PayoutTableRow } from './payout-row.ts';
import type { AttemptLine, OverHow, Payout } from './types.ts';

/** Looks that store at the same time wait for each other: what they decide rests on what the other wrote. */
export async function lockPayouts(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('mutabik.payouts'))`);
}

/** Every open episode, or those of one payment. */
export async function readOpen(
  db: Queryable,
  of: { tenantId: string; transactionId: string } | 'all',
): Promise<Payout[]> {
  const { rows } = await db.query<PayoutTableRow>(
    `select ${PAYOUT} from payouts p
      where p.state = 'open' and ($1::text is null or p.tenant_id = $1 and p.transaction_id = $2)
      order by p.id`,
    of === 'all' ? [null, null] : [of.tenantId, of.transactionId],
  );
  return rows.map(toPayout);
}

/** Payouts that were seen to be over after `since`: whoever read the money before that knows less. */
export async function readOverSince(
  db: Queryable,
  since: Date,
): Promise<{ tenantId: string; transactionId: string }[]> {
  const { rows } = await db.query<{ tenantId: string; transactionId: string }>(
    `select tenant_id as "tenantId", transaction_id as "transactionId" from payouts
      where state = 'over' and looked_at > $1`,
    [since],
  );
  return rows;
}

/** By episode: the attempts there were before the newest retry for it that was done, or may have been. */
export async function readRetried(db: Queryable, open: readonly Payout[]): Promise<Map<string, number>> {
  const { rows } = await db.query<{ id: string; attempts: number }>(
    `select payout_id as id, max(attempts_before) as attempts
       from operations
      where subject_id = any ($1) and payout_id = any ($2::uuid[]) and action = 'retry'
        and attempts_before is not null and state in ('sent', 'unknown', 'succeeded')
      group by payout_id`,
    [open.map(({ transactionId }) => transactionId), open.map(({ id }) => id)],
  );
  return new Map(rows.map(({ id, attempts }) => [id, attempts]));
}

/**
 * Payouts of which an operation is being carried out this moment: it is over in seconds, and then they are looked at. That
 * they are "not safe" for as long would only make news of a press. One that waits or is unknown is told of.
 */
export async function readBusy(db: Queryable): Promise<{ tenantId: string; transactionId: string }[]> {
  const { rows } = await db.query<{ tenantId: string; transactionId: string }>(
    `select tenant_id as "tenantId", subject_id as "transactionId" from operations
      where state in ('accepted', 'sent') and trouble is null`,
  );
  return rows;
}

interface OpenGroup extends GroupCause {
  id: string;
}

export async function readOpenGroups(db: Queryable): Promise<OpenGroup[]> {
  const { rows } = await db.query<OpenGroup>(
    `select id, rule, provider, error_code as "errorCode" from payout_groups where state = 'open' order by id`,
  );
  return rows;
}

export async function insertGroup(tx: Tx, now: Date, cause: GroupCause): Promise<string> {
  const id = newId<string>();
  await tx.query(
    `insert into payout_groups (id, rule, provider, error_code, state, opened_at) values ($1, $2, $3, $4, 'open', $5)`,
    [id, cause.rule, cause.provider, cause.errorCode, now],
  );
  return id;
}

export interface NewEpisode {
  id: PayoutId;
  seen: Seen;
  groupId: string | null;
}

/** What a look writes of an episode; ids, opening and group stay. */
const SEEN = `tenant_id, transaction_id, account_id, provider, currency, amount_minor, amount_reporting_minor, payment_state,
  since, requested_at, rule, class, action, error_code, attempts, burns, offers_retry, reasons, offer_until, cooldown_until`;
const SEEN_TYPES = `tenant_id text, transaction_id text, account_id text, provider text, currency text, amount_minor numeric,
  amount_reporting_minor numeric, payment_state text, since timestamptz, requested_at timestamptz, rule text, class text,
  action text, error_code text, attempts jsonb, burns integer, offers_retry boolean, reasons text[],
  offer_until timestamptz, cooldown_until timestamptz`;

export async function insertEpisodes(
  tx: Tx,
  now: Date,
  observedAt: Date,
  episodes: readonly NewEpisode[],
): Promise<void> {
  if (episodes.length === 0) return;
  await tx.query(
    `insert into payouts (id, state, opened_at, looked_at, group_id, ${SEEN})
     select r.id, 'open', $2, $3, r.group_id, ${SEEN.replaceAll(/(\w+)(,|$)/g, 'r.$1$2')}
       from jsonb_to_recordset($1::jsonb) as r (id uuid, group_id uuid, ${SEEN_TYPES})`,
    [
      JSON.stringify(episodes.map(({ id, seen, groupId }) => ({ id, group_id: groupId, ...asRow(seen) }))),
      now,
      observedAt,
    ],
  );
}

/** Writes what is seen now of episodes that are open and that nobody has looked at later. */
export async function updateEpisodes(
  tx: Tx,
  observedAt: Date,
  episodes: readonly { id: PayoutId; seen: Seen }[],
): Promise<void> {
  if (episodes.length === 0) return;
  const sets = SEEN.split(',').map((name) => `${name.trim()} = r.${name.trim()}`);
  await tx.query(
    `update payouts p set looked_at = $2, ${sets.join(', ')}
       from jsonb_to_recordset($1::jsonb) as r (id uuid, ${SEEN_TYPES})
      where p.id = r.id and p.state = 'open' and p.looked_at <= $2`,
    [JSON.stringify(episodes.map(({ id, seen }) => ({ id, ...asRow(seen) }))), observedAt],
  );
}

/** They were looked at, and are what they were. */
export async function touchEpisodes(tx: Tx, observedAt: Date, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(`update payouts set looked_at = greatest(looked_at, $2) where id = any ($1::uuid[])`, [
    ids,
    observedAt,
  ]);
}

export interface Ended {
  id: PayoutId;
  how: OverHow;
  at: Date | null;
  /** As the platform says; null: the payment is gone. */
  last: { paymentState: string; attempts: AttemptLine[] } | null;
}

export async function endEpisodes(
  tx: Tx,
  now: Date,
  observedAt: Date,
  ended: readonly Ended[],
): Promise<void> {
  if (ended.length === 0) return;
  await tx.query(
    `update payouts p
        set state = 'over', over_at = $2, over_how = r.how, moved_at = r.at, looked_at = $3, offers_retry = false,
            offer_until = null, payment_state = coalesce(r.payment_state, p.payment_state),
            attempts = coalesce(r.attempts, p.attempts)
       from jsonb_to_recordset($1::jsonb) as r (id uuid, how text, at timestamptz, payment_state text, attempts jsonb)
      where p.id = r.id and p.state = 'open'`,
    [
      JSON.stringify(
        ended.map(({ id, how, at, last }) => ({
          id,
          how,
          at,
          payment_state: last?.paymentState ?? null,
          attempts: last?.attempts ?? null,
        })),
      ),
      now,
      observedAt,
    ],
  );
}

/** Groups among these whose last episode is over are over now. */
export async function endGroups(tx: Tx, now: Date, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update payout_groups g set state = 'over', over_at = $2
      where g.id = any ($1::uuid[]) and g.state = 'open'
        and not exists (select from payouts p where p.group_id = g.id and p.state = 'open')`,
    [ids, now],
  );
}

function asRow(seen: Seen): Record<string, unknown> {
  return {
    tenant_id: seen.tenantId,
    transaction_id: seen.transactionId,
    account_id: seen.accountId,
    provider: seen.provider,
    currency: seen.currency,
    amount_minor: seen.amountMinor.toString(),
    amount_reporting_minor: seen.amountReportingMinor?.toString() ?? null,
    payment_state: seen.paymentState,
    since: seen.since,
    requested_at: seen.requestedAt,
    rule: seen.rule,
    class: seen.class,
    action: seen.action,
    error_code: seen.errorCode,
    attempts: seen.attempts,
    burns: seen.burns,
    offers_retry: seen.offersRetry,
    reasons: seen.reasons,
    offer_until: seen.offerUntil,
    cooldown_until: seen.cooldownUntil,
  };
}
