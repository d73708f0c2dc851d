import type { Queryable, Tx } from '../database/pool.ts';

/** Slack takes one message a second in a channel. */
const APART_MS = 1000;
/** A post in doubt is looked for twice before it is posted again: what comes after it stays behind it. */
const DOUBT_MS = 5000;
/** A post whose outcome is unknown is not looked for earlier than this. */
const SETTLED_AFTER_MS = 40_000;

interface Turn {
  id: string;
  task: string;
  at: Date;
}

/**
 * Slack answers again: inside the transaction that notes it, everything that waited for that gets its turn, in the
 * order in which it was to stand, a second apart in each channel. Posts, edits and files queue apart, since each has
 * a budget of its own.
 */
export async function releaseCards(tx: Tx, now: Date): Promise<void> {
  const cards = await listHeldCards(tx, now);
  const files = await listHeldFiles(tx, now);
  await moveTasks(tx, [...cards, ...files]);
  await giveTurns(tx, now, cards);
  await tx.query(`update card_files set held_at = null where held_at is not null`);
}

async function listHeldCards(tx: Tx, now: Date): Promise<Turn[]> {
  const { rows } = await tx.query<Turn>(
    `with held as (
       select id, channel, ts is null as posts, not_before, created_at,
         case when posting_at is null then $2::float8
           else greatest($3, extract(epoch from posting_at - $1::timestamptz) * 1000 + $4)
         end as takes_ms
       from cards where held_at is not null
     )
     select id, 'card:' || id as task,
       $1::timestamptz + interval '1 millisecond' *
         (sum(takes_ms) over (partition by channel, posts order by not_before, created_at, id) - takes_ms) as at
     from held`,
    [now, APART_MS, DOUBT_MS, SETTLED_AFTER_MS],
  );
  return rows;
}

async function listHeldFiles(tx: Tx, now: Date): Promise<Turn[]> {
  const { rows } = await tx.query<Turn>(
    `select f.card_id as id, 'card_file:' || f.card_id || ':' || f.name as task,
       $1::timestamptz + interval '1 millisecond' * $2::float8 *
         (row_number() over (partition by c.channel order by f.created_at, f.card_id, f.name) - 1) as at
     from card_files f join cards c on c.id = f.card_id
     where f.held_at is not null`,
    [now, APART_MS],
  );
  return rows;
}

/** One that runs at this moment runs once more at its turn. */
async function moveTasks(tx: Tx, turns: readonly Turn[]): Promise<void> {
  await tx.query(
    `update tasks set due_at = turn.at, asked_again = state = 'running'
     from unnest($1::text[], $2::timestamptz[]) as turn(key, at)
     where tasks.key = turn.key and state in ('pending', 'running')`,
    [turns.map((turn) => turn.task), turns.map((turn) => turn.at)],
  );
}

/** Whatever asks for the card meanwhile, it is not posted before its turn. */
async function giveTurns(tx: Tx, now: Date, turns: readonly Turn[]): Promise<void> {
  await tx.query(
    `update cards set held_at = null, released_at = $3, not_before = greatest(not_before, turn.at)
     from unnest($1::uuid[], $2::timestamptz[]) as turn(id, at)
     where cards.id = turn.id`,
    [turns.map((turn) => turn.id), turns.map((turn) => turn.at), now],
  );
}

/** A turn that has not come to anything for so long holds nobody up any more. */
const TURN_HOLDS_MS = 60_000;

/**
 * Is something of the same channel that got its turn earlier still to be posted? Turns are a second apart, which a busy
 * machine may lose between a permit and the call.
 */
export async function isBehindOthers(db: Queryable, cardId: string, now: Date): Promise<boolean> {
  const { rows } = await db.query<{ behind: boolean }>(
    `select exists (
       select from cards me
         join cards other on other.channel = me.channel and other.released_at is not null and other.ts is null
          and other.state in ('wanted', 'posting') and other.rendered_version < other.wanted_version
          and other.not_before > $2
          and (other.not_before, other.created_at, other.id) < (me.not_before, me.created_at, me.id)
        where me.id = $1 and me.released_at is not null) as behind`,
    [cardId, new Date(now.getTime() - TURN_HOLDS_MS)],
  );
  return rows[0]?.behind === true;
}
