import type { Queryable, Tx } from '../database/pool.ts';
import type { RunId } from '../ids.ts';
import type { AccountKey } from './context.ts';
import type { AccountCounts } from './scan-accounts.ts';
import type { ScannedPage, Suspect } from './scan-page.ts';

/** One row of full_scans: how far a full scan has come. */
export interface FullScan {
  beganAt: Date | null;
  /** When the newest page was begun. */
  pageAt: Date | null;
  pages: number;
  /** Wallets there were when it began; null before its first page. */
  expected: number | null;
  after: AccountKey;
  counts: AccountCounts;
  /** Accounts that wait for their second look. */
  suspects: number;
  readingMs: number;
  rulesNotRun: Record<string, string>;
  toldAt: Date | null;
  done: boolean;
}

interface Row {
  began_at: Date | null;
  page_at: Date | null;
  pages: number;
  expected: string | null;
  after_tenant_id: string;
  after_account_id: string;
  after_currency: string;
  scanned: string;
  clean: string;
  drifted: string;
  unknown: string;
  skipped: string;
  suspects: number;
  reading_ms: string;
  rules_not_run: Record<string, string>;
  told_at: Date | null;
  done: boolean;
}

export async function insertFullScan(tx: Tx, runId: RunId): Promise<void> {
  await tx.query(`insert into full_scans (run_id) values ($1)`, [runId]);
}

export async function readFullScan(db: Queryable, runId: RunId): Promise<FullScan | null> {
  const { rows } = await db.query<Row>(`select * from full_scans where run_id = $1`, [runId]);
  const row = rows[0];
  if (row === undefined) return null;
  return {
    beganAt: row.began_at,
    pageAt: row.page_at,
    pages: row.pages,
    expected: row.expected === null ? null : Number(row.expected),
    after: {
      tenantId: row.after_tenant_id,
      accountId: row.after_account_id,
      currency: row.after_currency,
    },
    counts: {
      scanned: Number(row.scanned),
      clean: Number(row.clean),
      drifted: Number(row.drifted),
      unknown: Number(row.unknown),
      skipped: Number(row.skipped),
    },
    suspects: row.suspects,
    readingMs: Number(row.reading_ms),
    rulesNotRun: row.rules_not_run,
    toldAt: row.told_at,
    done: row.done,
  };
}

/** Adds one page to what is there, if it is the one that follows; false when it was counted already. */
export async function addPage(
  tx: Tx,
  page: {
    runId: RunId;
    /** Pages before it. */
    before: number;
    beganAt: Date;
    scanned: ScannedPage;
    rulesNotRun: Record<string, string>;
    readingMs: number;
  },
): Promise<boolean> {
  const { counts, suspects, last, expected, isLast } = page.scanned;
  const { rowCount } = await tx.query(
    `update full_scans set began_at = coalesce(began_at, $3), page_at = $3, pages = pages + 1,
            expected = coalesce(expected, $4), after_tenant_id = coalesce($5, after_tenant_id),
            after_account_id = coalesce($6, after_account_id), after_currency = coalesce($7, after_currency),
            scanned = scanned + $8, clean = clean + $9, drifted = drifted + $10, unknown = unknown + $11,
            skipped = skipped + $12, suspects = suspects + $13, reading_ms = reading_ms + $14, rules_not_run = $15,
            done = $16
      where run_id = $1 and pages = $2 and not done`,
    [
      page.runId,
      page.before,
      page.beganAt,
      expected,
      last?.tenantId ?? null,
      last?.accountId ?? null,
      last?.currency ?? null,
      counts.scanned,
      counts.clean,
      counts.drifted,
      counts.unknown,
      counts.skipped,
      suspects.length,
      page.readingMs,
      JSON.stringify(page.rulesNotRun),
      isLast,
    ],
  );
  if (rowCount !== 1) return false;
  await insertSuspects(tx, page.runId, page.before, suspects);
  return true;
}

async function insertSuspects(tx: Tx, runId: RunId, page: number, suspects: readonly Suspect[]) {
  if (suspects.length === 0) return;
  await tx.query(
    `insert into full_scan_suspects (run_id, page, place, tenant_id, account_id, currency, drifted)
     select $1, $2, s.place, s.tenant_id, s.account_id, s.currency, s.drifted
       from unnest($3::text[], $4::text[], $5::text[], $6::boolean[])
            with ordinality as s (tenant_id, account_id, currency, drifted, place)`,
    [
      runId,
      page,
      suspects.map(({ tenantId }) => tenantId),
      suspects.map(({ accountId }) => accountId),
      suspects.map(({ currency }) => currency),
      suspects.map(({ drifted }) => drifted),
    ],
  );
}

/** Some thousand suspects a page of the scan, so that none need be kept in memory together. */
export async function* suspectPages(db: Queryable, runId: RunId, pages: number): AsyncGenerator<Suspect[]> {
  for (let page = 0; page < pages; page += 1) {
    const { rows } = await db.query<{
      tenant_id: string;
      account_id: string;
      currency: string;
      drifted: boolean;
    }>(
      `select tenant_id, account_id, currency, drifted from full_scan_suspects
        where run_id = $1 and page = $2 order by place`,
      [runId, page],
    );
    if (rows.length === 0) continue;
    yield rows.map((row) => ({
      tenantId: row.tenant_id,
      accountId: row.account_id,
      currency: row.currency,
      drifted: row.drifted,
    }));
  }
}

/** Notes that the card is asked to show how far the scan is. */
export async function markTold(tx: Tx, runId: RunId, now: Date): Promise<void> {
  await tx.query(`update full_scans set told_at = $2 where run_id = $1`, [runId, now]);
}

/** Nobody looks at them again once the run is over. */
export async function dropSuspects(tx: Tx, runId: RunId): Promise<void> {
  await tx.query(`delete from full_scan_suspects where run_id = $1`, [runId]);
}
