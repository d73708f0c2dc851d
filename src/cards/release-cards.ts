import type { Tx } from '../database/pool.ts';

/** chat.postMessage takes one message a second in a channel; a little more keeps who is late from being overtaken. */
const BETWEEN_MS = 1_100;
/** Room for the message that says that Slack was away. */
const FIRST_MS = 2_000;
/** A post of which nobody knows whether it arrived is looked for twice before it is sent again. */
const LOOK_MS = 10_000;

/**
 * After Slack was out of reach: lets every card that has waited for it be shown, in the order in which they fell due,
 * one a second in each channel, so that nothing floods in. What follows a post in doubt waits until that is settled.
 */
export async function releaseCards(tx: Tx, now: Date): Promise<void> {
  await tx.query(
    `with waiting as (
       select t.id,
              $4::bigint + (row_number() over in_channel - 1) * $2::bigint
                + case when bool_or(c.state = 'posting') over before then $3::bigint else 0 end as wait_ms
         from tasks t join cards c on t.key = 'card:' || c.id::text
        where t.kind = 'card' and t.state = 'pending' and t.due_at > $1 and c.not_before <= $1
       window in_channel as (partition by c.channel order by c.not_before, c.created_at, c.id),
              before as (partition by c.channel order by c.not_before, c.created_at, c.id
                         rows between unbounded preceding and 1 preceding))
     update tasks t set due_at = $1::timestamptz + w.wait_ms * interval '1 millisecond'
       from waiting w where t.id = w.id`,
    [now, BETWEEN_MS, LOOK_MS, FIRST_MS],
  );
  await tx.query(
    `update tasks set due_at = $1 where kind = 'card_file' and state = 'pending' and due_at > $1`,
    [new Date(now.getTime() + LOOK_MS)],
  );
}
