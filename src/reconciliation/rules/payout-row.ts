import type { PaymentRow } from './rows.ts';

/** A withdrawal that may be stuck or failed, with all its attempts, oldest first. */
export interface PayoutRow extends PaymentRow {
  state_since: Date;
  requested_at: Date;
  attempts: { id: string; status: string; provider: string; error_code: string | null; created_at: string }[];
  burns: number;
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
