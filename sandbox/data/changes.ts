import type { Queryable } from '../../src/database/pool.ts';
import type { AgendaItem } from './hand-made-life.ts';
import type { TrueAnswer } from './provider-truth.ts';

/**
 * Edits of finance rows by hand, as data: how a break is planted, and how it is mended later. Amounts are decimals in
 * major units. Each happens at `at` (epoch milliseconds), or when it is applied.
 */
export type Change = { at?: number } & (
  | WalletChange
  | EntryChange
  | { do: 'map_entry'; id: string; available: string; held: string }
  | { do: 'drop_wallet'; owner: Owner }
  | { do: 'state'; id: string; state: string; final: boolean }
  | { do: 'attempt'; id: string; status: string; errorCode: string | null }
  | { do: 'reference'; id: string; providerRef: string }
  | {
      do: 'new_attempt';
      id: string;
      transactionId: string;
      provider: string;
      providerRef: string;
      status: string;
    }
  | {
      do: 'transaction';
      id: string;
      owner: Owner;
      kind: string;
      state: string;
      amount: string;
      provider: string;
    }
  | { do: 'provider_answer'; attemptId: string; answer: TrueAnswer }
  | ({ do: 'agenda' } & Pick<AgendaItem, 'transactionId' | 'attemptId' | 'event'>)
  | { do: 'webhook'; id: string; provider: string; eventId: string; kind: string; transactionId: string }
);

interface Owner {
  tenantId: string;
  accountId: string;
  currency: string;
}

/** Adds to a wallet that is there, or makes it. */
interface WalletChange {
  do: 'wallet';
  owner: Owner;
  available: string;
  held: string;
}

/** Books an entry; deltas are null for an event that the mapping does not know. The wallet stays as it is. */
interface EntryChange {
  do: 'entry';
  id: string;
  transactionId: string | null;
  owner: Owner;
  event: string;
  available: string | null;
  held: string | null;
}

/** Applies changes in order. */
export async function applyChanges(db: Queryable, changes: readonly Change[], now: Date): Promise<void> {
  for (const change of changes) {
    const { text, values } = statementOf(change);
    await db.query(text, [change.at === undefined ? now : new Date(change.at), ...values]);
  }
}

/** One statement; $1 is the moment of the change. */
function statementOf(change: Change): { text: string; values: unknown[] } {
  switch (change.do) {
    case 'wallet':
      return {
        text: `insert into finance.wallets as w (updated_at, tenant_id, account_id, currency, available, held)
               values ($1, $2, $3, $4, $5, $6)
               on conflict (tenant_id, account_id, currency) do update
                  set available = w.available + excluded.available, held = w.held + excluded.held,
                      updated_at = greatest(w.updated_at, excluded.updated_at)`,
        values: [...columnsOf(change.owner), change.available, change.held],
      };
    case 'drop_wallet':
      return {
        text: `delete from finance.wallets
                where $1::timestamptz is not null and tenant_id = $2 and account_id = $3 and currency = $4`,
        values: columnsOf(change.owner),
      };
    case 'entry':
      return {
        text: `insert into finance.ledger_entries
                 (created_at, tenant_id, account_id, currency, id, transaction_id, event, delta_available, delta_held)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        values: [
          ...columnsOf(change.owner),
          change.id,
          change.transactionId,
          change.event,
          change.available,
          change.held,
        ],
      };
    case 'map_entry':
      return {
        text: `update finance.ledger_entries set delta_available = $3, delta_held = $4
                where id = $2 and $1::timestamptz is not null`,
        values: [change.id, change.available, change.held],
      };
    case 'state':
      return {
        text: `update finance.transactions
                  set state = $3, state_since = $1::timestamptz, updated_at = $1,
                      final_at = case when $4 then $1::timestamptz end
                where id = $2`,
        values: [change.id, change.state, change.final],
      };
    case 'attempt':
    case 'reference':
    case 'new_attempt':
      return attemptStatement(change);
    case 'transaction':
    case 'webhook':
      return newRowStatement(change);
    case 'provider_answer':
    case 'agenda':
      return sandboxStatement(change);
  }
}

/** What the app can't see: what a provider answers from then on, and what will happen then. */
function sandboxStatement(change: Change & { do: 'provider_answer' | 'agenda' }) {
  if (change.do === 'provider_answer')
    return {
      text: `insert into sandbox.provider_answers (from_at, attempt_id, answer, by_provider) values ($1, $2, $3, false)`,
      values: [change.attemptId, change.answer],
    };
  return {
    text: `insert into sandbox.agenda (at, transaction_id, attempt_id, event, by_default) values ($1, $2, $3, $4, false)`,
    values: [change.transactionId, change.attemptId, change.event],
  };
}

function attemptStatement(change: Change & { do: 'attempt' | 'reference' | 'new_attempt' }) {
  switch (change.do) {
    case 'attempt':
      return {
        text: `update finance.payout_attempts set status = $3, error_code = $4, updated_at = $1 where id = $2`,
        values: [change.id, change.status, change.errorCode],
      };
    case 'reference':
      return {
        text: 'update finance.payout_attempts set provider_ref = $3, updated_at = $1 where id = $2',
        values: [change.id, change.providerRef],
      };
    case 'new_attempt':
      return {
        text: `insert into finance.payout_attempts
                 (created_at, updated_at, id, transaction_id, provider, provider_ref, status)
               values ($1, $1, $2, $3, $4, $5, $6)`,
        values: [change.id, change.transactionId, change.provider, change.providerRef, change.status],
      };
  }
}

function newRowStatement(change: Change & { do: 'transaction' | 'webhook' }) {
  if (change.do === 'webhook')
    return {
      text: `insert into finance.webhook_events
               (received_at, id, provider, provider_event_id, kind, transaction_id, outcome, duration_ms)
             values ($1, $2, $3, $4, $5, $6, 'accepted', 21)`,
      values: [change.id, change.provider, change.eventId, change.kind, change.transactionId],
    };
  return {
    text: `insert into finance.transactions
             (created_at, requested_at, state_since, final_at, updated_at, tenant_id, account_id, currency,
              id, kind, state, amount, provider, provider_ref)
           values ($1, $1, $1, $1, $1, $2, $3, $4, $5::text, $6, $7, $8, $9, $9::text || '-' || $5::text)`,
    values: [
      ...columnsOf(change.owner),
      change.id,
      change.kind,
      change.state,
      change.amount,
      change.provider,
    ],
  };
}

function columnsOf({ tenantId, accountId, currency }: Owner): string[] {
  return [tenantId, accountId, currency];
}
