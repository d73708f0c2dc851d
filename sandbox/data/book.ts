import { assert } from '../../src/errors.ts';
import type { Entry, Payment, Step } from '../platform/state-machine.ts';
import type { EntryRow, WebhookRow } from './rows.ts';
import { webhooksOf } from './webhooks.ts';

/** A wallet as the platform moves it; minor units. */
export interface Wallet {
  tenantId: string;
  accountId: string;
  currency: string;
  available: bigint;
  held: bigint;
  updatedAt: number;
}

export type WalletOwner = Pick<Wallet, 'tenantId' | 'accountId' | 'currency'>;

/** What happened since the last take: to be written. */
export interface Happened {
  payments: Payment[];
  entries: EntryRow[];
  webhooks: WebhookRow[];
}

/**
 * The platform's books in memory: wallets, and what has to be written about payments. With `depositLines` a completed
 * deposit is booked as so many entries, as platforms do that sell baskets: a ledger can be made large that way.
 */
export function makeBook(seed: string, depositLines = 1) {
  const wallets = new Map<string, Wallet>();
  const touched = new Set<Wallet>();
  const changed = new Map<string, Payment>();
  let happened: Happened = { payments: [], entries: [], webhooks: [] };

  return {
    addWallet(wallet: Wallet): Wallet {
      wallets.set(walletKey(wallet), wallet);
      return wallet;
    },
    findWallet: (owner: WalletOwner): Wallet | undefined => wallets.get(walletKey(owner)),
    walletOf(owner: WalletOwner): Wallet {
      const found = wallets.get(walletKey(owner));
      assert(found !== undefined, `no wallet for ${walletKey(owner)}`);
      return found;
    },
    touched: (): ReadonlySet<Wallet> => touched,
    /** Books one step of a payment: its entries move the wallet. */
    accept({ payment, entries }: Step & { ok: true }, wallet: Wallet): void {
      changed.set(payment.id, payment);
      const { tenantId, accountId, currency } = payment;
      for (const entry of entries) {
        wallet.available += entry.deltaAvailable;
        wallet.held += entry.deltaHeld;
        wallet.updatedAt = entry.at;
        for (const line of linesOf(entry, depositLines))
          happened.entries.push({ ...line, transactionId: payment.id, tenantId, accountId, currency });
      }
      if (entries.length > 0) touched.add(wallet);
      happened.webhooks.push(...webhooksOf(seed, payment));
    },
    /** Nothing more will happen to this payment: it may be written. */
    close(paymentId: string): void {
      const last = changed.get(paymentId);
      if (last !== undefined) happened.payments.push(last);
      changed.delete(paymentId);
    },
    /** How many entries wait to be written. */
    waiting: (): number => happened.entries.length,
    /** What to write now: closed payments alone, or also those still on their way. */
    take(which: 'closed' | 'all'): Happened {
      if (which === 'all') {
        happened.payments.push(...changed.values());
        changed.clear();
      }
      const taken = happened;
      happened = { payments: [], entries: [], webhooks: [] };
      return taken;
    },
  };
}

export type Book = ReturnType<typeof makeBook>;

/** Wallets of one account and currency have one key. */
export function walletKey({ tenantId, accountId, currency }: WalletOwner): string {
  return `${tenantId}/${accountId}/${currency}`;
}

function linesOf(entry: Entry, count: number): Entry[] {
  const share = entry.deltaAvailable / BigInt(count);
  if (count === 1 || share === 0n || entry.event !== 'deposit_completed') return [entry];
  const rest = entry.deltaAvailable - share * BigInt(count - 1);
  return Array.from({ length: count }, (_, index) => ({
    ...entry,
    id: `${entry.id}_${index + 1}`,
    deltaAvailable: index === 0 ? rest : share,
  }));
}
