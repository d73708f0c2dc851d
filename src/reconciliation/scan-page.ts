import type { Pool } from '../database/pool.ts';
import { withSnapshot } from '../finance/connect.ts';
import type { Observation } from '../findings/types.ts';
import type { Log } from '../log.ts';
import { NOTHING_KNOWN } from '../operations/retry-facts.ts';
import type { Policy } from '../policy.ts';
import { accountsAfter, BEFORE_ALL } from './account-keys.ts';
import type { AccountKey, RuleContext } from './context.ts';
import { guarded } from './guarded.ts';
import { NOTHING_OPEN } from './open-subjects.ts';
import { readDrifts } from './rules/r01-drift.ts';
import { observeHeld } from './rules/r06-held.ts';
import { observeNegative } from './rules/r07-negative.ts';
import { assertCounts, type AccountCounts } from './scan-accounts.ts';
import { makeContext } from './scan-context.ts';

/** An account on which something was seen; `drifted`: by R01. */
export interface Suspect extends AccountKey {
  drifted: boolean;
}

export interface ScannedPage {
  counts: AccountCounts;
  suspects: Suspect[];
  /** Rules that the database refused or broke off. */
  failed: string[];
  hasBaselines: boolean;
  /** Null: there is no account after `after`. */
  last: AccountKey | null;
  /** No account follows. */
  isLast: boolean;
  /** Wallets there are; asked for on the first page only. */
  expected: number | null;
}

/**
 * One page of a full scan, in a snapshot of its own: R01, R06 and R07 of the accounts after a key, wallet and ledger of
 * an account in one statement. Bounded by the page, whatever the number of wallets.
 */
export async function scanPage(
  finance: Pool,
  of: { policy: Policy; now: Date; after: AccountKey; size: number; log: Log },
): Promise<ScannedPage> {
  const { policy, now, after, size, log } = of;
  return await withSnapshot(finance, async (client) => {
    const context = await makeContext(client, {
      policy,
      observedAt: now,
      window: { from: null, to: null },
      open: NOTHING_OPEN,
      known: NOTHING_KNOWN,
    });
    const keys = await accountsAfter(context, after, size);
    const isFirst = isSame(after, BEFORE_ALL);
    return {
      ...(await readPage(context, keys, log)),
      hasBaselines: context.views.has('wallet_baselines'),
      last: keys.at(-1) ?? null,
      isLast: keys.length < size,
      expected: isFirst ? await countWallets(context) : null,
    };
  });
}

async function readPage(
  context: RuleContext,
  keys: readonly AccountKey[],
  log: Log,
): Promise<Pick<ScannedPage, 'counts' | 'suspects' | 'failed'>> {
  const { client } = context;
  const drifts = await guarded(client, log, 'R01', () => readDrifts(context, keys));
  const held = await guarded(client, log, 'R06', () => observeHeld(context, keys));
  const negative = await guarded(client, log, 'R07', () => observeNegative(context, keys));
  const counts: AccountCounts = { scanned: keys.length, clean: 0, drifted: 0, unknown: 0, skipped: 0 };
  const suspects = new Map<string, Suspect>();
  // What could not be compared is not known to be clean.
  if (drifts === undefined) counts.unknown = keys.length;
  else {
    counts.clean = drifts.clean;
    for (const row of drifts.notClean) {
      if (row.verdict !== 'clean') counts[row.verdict] += 1;
      if (row.verdict !== 'drifted') continue;
      const key = { tenantId: row.tenant_id, accountId: row.account_id, currency: row.currency };
      suspects.set(accountText(key), { ...key, drifted: true });
    }
  }
  for (const seen of [...(held ?? []), ...(negative ?? [])]) {
    const key = accountOf(seen);
    const text = accountText(key);
    if (!suspects.has(text)) suspects.set(text, { ...key, drifted: false });
  }
  assertCounts(counts);
  const failed = Object.entries({ R01: drifts, R06: held, R07: negative })
    .filter(([, result]) => result === undefined)
    .map(([rule]) => rule);
  return { counts, suspects: [...suspects.values()], failed };
}

/** The account that R01, R06 and R07 speak of. */
export function accountOf({ tenantId, accountId, currency }: Observation): AccountKey {
  return { tenantId, accountId: accountId ?? '', currency: currency ?? '' };
}

export function accountText({ tenantId, accountId, currency }: AccountKey): string {
  return JSON.stringify([tenantId, accountId, currency]);
}

function isSame(a: AccountKey, b: AccountKey): boolean {
  return accountText(a) === accountText(b);
}

async function countWallets({ client }: RuleContext): Promise<number> {
  const { rows } = await client.query<{ count: string }>('select count(*) as count from wallets');
  return Number(rows[0]?.count ?? 0);
}
