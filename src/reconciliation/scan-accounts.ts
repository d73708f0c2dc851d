import { assert } from '../errors.ts';
import { findingKey } from '../findings/key.ts';
import type { Observation } from '../findings/types.ts';
import { accountPages } from './account-keys.ts';
import type { AccountKey, RuleContext } from './context.ts';
import { observeR01, readDrifts, type WalletRow } from './rules/r01-drift.ts';
import { observeHeld } from './rules/r06-held.ts';
import { observeNegative } from './rules/r07-negative.ts';

export interface AccountCounts {
  scanned: number;
  clean: number;
  drifted: number;
  unknown: number;
  skipped: number;
}

export interface AccountScan {
  accounts: AccountCounts;
  /** R01 before its second look. */
  drifts: Observation[];
  /** R06 and R07. */
  observations: Observation[];
  /** Keys of R01 findings that this look can say nothing about: the account is unknown or skipped. */
  untold: string[];
}

/** R01, R06 and R07, page by page over the accounts in scope; a page is three statements. */
export async function scanAccounts(
  context: RuleContext,
  onPage: (scanned: number) => void,
): Promise<AccountScan> {
  const scan: AccountScan = {
    accounts: { scanned: 0, clean: 0, drifted: 0, unknown: 0, skipped: 0 },
    drifts: [],
    observations: [],
    untold: [],
  };
  for await (const keys of accountPages(context)) {
    await scanPage(context, keys, scan);
    onPage(scan.accounts.scanned);
  }
  assertCounts(scan.accounts);
  return scan;
}

async function scanPage(context: RuleContext, keys: readonly AccountKey[], scan: AccountScan): Promise<void> {
  const page = await readDrifts(context, keys);
  scan.accounts.scanned += keys.length;
  scan.accounts.clean += page.clean;
  for (const row of page.notClean) takeRow(row, context, scan);
  scan.observations.push(...(await observeHeld(context, keys)), ...(await observeNegative(context, keys)));
}

function takeRow(row: WalletRow, context: RuleContext, scan: AccountScan): void {
  if (row.verdict === 'clean') return;
  scan.accounts[row.verdict] += 1;
  const observation = observeR01(row, context);
  if (row.verdict === 'drifted') scan.drifts.push(observation);
  else scan.untold.push(findingKey(observation));
}

/** Every account that was looked at is clean, drifted, unknown or skipped; else the views contradict themselves. */
export function assertCounts({ scanned, clean, drifted, unknown, skipped }: AccountCounts): void {
  assert(
    scanned === clean + drifted + unknown + skipped,
    `${scanned} accounts scanned, but ${clean} clean + ${drifted} drifted + ${unknown} unknown + ${skipped} skipped`,
  );
}
