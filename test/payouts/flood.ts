import type { Ground } from './ground.ts';

/** So many payouts of one cause, under way for 45 minutes, their accounts unknown. */
export async function flood({ clock, finance }: Ground, count: number): Promise<void> {
  await finance.pool.query(
    `insert into finance.transactions (id, tenant_id, account_id, kind, state, amount, currency, provider, created_at,
            requested_at, state_since, updated_at)
     select 't' || n, 'anadolu', 'acc' || n, 'withdrawal', 'processing', 10, 'USD', 'kuzey-pay', t, t, t, t
       from generate_series(1, $1::int) n, (select $2::timestamptz as t) at`,
    [count, new Date(clock.now().getTime() - 45 * 60_000)],
  );
  await finance.pool.query(
    `insert into finance.payout_attempts (id, transaction_id, provider, provider_ref, status, created_at, updated_at)
     select id || '-1', id, provider, 'ref-' || id, 'submitted', created_at, created_at from finance.transactions`,
  );
}

/** All of them are paid out. */
export async function payAll({ clock, finance }: Ground): Promise<void> {
  await finance.pool.query(`update finance.transactions set state = 'paid', final_at = $1`, [clock.now()]);
  await finance.pool.query(`update finance.payout_attempts set status = 'succeeded'`);
}

/** Runs `work` and gives how long it took, in real milliseconds. */
export async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
