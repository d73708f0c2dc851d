import type { AccountKey, RuleContext } from './context.ts';

/** Wallets on one page of an account scan: large enough for set-based plans, small enough for memory. */
export const ACCOUNTS_PAGE = 5_000;

/** Before every account. */
export const BEFORE_ALL: AccountKey = { tenantId: '', accountId: '', currency: '' };

interface Row {
  tenant_id: string;
  account_id: string;
  currency: string;
}

/** The keys as three arrays for `unnest`. */
export function keyColumns(keys: readonly AccountKey[]): string[][] {
  return [keys.map((key) => key.tenantId), keys.map((key) => key.accountId), keys.map((key) => key.currency)];
}

/**
 * Pages of account keys in order: every account when the window has no beginning (full scope, the first run), else
 * those that the window touched and those of open findings. What reads a page does not know which.
 */
export async function* accountPages(context: RuleContext): AsyncGenerator<AccountKey[]> {
  if (context.window.from === null) {
    yield* allAccounts(context);
    return;
  }
  const touched = await touchedAccounts(context, context.window.from);
  for (let start = 0; start < touched.length; start += ACCOUNTS_PAGE)
    yield touched.slice(start, start + ACCOUNTS_PAGE);
}

async function* allAccounts(context: RuleContext): AsyncGenerator<AccountKey[]> {
  let after = BEFORE_ALL;
  for (;;) {
    const page = await accountsAfter(context, after, ACCOUNTS_PAGE);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < ACCOUNTS_PAGE) return;
    after = last;
  }
}

/** Keyset page over everything that has a wallet, a baseline, an entry or a withdrawal; each branch walks its own index. */
export async function accountsAfter(
  { client, views }: RuleContext,
  after: AccountKey,
  size: number,
): Promise<AccountKey[]> {
  const branch = (table: string, where = '') =>
    `(select distinct tenant_id, account_id, currency from ${table}
       where (tenant_id, account_id, currency) > ($1, $2, $3) ${where}
       order by tenant_id, account_id, currency limit $4)`;
  const { rows } = await client.query<Row>(
    `select tenant_id, account_id, currency
       from (${branch('wallets')} union ${branch('ledger_entries')}
             union ${branch('transactions', "and kind = 'withdrawal'")}
             ${views.has('wallet_baselines') ? `union ${branch('wallet_baselines')}` : ''}) k
      order by tenant_id, account_id, currency limit $4`,
    [after.tenantId, after.accountId, after.currency, size],
  );
  return rows.map(asKey);
}

async function touchedAccounts(context: RuleContext, from: Date): Promise<AccountKey[]> {
  const { rows } = await context.client.query<Row>(
    `select tenant_id, account_id, currency from wallets where updated_at >= $1
     union select tenant_id, account_id, currency from ledger_entries where created_at >= $1
     union select tenant_id, account_id, currency from transactions where updated_at >= $1 and kind = 'withdrawal'
     ${context.views.has('wallet_baselines') ? 'union select tenant_id, account_id, currency from wallet_baselines where as_of >= $1' : ''}
     union select * from unnest($2::text[], $3::text[], $4::text[])
     order by tenant_id, account_id, currency`,
    [from, ...keyColumns(context.open.accounts)],
  );
  return rows.map(asKey);
}

function asKey(row: Row): AccountKey {
  return { tenantId: row.tenant_id, accountId: row.account_id, currency: row.currency };
}
