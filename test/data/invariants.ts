import type { Queryable } from '../../src/database/pool.ts';

/** What never happens on a healthy platform; each query lists where it did. */
const INVARIANTS: Record<string, string> = {
  'wallet differs from baseline plus ledger': `
    select w.account_id
      from finance.wallets w
      left join finance.wallet_baselines b using (tenant_id, account_id, currency)
      left join lateral (select sum(delta_available) as available, sum(delta_held) as held
                           from finance.ledger_entries e
                          where e.tenant_id = w.tenant_id and e.account_id = w.account_id
                            and e.currency = w.currency and (b.as_of is null or e.created_at > b.as_of)) l on true
     where w.available <> coalesce(b.available, 0) + coalesce(l.available, 0)
        or w.held <> coalesce(b.held, 0) + coalesce(l.held, 0)`,
  'held differs from open withdrawals': `
    select w.account_id
      from finance.wallets w
      left join lateral (select sum(amount) as held from finance.transactions t
                          where t.tenant_id = w.tenant_id and t.account_id = w.account_id
                            and t.currency = w.currency and t.kind = 'withdrawal' and t.final_at is null) o on true
     where w.held <> coalesce(o.held, 0)`,
  'wallet below zero': 'select account_id from finance.wallets where available < 0 or held < 0',
  'ledger entry without a wallet': `
    select account_id from finance.ledger_entries e
     where not exists (select from finance.wallets w where w.tenant_id = e.tenant_id
                          and w.account_id = e.account_id and w.currency = e.currency)`,
  'paid, but not burned once': `
    select t.id
      from finance.transactions t
      left join finance.ledger_entries e
        on e.transaction_id = t.id and e.delta_held < 0 and e.delta_available = 0
     where t.kind = 'withdrawal'
     group by t.id, t.state
    having count(e.id) <> (t.state = 'paid')::int`,
  'failed payout waits': `select id from finance.transactions where state = 'payout_failed'`,
  stuck: `
    select id from finance.transactions
     where state in ('payout_pending', 'payout_submitted', 'processing', 'pending_provider', 'created')
       and state_since < $1::timestamptz - interval '25 minutes'`,
  'attempt open too long': `
    select id from finance.payout_attempts
     where status not in ('succeeded', 'failed') and created_at < $1::timestamptz - interval '25 minutes'`,
  'attempt succeeded, payment not paid': `
    select a.id from finance.payout_attempts a join finance.transactions t on t.id = a.transaction_id
     where a.status = 'succeeded' and t.state <> 'paid'`,
  'provider reference twice': `
    select provider_ref from finance.payout_attempts group by provider, provider_ref having count(*) > 1`,
  'webhook of nobody': `
    select id from finance.webhook_events w
     where not exists (select from finance.transactions t where t.id = w.transaction_id)`,
  'from the future': 'select id from finance.transactions where updated_at > $1::timestamptz',
  'final_at and state disagree': `
    select id from finance.transactions
     where (final_at is not null) <> (state in ('completed', 'failed', 'reversed', 'paid', 'rejected', 'canceled'))`,
};

/** "invariant: id" for whatever breaks an invariant at this moment; at most three of each. */
export async function disagreements(db: Queryable, now: Date): Promise<string[]> {
  const found: string[] = [];
  for (const [name, sql] of Object.entries(INVARIANTS)) {
    const { rows } = await db.query<Record<string, string>>(
      `select * from (${sql}) as broken limit 3`,
      sql.includes('$1') ? [now] : [],
    );
    found.push(...rows.map((row) => `${name}: ${Object.values(row)[0]}`));
  }
  return found;
}

/** One checksum a table, over all rows in order. */
export async function checksumOf(db: Queryable): Promise<Record<string, string>> {
  const tables = [
    'transactions',
    'payout_attempts',
    'ledger_entries',
    'wallets',
    'wallet_baselines',
    'accounts',
    'fx_rates',
    'webhook_events',
    'sli_minutes',
  ];
  const sums: Record<string, string> = {};
  for (const table of tables) {
    const { rows } = await db.query<{ sum: string }>(
      `select md5(string_agg(r::text, e'\\n' order by r::text)) as sum from finance.${table} r`,
    );
    sums[table] = rows[0]?.sum ?? '';
  }
  return sums;
}
