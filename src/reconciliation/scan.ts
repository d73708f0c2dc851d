import type { Pool } from '../database/pool.ts';
import { withSnapshot } from '../finance/connect.ts';
import type { Log } from '../log.ts';
import type { Policy } from '../policy.ts';
import type { OpenSubjects, Rule, RuleContext } from './context.ts';
import { guarded } from './guarded.ts';
import type { Known } from '../operations/retry-facts.ts';
import type { NotRunReason } from './reasons.ts';
import { makeContext } from './scan-context.ts';
import { ACCOUNT_RULES, CATALOGUE } from './rules/catalogue.ts';
import { scanAccounts, type AccountScan } from './scan-accounts.ts';
import type { Volume } from './types.ts';
import { readVolume, reportingVolume } from './volume.ts';

export interface ScanInput {
  policy: Policy;
  observedAt: Date;
  /** The day whose volume is read, YYYY-MM-DD. */
  volumeDay: string;
  window: { from: Date | null; to: Date | null };
  open: OpenSubjects;
  /** What providers said, and what we did ourselves. */
  known: Known;
  /** A date in the past runs what depends on the window alone. */
  pastDate: boolean;
  log: Log;
  /** Told after each rule and each page of accounts. */
  onProgress?: (progress: { rule: string; accounts: number }) => void;
}

export interface Scan extends AccountScan {
  volume: Volume[];
  /** The day's volume in minor units of the reporting currency. */
  volumeReportingMinor: bigint;
  notRun: Map<string, NotRunReason>;
  /** A rule's query was refused or broken off, or there is more than may be stored. */
  partial: boolean;
}

/** Most observations of one run: beyond it the run is truncated, hence partial. */
export const MAX_OBSERVATIONS = 100_000;

/** Reads everything in one snapshot of the finance database; nothing is written anywhere. Throws finance faults. */
export async function scanFinance(finance: Pool, input: ScanInput): Promise<Scan> {
  return await withSnapshot(finance, async (client) => {
    const context = await makeContext(client, input);
    const volume = await readVolume(client, input.volumeDay, input.policy);
    const volumeReportingMinor = reportingVolume(volume, context.rates);
    const scan: Scan = { ...emptyScan(), volume, volumeReportingMinor };
    await runAccountRules(context, input, scan);
    for (const rule of CATALOGUE) await runRule(rule, context, input, scan);
    if (input.pastDate) scan.notRun.set('R30', 'past_date');
    else if (volumeReportingMinor <= 0n) scan.notRun.set('R30', 'no_volume');
    truncate(scan, MAX_OBSERVATIONS);
    return scan;
  });
}

async function runAccountRules(context: RuleContext, input: ScanInput, scan: Scan): Promise<void> {
  if (input.pastDate) {
    for (const rule of ACCOUNT_RULES) scan.notRun.set(rule, 'past_date');
    return;
  }
  const done = await guarded(context.client, input.log, 'R01', () =>
    scanAccounts(context, (accounts) => input.onProgress?.({ rule: 'R01', accounts })),
  );
  if (done === undefined) {
    for (const rule of ACCOUNT_RULES) scan.notRun.set(rule, 'rule_failed');
    scan.partial = true;
    return;
  }
  Object.assign(scan, done);
  const { skipped } = done.accounts;
  if (skipped === 0) return;
  const hasView = context.views.has('wallet_baselines');
  scan.notRun.set('R01', hasView ? `no_baseline:${skipped}` : 'view_missing:wallet_baselines');
}

async function runRule(rule: Rule, context: RuleContext, input: ScanInput, scan: Scan): Promise<void> {
  const setNotRun = (reason: NotRunReason) => {
    for (const id of rule.ids) scan.notRun.set(id, reason);
  };
  if (input.pastDate && !rule.windowOnly) return setNotRun('past_date');
  const missing = rule.needs.find((view) => !context.views.has(view));
  if (missing !== undefined) return setNotRun(`view_missing:${missing}`);
  const name = rule.ids.join(' ');
  const seen = await guarded(context.client, input.log, name, () => rule.observe(context));
  if (seen === undefined) {
    setNotRun('rule_failed');
    scan.partial = true;
  } else {
    for (const observation of seen) scan.observations.push(observation);
  }
  input.onProgress?.({ rule: name, accounts: scan.accounts.scanned });
}

/** Wallets whose drift is cut off get no second look: nothing more is known of them, and the counts still add up. */
export function truncate(scan: Scan, limit: number): void {
  const total = scan.observations.length + scan.drifts.length;
  if (total <= limit) return;
  scan.partial = true;
  const cut = Math.max(0, scan.drifts.length - limit);
  scan.drifts.length -= cut;
  scan.accounts.drifted -= cut;
  scan.accounts.unknown += cut;
  scan.observations.length = Math.min(scan.observations.length, limit - scan.drifts.length);
  scan.notRun.set('R30', `truncated:${total}`);
}

function emptyScan(): Omit<Scan, 'volume' | 'volumeReportingMinor'> {
  return {
    accounts: { scanned: 0, clean: 0, drifted: 0, unknown: 0, skipped: 0 },
    drifts: [],
    observations: [],
    untold: [],
    notRun: new Map(),
    partial: false,
  };
}
