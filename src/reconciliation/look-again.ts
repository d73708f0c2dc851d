import type { Pool, Queryable } from '../database/pool.ts';
import { withSnapshot } from '../finance/connect.ts';
import { findingKey } from '../findings/key.ts';
import type { Observation } from '../findings/types.ts';
import type { RunId } from '../ids.ts';
import type { Log } from '../log.ts';
import { NOTHING_KNOWN } from '../operations/retry-facts.ts';
import type { Policy } from '../policy.ts';
import type { AccountKey, RuleContext } from './context.ts';
import { suspectPages } from './full-scans.ts';
import { guarded } from './guarded.ts';
import { NOTHING_OPEN } from './open-subjects.ts';
import { observeR01, readDrifts } from './rules/r01-drift.ts';
import { observeHeld } from './rules/r06-held.ts';
import { observeNegative } from './rules/r07-negative.ts';
import { makeContext } from './scan-context.ts';
import { accountOf, accountText, type Suspect } from './scan-page.ts';

/** What the last look of a full scan says. */
export interface FullLook {
  /** Seen twice. */
  observations: Observation[];
  /** Keys of findings that it can say nothing about: unknown, skipped, or seen for the first time just now. */
  untold: string[];
  /** What became of the wallets that R01 saw drift. */
  drifted: number;
  clean: number;
  unknown: number;
  skipped: number;
  /** Rules that the database refused or broke off. */
  failed: string[];
}

/** Accounts of findings that are open, or closed by hand and not confirmed, a thousand at a time. */
const WATCHED_PAGE = 1_000;

/**
 * Reads the suspects of a full scan again, in one snapshot of finance: what was seen on its page and is seen still is a
 * finding. Accounts of open findings are read too, since a scan that can't tell of one must not resolve it.
 */
export async function lookAgainAtAll(
  pools: { pool: Pool; finance: Pool },
  of: { policy: Policy; now: Date; runId: RunId; pages: number; log: Log },
): Promise<FullLook> {
  const look: FullLook = {
    observations: [],
    untold: [],
    drifted: 0,
    clean: 0,
    unknown: 0,
    skipped: 0,
    failed: [],
  };
  await withSnapshot(pools.finance, async (client) => {
    const context = await makeContext(client, {
      policy: of.policy,
      observedAt: of.now,
      window: { from: null, to: null },
      open: NOTHING_OPEN,
      known: NOTHING_KNOWN,
    });
    const suspects = new Set<string>();
    for await (const page of suspectPages(pools.pool, of.runId, of.pages)) {
      for (const suspect of page) suspects.add(accountText(suspect));
      await lookAtSuspects(context, page, look, of.log);
    }
    for await (const page of watchedAccounts(pools.pool)) {
      const others = page.filter((account) => !suspects.has(accountText(account)));
      if (others.length > 0) await lookAtWatched(context, others, look, of.log);
    }
  });
  return look;
}

async function lookAtSuspects(
  context: RuleContext,
  page: readonly Suspect[],
  look: FullLook,
  log: Log,
): Promise<void> {
  const drifted = page.filter((suspect) => suspect.drifted);
  // What the first look saw clean has to be seen drifting twice, too.
  const isFirst = new Set(page.filter((suspect) => !suspect.drifted).map(accountText));
  const seen = await readThree(context, page, look, log);
  look.observations.push(...seen.broken);
  if (seen.drifts === null) {
    look.unknown += drifted.length;
    return;
  }
  let others = 0;
  for (const { observation, verdict } of seen.drifts) {
    const wasClean = isFirst.has(accountText(accountOf(observation)));
    if (verdict !== 'drifted' || wasClean) look.untold.push(findingKey(observation));
    else look.observations.push(observation);
    if (wasClean) continue;
    look[verdict] += 1;
    others += 1;
  }
  look.clean += drifted.length - others;
}

async function lookAtWatched(
  context: RuleContext,
  accounts: readonly AccountKey[],
  look: FullLook,
  log: Log,
): Promise<void> {
  const seen = await readThree(context, accounts, look, log);
  look.untold.push(...seen.broken.map(findingKey));
  look.untold.push(...(seen.drifts ?? []).map(({ observation }) => findingKey(observation)));
}

interface Three {
  /** R01 of every account that is not clean; null: it could not be read. */
  drifts: { observation: Observation; verdict: 'drifted' | 'unknown' | 'skipped' }[] | null;
  /** R06 and R07. */
  broken: Observation[];
}

async function readThree(
  context: RuleContext,
  keys: readonly AccountKey[],
  look: FullLook,
  log: Log,
): Promise<Three> {
  const { client } = context;
  const drifts = await guarded(client, log, 'R01', () => observeDrifts(context, keys));
  const held = await guarded(client, log, 'R06', () => observeHeld(context, keys));
  const negative = await guarded(client, log, 'R07', () => observeNegative(context, keys));
  for (const [rule, result] of Object.entries({ R01: drifts, R06: held, R07: negative }))
    if (result === undefined) look.failed.push(rule);
  return { drifts: drifts ?? null, broken: [...(held ?? []), ...(negative ?? [])] };
}

/** Amounts that are no numbers are met here, where the rule is guarded. */
async function observeDrifts(
  context: RuleContext,
  keys: readonly AccountKey[],
): Promise<NonNullable<Three['drifts']>> {
  const { notClean } = await readDrifts(context, keys);
  return notClean.flatMap((row) => {
    const { verdict } = row;
    return verdict === 'clean' ? [] : [{ observation: observeR01(row, context), verdict }];
  });
}

async function* watchedAccounts(db: Queryable): AsyncGenerator<AccountKey[]> {
  let after = '';
  for (;;) {
    const { rows } = await db.query<{ key: string; tenant_id: string; account_id: string; currency: string }>(
      `select key, tenant_id, account_id, currency from findings
        where key > $1 and rule = any ('{R01,R06,R07}') and (state <> 'resolved' or confirmed_at is null)
          and account_id is not null and currency is not null
        order by key limit $2`,
      [after, WATCHED_PAGE],
    );
    if (rows.length > 0)
      yield rows.map((row) => ({
        tenantId: row.tenant_id,
        accountId: row.account_id,
        currency: row.currency,
      }));
    const last = rows.at(-1);
    if (last === undefined || rows.length < WATCHED_PAGE) return;
    after = last.key;
  }
}
