import type { FinanceClient } from '../finance/connect.ts';
import type { ContractViewName } from '../finance/contract.ts';
import type { Observation } from '../findings/types.ts';
import type { Known } from '../operations/retry-facts.ts';
import type { Policy } from '../policy.ts';
import type { Rates } from '../finance/rates.ts';

/** What pure classification may know besides the row. */
export interface Facts {
  policy: Policy;
  /** When the snapshot was read: ages are taken at this moment. */
  observedAt: Date;
  rates: Rates;
}

export interface AccountKey {
  tenantId: string;
  accountId: string;
  currency: string;
}

/** Subjects of findings that are not over: a run looks at them again, wherever its window lies. */
export interface OpenSubjects {
  transactions: string[];
  accounts: AccountKey[];
  webhooks: string[];
  ledgerEntries: string[];
}

/** One look of one rule: a client inside the run's snapshot, and the scope. */
export interface RuleContext extends Facts {
  client: FinanceClient;
  views: ReadonlySet<ContractViewName>;
  /** What changed in [from, to) is looked at; null: without bound. */
  window: { from: Date | null; to: Date | null };
  open: OpenSubjects;
  /** What providers said, and what we did ourselves. */
  known: Known;
}

/** A rule of the catalogue: set-based SQL, and a pure classification of each row. */
export interface Rule {
  /** R02; the payout family speaks for several. */
  ids: readonly string[];
  /** Optional views without which it is not run. */
  needs: readonly ContractViewName[];
  /** Does it depend on the window alone? Views hold no past states, so only such rules can look at a past date. */
  windowOnly: boolean;
  observe(context: RuleContext): Promise<Observation[]>;
}
