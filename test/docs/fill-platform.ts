import type { Pool } from '../../src/database/pool.ts';

/**
 * 50,000 payments of the page's platform over 100 days until 15 January 2026, 05:00 UTC, on 5,000 accounts: each has
 * deposits and paid withdrawals that agree. Balances are added up in floats, as the platform would.
 */
export async function fillPlatform(pool: Pool): Promise<void> {
  await pool.query(`
    insert into wallet.account select 1000 + n, 'anadolu', 1 from generate_series(0, 4999) n;

    insert into wallet.payment
    select 1000 + n, 'anadolu', 1000 + n / 2 % 5000, case n % 2 when 0 then 'IN' else 'OUT' end, 'DONE',
           case n % 2 when 1 then 'OK' end, case n % 2 when 0 then 100.10 else 30.05 end, 'TRY', 'kuzey', 'f-' || n, null,
           at, at
      from generate_series(0, 49999) n, lateral (select timestamp '2026-01-15 05:00' - n * interval '172.8 s') t (at);

    insert into wallet.payment_log
    select id, 'status', 'NEW', 'DONE', changed_at from wallet.payment where id >= 1000;

    insert into wallet.payout_try
    select id, id, 'kuzey', 't-' || id, 'OK', null, created_at, changed_at
      from wallet.payment where id >= 1000 and type = 'OUT';

    insert into wallet.entry
    select row_number() over () + 1000, p.id, p.tenant, p.account_id, p.currency, e.type, 'POSTED', p.amount * e.factor, p.changed_at
      from wallet.payment p
      join (values ('IN', 'IN', 1), ('OUT', 'HOLD', 2), ('OUT', 'OUT', 1)) e (of, type, factor) on e.of = p.type
     where p.id >= 1000;

    insert into wallet.balance
    select tenant, account_id, currency, sum(case type when 'IN' then amount else -amount end), 0, max(changed_at)
      from wallet.payment where id >= 1000 group by tenant, account_id, currency;

    analyze wallet.payment, wallet.payment_log, wallet.payout_try, wallet.entry, wallet.balance, wallet.account`);
}

/**
 * How often each of the platform's tables was read from end to end so far. The other pools are those that may have done
 * so, one connection each: a connection tells what it counted when it likes, unless asked.
 */
export async function readFullScans(pool: Pool, ...others: Pool[]): Promise<Record<string, number>> {
  for (const each of [pool, ...others]) await each.query('select pg_stat_force_next_flush()');
  const { rows } = await pool.query<{ name: string; scans: number }>(
    `select relname as name, seq_scan::int as scans from pg_stat_user_tables
      where schemaname = 'wallet' and relname in ('payment', 'payment_log', 'payout_try', 'entry', 'balance')`,
  );
  return Object.fromEntries(rows.map(({ name, scans }) => [name, scans]));
}
