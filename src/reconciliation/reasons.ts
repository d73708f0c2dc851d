/**
 * Why a rule was not run, wholly or for a part: what was not run is reported as such, never as clean.
 * Text key `reconciliation.not_run.<reason>`; `view` and `count` are its arguments.
 */
export const NOT_RUN_REASONS = {
  /** view_missing:webhook_events - an optional view is absent. */
  view_missing: 'view',
  /** no_baseline:12 - so many wallets have no baseline, and the policy does not call the ledger complete. */
  no_baseline: 'count',
  /** past_date - views hold no past states: a date in the past runs only what depends on the window alone. */
  past_date: null,
  /** no_volume - nothing with a known rate was created on the day, so a share of it means nothing. */
  no_volume: null,
  /** rule_failed - the finance database refused or broke off the rule's query; the run is partial. */
  rule_failed: null,
  /** truncated:100000 - more breaks than one run may store; the run is partial. */
  truncated: 'count',
  /** not_checked - the audit chain could not be verified in this run. */
  not_checked: null,
} as const satisfies Record<string, 'view' | 'count' | null>;

export type NotRunReason =
  | `view_missing:${string}`
  | `no_baseline:${number}`
  | 'past_date'
  | 'no_volume'
  | 'rule_failed'
  | `truncated:${number}`
  | 'not_checked';

/** A rule that could not be run, or truncated findings, make a run partial; a view that is absent by choice does not. */
export function isPartial(notRun: Record<string, string>): boolean {
  // A reason may carry an argument: "truncated:100000".
  return Object.values(notRun).some((reason) => /^(rule_failed|truncated)(:|$)/.test(reason));
}
