import type { Queryable } from '../../src/database/pool.ts';
import { parseMoney } from '../../src/money.ts';
import type { Entry, Payment, Step } from '../platform/state-machine.ts';
import { addToWallets, writeHappened, type WebhookRow } from './rows.ts';

/** The bucket `available` of a payment's wallet in minor units; the wallet is locked until the transaction ends. */
export async function lockAvailable(db: Queryable, payment: Payment): Promise<bigint> {
  const { rows } = await db.query<{ available: string }>(
    `select available from finance.wallets
      where tenant_id = $1 and account_id = $2 and currency = $3 for update`,
    [payment.tenantId, payment.accountId, payment.currency],
  );
  return parseMoney(rows[0]?.available ?? '0', payment.currency)?.minor ?? 0n;
}

/** Writes one step of one payment: its row, its attempts, its ledger entries, and what these move in the wallet. */
export async function bookStep(
  db: Queryable,
  { payment, entries }: Step & { ok: true },
  webhooks: WebhookRow[] = [],
): Promise<void> {
  const { id, tenantId, accountId, currency } = payment;
  const owner = { tenantId, accountId, currency };
  await writeHappened(db, {
    payments: [payment],
    entries: entries.map((entry) => ({ ...entry, ...owner, transactionId: id })),
    webhooks,
  });
  if (entries.length === 0) return;
  const sum = (of: (entry: Entry) => bigint): bigint =>
    entries.reduce((total, entry) => total + of(entry), 0n);
  await addToWallets(db, [
    {
      ...owner,
      available: sum((entry) => entry.deltaAvailable),
      held: sum((entry) => entry.deltaHeld),
      updatedAt: payment.updatedAt,
    },
  ]);
}
