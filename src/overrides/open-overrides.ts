import type { Queryable } from '../database/pool.ts';
import type { UserId } from '../ids.ts';
import type { OpenOverride } from './models.ts';
import { OVERRIDE, toOverride, type OverrideRow } from './override-row.ts';
import { OVERRIDE_CARD, type Quorum } from './types.ts';

/** What is not over, oldest first, `limit` at most: for `/override list` and Home. */
export async function listOpenOverrides(db: Queryable, limit = 20): Promise<OpenOverride[]> {
  const { rows } = await db.query<
    OverrideRow & {
      expires_at: Date;
      quorum: Quorum;
      voted_by: UserId[];
      seats: number;
      channel_id: string | null;
      ts: string | null;
      thread_ts: string | null;
    }
  >(
    `select ${OVERRIDE}, v.expires_at, v.quorum, c.channel_id, c.ts, r.ts as thread_ts,
            array(select t.user_id from override_votes t
                   where t.override_id = o.id and t.version = o.version and t.vote = 'approve' and t.lapsed_at is null
                   order by t.voted_at, t.user_id) as voted_by,
            (select count(distinct t.seat) from override_votes t
              where t.override_id = o.id and t.version = o.version and t.vote = 'approve' and t.lapsed_at is null)::int
              as seats
       from overrides o
       join override_versions v on v.override_id = o.id and v.version = o.version
       left join cards c on c.kind = $1 and c.subject_kind = 'override' and c.subject_id = o.id::text
       left join cards r on r.id = c.thread_card_id
      where o.state in ('open', 'void', 'approved', 'executing')
      order by o.requested_at, o.id
      limit $2`,
    [OVERRIDE_CARD, limit],
  );
  return rows.map((row) => {
    const override = toOverride(row);
    return {
      id: override.id,
      kind: override.kind,
      tenantId: override.tenantId,
      subjectId: override.subject.id,
      target: override.target,
      basis: override.basis,
      amountMinor: override.amountMinor,
      currency: override.currency,
      state: override.state,
      version: override.version,
      approvals: row.seats,
      needed: row.quorum.needed,
      expiresAt: row.expires_at,
      requestedBy: override.requestedBy,
      votedBy: row.voted_by,
      message:
        row.channel_id === null || row.ts === null
          ? null
          : { channelId: row.channel_id, ts: row.ts, threadTs: row.thread_ts },
      link: null,
    };
  });
}
