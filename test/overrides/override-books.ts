import type { ProviderAnswer } from '../../src/platform/types.ts';
import { askAttempts } from '../../src/platform/ask-attempts.ts';
import { insertEpisode } from '../operations/episode.ts';
import { TENANT, type Ground } from './override-ground.ts';
import type { Rows } from './override-judge.ts';

/** Amount and currency; those of the tiers' edges among them. XAF has no rate. */
export const AMOUNTS = [
  ['100.00', 'USD'],
  ['400.00', 'USD'],
  ['600.00', 'USD'],
  ['999.99', 'USD'],
  ['1000.00', 'USD'],
  ['5000.00', 'USD'],
  ['9999.99', 'USD'],
  ['10000.00', 'USD'],
  ['39999.60', 'TRY'],
  ['40000.00', 'TRY'],
  ['99999', 'JPY'],
  ['100000', 'JPY'],
  ['70', 'XAF'],
] as const;

export interface PayoutGiven {
  amount: number;
  attempts: 1 | 3;
  state: 'payout_failed' | 'processing';
}

/** Two payouts: of one account, of one payee, or of nothing that they share. */
export type Shared = 'account' | 'payee' | 'nothing';

export interface Payout {
  transactionId: string;
  accountId: string;
  payoutId: string;
}

export type Edit =
  | { what: 'state'; to: 'payout_failed' | 'processing' | 'payout_pending' | 'paid' }
  | { what: 'amount'; to: number }
  | { what: 'payee' }
  | { what: 'reference' }
  | { what: 'status'; to: 'failed' | 'submitted' | 'succeeded' }
  | { what: 'attempt' };

/** One failed payout whose provider said of every attempt that it failed, with its alert. */
export async function openPayout(
  ground: Ground,
  index: number,
  shared: Shared,
  given: PayoutGiven,
): Promise<Payout> {
  const { finance, ours, clock, serial, platform } = ground;
  const transactionId = `tx_${serial}_${index}`;
  const accountId = `acc_${serial}_${shared === 'account' ? 0 : index}`;
  const [amount, currency] = AMOUNTS[given.amount] ?? AMOUNTS[0];
  const attempts = Array.from({ length: given.attempts }, (_, number) => `pa_${transactionId}_${number + 1}`);
  const ago = (minutes: number) => new Date(clock.now().getTime() - minutes * 60_000);
  await finance.pool.query(
    `with account as (insert into finance.accounts (tenant_id, account_id, status) values ($2, $3, 'active') on conflict do nothing),
       attempt as (insert into finance.payout_attempts (id, transaction_id, provider, provider_ref, status, error_code, created_at, updated_at)
         select id, $1, 'kuzey-pay', id, 'failed', 'provider_declined', $8::timestamptz + n * interval '1 minute', $8
           from unnest($9::text[]) with ordinality a(id, n))
     insert into finance.transactions (id, tenant_id, account_id, payee_ref, kind, state, amount, currency, provider, created_at,
            requested_at, state_since, updated_at)
     values ($1, $2, $3, $4, 'withdrawal', $5, $6, $7, 'kuzey-pay', $8, $8, $8, $8)`,
    [
      transactionId,
      TENANT,
      accountId,
      `payee_${serial}_${shared === 'payee' ? 0 : index}`,
      given.state,
      amount,
      currency,
      ago(30),
      attempts,
    ],
  );
  for (const id of attempts) platform.answers.set(id, 'failed');
  const payoutId = await insertEpisode(ours.pool, {
    transactionId,
    now: clock.now(),
    offerUntil: new Date('2030-01-01'),
  });
  return { transactionId, accountId, payoutId };
}

export async function readRows({ finance }: Ground, transactionId: string): Promise<Rows> {
  const { rows } = await finance.pool.query<Rows>(
    `select t.state, t.amount::text, t.currency, t.payee_ref as payee,
            (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'status', a.status, 'reference', a.provider_ref) order by a.id), '[]')
               from finance.payout_attempts a where a.transaction_id = t.id) as attempts
       from finance.transactions t where t.id = $1`,
    [transactionId],
  );
  return rows[0]!;
}

/** Somebody changes the books. What is over stays so, and nobody interferes with what is on its way. */
export async function editRows(ground: Ground, transactionId: string, edit: Edit): Promise<void> {
  const { finance, clock, platform } = ground;
  const before = await readRows(ground, transactionId);
  if (platform.isExpectingMore() || ['paid', 'rejected'].includes(before.state)) return;
  const set = async (column: string, value: unknown) =>
    await finance.pool.query(`update finance.transactions set ${column} = $2 where id = $1`, [
      transactionId,
      value,
    ]);
  const newest = before.attempts.at(-1)?.id;
  switch (edit.what) {
    case 'state':
      return void (await set('state', edit.to));
    case 'amount':
      await set('currency', AMOUNTS[edit.to]?.[1]);
      return void (await set('amount', AMOUNTS[edit.to]?.[0]));
    case 'payee':
      return void (await set('payee_ref', `${before.payee}x`));
    case 'reference':
    case 'status': {
      const [column, value] =
        edit.what === 'status' ? ['status', edit.to] : ['provider_ref', `r${clock.now().getTime()}`];
      await finance.pool.query(`update finance.payout_attempts set ${column} = $2 where id = $1`, [
        newest,
        value,
      ]);
      return;
    }
    case 'attempt':
      await finance.pool.query(
        `insert into finance.payout_attempts (id, transaction_id, provider, provider_ref, status, created_at, updated_at)
         values ($1, $2, 'kuzey-pay', $1, 'failed', $3, $3) on conflict do nothing`,
        [`pa_${transactionId}_${before.attempts.length + 1}`, transactionId, clock.now()],
      );
  }
}

/** What the job's look does: every provider is asked, and what it says is kept. */
export async function look(ground: Ground, transactionId: string): Promise<void> {
  const { ours, clock, platform } = ground;
  const { attempts } = await readRows(ground, transactionId);
  await askAttempts(
    { pool: ours.pool, platform, clock },
    attempts.map(({ id, reference }) => ({
      attemptId: id,
      transactionId,
      tenantId: TENANT,
      provider: 'kuzey-pay',
      reference: reference ?? id,
    })),
  );
}

/** From now on every provider says so of the newest attempt, or of all of them. */
export async function answer(
  ground: Ground,
  transactionId: string,
  says: ProviderAnswer,
  ofAll: boolean,
): Promise<void> {
  const { attempts } = await readRows(ground, transactionId);
  for (const { id } of ofAll ? attempts : attempts.slice(-1)) ground.platform.answers.set(id, says);
}
