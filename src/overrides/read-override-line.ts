import type { Queryable } from '../database/pool.ts';
import { payoutKey, type PaymentKey } from '../findings/deps.ts';
import type { OverrideId } from '../ids.ts';
import type { OverrideLine } from './models.ts';
import { OVERRIDE_CARD, type OverrideState } from './types.ts';

/** The newest override of each payment, by `payoutKey`; those that never had one are not in it. */
export async function readOverrideLines(
  db: Queryable,
  payments: readonly PaymentKey[],
): Promise<ReadonlyMap<string, OverrideLine>> {
  if (payments.length === 0) return new Map();
  const { rows } = await db.query<{
    id: OverrideId;
    tenant_id: string;
    subject_id: string;
    state: OverrideState;
    target: string;
    version: number;
    at: Date;
    seats: number;
    needed: number;
    channel_id: string | null;
    ts: string | null;
    thread_ts: string | null;
  }>(
    `select distinct on (o.tenant_id, o.subject_id) o.id, o.tenant_id, o.subject_id, o.state, o.target, o.version,
            coalesce(o.over_at, o.approved_at, o.requested_at) as at, (v.quorum->>'needed')::int as needed,
            (select count(distinct t.seat) from override_votes t
              where t.override_id = o.id and t.version = o.version and t.vote = 'approve' and t.lapsed_at is null)::int
              as seats,
            c.channel_id, c.ts, r.ts as thread_ts
       from unnest($1::text[], $2::text[]) as p (tenant_id, transaction_id)
       join overrides o on o.subject_id = p.transaction_id and o.tenant_id = p.tenant_id
        and o.subject_kind = 'transaction'
       join override_versions v on v.override_id = o.id and v.version = o.version
       left join cards c on c.kind = $3 and c.subject_kind = 'override' and c.subject_id = o.id::text
       left join cards r on r.id = c.thread_card_id
      order by o.tenant_id, o.subject_id, o.requested_at desc, o.id`,
    [
      payments.map(({ tenantId }) => tenantId),
      payments.map(({ transactionId }) => transactionId),
      OVERRIDE_CARD,
    ],
  );
  return new Map(
    rows.map((row) => [
      payoutKey({ tenantId: row.tenant_id, transactionId: row.subject_id }),
      {
        id: row.id,
        state: row.state,
        target: row.target,
        version: row.version,
        at: row.at,
        approvals: row.seats,
        needed: row.needed,
        message:
          row.channel_id === null || row.ts === null
            ? null
            : { channelId: row.channel_id, ts: row.ts, threadTs: row.thread_ts },
      },
    ]),
  );
}
