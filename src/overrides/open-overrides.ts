import type { Queryable } from '../database/pool.ts';
import type { UserId } from '../ids.ts';
import { actorOf, type Person } from '../people/types.ts';
import type { OpenOverride } from './models.ts';
import { OVERRIDE, toOverride, type OverrideRow } from './override-row.ts';
import { OVERRIDE_CARD, type Override, type Quorum } from './types.ts';

interface OpenRow extends OverrideRow {
  expires_at: Date;
  quorum: Quorum;
  name: string | null;
  voted_by: UserId[];
  seats: number;
  channel_id: string | null;
  ts: string | null;
  thread_ts: string | null;
  count: number;
}

/** Of what is about a row of ours, from the facts of its newest version. */
const NAME = `case v.facts ->> 'kind' when 'exemption' then 'EX-' when 'slo_window' then 'LO-' end || (v.facts ->> 'number')`;

/** What is not over, oldest first: `limit` lines at most, and how many there are. For `/override list`. */
export async function listOpenOverrides(
  db: Queryable,
  limit = 20,
): Promise<{ lines: OpenOverride[]; count: number }> {
  const rows = await select(db, `o.state in ('open', 'void', 'approved', 'executing')`, [], limit);
  return { lines: rows.map((row) => toOpen(row, toOverride(row))), count: rows[0]?.count ?? 0 };
}

/**
 * All that a person might still approve, oldest first: open, not expired, asked for by somebody else, without their
 * vote. By their ids alone, so whether they may is still to be judged.
 */
export async function listUndecided(
  db: Queryable,
  now: Date,
  person: Pick<Person, 'userId' | 'key'>,
): Promise<{ override: Override; line: OpenOverride }[]> {
  const rows = await select(
    db,
    `o.state = 'open' and v.expires_at > $3 and o.requested_by <> $4 and o.requester_key <> $5
        and not exists (select from override_votes t
                         where t.override_id = o.id and t.version = o.version and (t.user_id = $6 or t.person_key = $5))`,
    [now, actorOf(person), person.key, person.userId],
    null,
  );
  return rows.map((row) => {
    const override = toOverride(row);
    return { override, line: toOpen(row, override) };
  });
}

/** `values` are the condition's, from $3 on; null: no limit. */
async function select(
  db: Queryable,
  which: string,
  values: readonly unknown[],
  limit: number | null,
): Promise<OpenRow[]> {
  const { rows } = await db.query<OpenRow>(
    `select ${OVERRIDE}, v.expires_at, v.quorum, ${NAME} as name, c.channel_id, c.ts, r.ts as thread_ts,
            array(select t.user_id from override_votes t
                   where t.override_id = o.id and t.version = o.version and t.vote = 'approve' and t.lapsed_at is null
                   order by t.voted_at, t.user_id) as voted_by,
            (select count(distinct t.seat) from override_votes t
              where t.override_id = o.id and t.version = o.version and t.vote = 'approve' and t.lapsed_at is null)::int
              as seats,
            count(*) over ()::int as count
       from overrides o
       join override_versions v on v.override_id = o.id and v.version = o.version
       left join cards c on c.kind = $1 and c.subject_kind = 'override' and c.subject_id = o.id::text
       left join cards r on r.id = c.thread_card_id
      where ${which}
      order by o.requested_at, o.id
      limit $2`,
    [OVERRIDE_CARD, limit, ...values],
  );
  return rows;
}

function toOpen(row: OpenRow, override: Override): OpenOverride {
  return {
    id: override.id,
    kind: override.kind,
    tenantId: override.tenantId,
    subjectId: override.subject.id,
    ...(row.name === null ? {} : { name: row.name }),
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
}
