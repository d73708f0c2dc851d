import type { Queryable } from '../database/pool.ts';
import { payoutKey, type PaymentKey, type PayoutLine } from '../findings/deps.ts';
import type { Operation } from '../operations/types.ts';
import { keyOf, NOTHING_DONE, readStandings } from '../operations/standing.ts';
import { NO_OVERRIDES, overrideStanding, type PayoutOverrides } from './payout-overrides.ts';
import { PAYOUT, toPayout, type PayoutTableRow } from './payout-row.ts';
import { PAYOUT_CARD, PAYOUT_GROUP_CARD } from './types.ts';

type Row = PayoutTableRow & { still_offers_retry: boolean; channel_id: string | null; ts: string | null };

/**
 * Where the newest episode of each payment stands, by payoutKey, for findings about them; an offer whose answers have
 * grown too old is none.
 */
export async function readPayoutLines(
  db: Queryable,
  now: Date,
  payments: readonly PaymentKey[],
  overrides?: PayoutOverrides,
): Promise<Map<string, PayoutLine>> {
  if (payments.length === 0) return new Map();
  const rows = await readRows(db, now, payments);
  const standings = await readStandings(
    db,
    rows.map((row) => toPayout(row)),
  );
  const byHand = await overrides?.linesOf(db, payments);
  return new Map(
    rows.map((row) => {
      const payout = toPayout(row);
      const standing = standings.get(keyOf(payout)) ?? NOTHING_DONE;
      const operation = standing.open ?? standing.last;
      const { channel_id: channelId, ts } = row;
      return [
        payoutKey(payout),
        {
          payoutId: payout.id,
          intentNo: standing.nextIntentNo,
          offersRetry: row.still_offers_retry && standing.open === null,
          isOpen: payout.state === 'open',
          operation: operation === null ? null : lineOf(operation),
          message: channelId === null || ts === null ? null : { channelId, ts },
          ...(overrides === undefined
            ? NO_OVERRIDES
            : overrideStanding(overrides, payout, standing, byHand?.get(payoutKey(payout)))),
        },
      ];
    }),
  );
}

async function readRows(db: Queryable, now: Date, payments: readonly PaymentKey[]): Promise<Row[]> {
  const { rows } = await db.query<Row>(
    `select ${PAYOUT}, p.state = 'open' and p.offers_retry and p.offer_until > $3 as still_offers_retry,
            c.channel_id, c.ts
       from (select distinct * from unnest($1::text[], $2::text[]) as k (tenant_id, transaction_id)) k
       cross join lateral (
         select * from payouts q
          where q.transaction_id = k.transaction_id and q.tenant_id = k.tenant_id
          order by q.state = 'open' desc, q.opened_at desc limit 1) p
       left join cards c
         on c.kind = case when p.group_id is null then $4 else $5 end
        and c.subject_kind = case when p.group_id is null then 'payout' else 'payout_group' end
        and c.subject_id = coalesce(p.group_id, p.id)::text`,
    [
      payments.map(({ tenantId }) => tenantId),
      payments.map(({ transactionId }) => transactionId),
      now,
      PAYOUT_CARD,
      PAYOUT_GROUP_CARD,
    ],
  );
  return rows;
}

function lineOf(operation: Operation): PayoutLine['operation'] {
  const { action, state, requestedBy: by, requestedAt, settledAt } = operation;
  return { action, state, by, at: settledAt ?? requestedAt };
}
