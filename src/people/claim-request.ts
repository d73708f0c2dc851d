import type { Tx } from '../database/pool.ts';

/**
 * Takes a request of a person once, inside the transaction of what it asks for: a signed body that is sent again, or
 * an envelope that arrives on two sockets, finds its id taken and must change nothing. `requestId` is Slack's trigger id.
 * What a row of its own keeps from happening twice (a close, a vote) needs no claim.
 */
export async function claimRequest(tx: Tx, now: Date, requestId: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into requests (id, claimed_at) values ($1, $2) on conflict (id) do nothing`,
    [requestId.slice(0, 200), now],
  );
  return rowCount === 1;
}
