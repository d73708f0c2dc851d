import type { PaymentRow } from './payment-row.ts';

/** One try to pay a withdrawal out, as the platform tells it. */
export interface AttemptRow {
  id: string;
  status: string;
  provider: string;
  /** Null or '': the provider never gave one, so that it can't be asked. */
  provider_ref: string | null;
  error_code: string | null;
  /** ISO 8601. */
  created_at: string;
}

/** A withdrawal that may be stuck or failed, with all its attempts, oldest first. */
export interface PayoutRow extends PaymentRow {
  state_since: Date;
  requested_at: Date;
  /** Null while it is open. */
  final_at: Date | null;
  attempts: AttemptRow[];
  burns: number;
  /** Has the ledger an entry for it whose event the mapping does not know? It may be a burn. */
  ledger_unknown: boolean;
  account_status: string | null;
  provider_status: string | null;
}

/** Attempts that may still pay. */
export const OPEN_ATTEMPTS: ReadonlySet<string> = new Set(['pending', 'submitted', 'unknown']);
export const STUCK_STATES: ReadonlySet<string> = new Set([
  'payout_pending',
  'payout_submitted',
  'processing',
]);

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
