import type { Queryable } from '../database/pool.ts';
import type { RunId } from '../ids.ts';
import { RISK_CLASSES, type RiskClass } from '../findings/types.ts';
import { NO_BREAKS } from './rules/r30-many-breaks.ts';
import type { ClassTotals, RunTotals } from './types.ts';

interface Row {
  class: RiskClass;
  opening: boolean;
  currency: string | null;
  count: number;
  amount_minor: string | null;
  reporting_minor: string | null;
  without_rate: number;
}

/**
 * What the run's own rows add up to; sums are made by the database. Resolved ones are counted as such and in no class;
 * the opening balance stands apart from classes and appearances.
 */
export async function readFindingTotals(
  db: Queryable,
  runId: RunId,
): Promise<Pick<RunTotals, 'classes' | 'opening' | 'appearances'>> {
  const { rows } = await db.query<Row>(
    `select class, opening, currency, count(*)::int as count, sum(amount_minor) as amount_minor,
            sum(amount_reporting_minor) as reporting_minor,
            count(*) filter (where amount_minor is not null and amount_reporting_minor is null)::int as without_rate
       from run_findings
      where run_id = $1 and appearance <> 'resolved'
      group by class, opening, currency
      order by currency`,
    [runId],
  );
  const of = (match: (row: Row) => boolean) => addUp(rows.filter(match));
  const [low, med, high] = RISK_CLASSES.map((risk) => of((row) => !row.opening && row.class === risk));
  return {
    classes: { LOW: low ?? noTotals(), MED: med ?? noTotals(), HIGH: high ?? noTotals() },
    opening: of((row) => row.opening),
    appearances: await readAppearances(db, runId),
  };
}

async function readAppearances(db: Queryable, runId: RunId): Promise<RunTotals['appearances']> {
  const { rows } = await db.query<{ appearance: keyof RunTotals['appearances']; count: number }>(
    `select appearance, count(*)::int as count from run_findings where run_id = $1 and not opening group by appearance`,
    [runId],
  );
  const counts = { ...noAppearances() };
  for (const row of rows) counts[row.appearance] = row.count;
  return counts;
}

/** R30's sum, by the run's own rows: open breaks in the reporting currency, of each cause the largest. */
export async function sumOpenBreaks(db: Queryable, runId: RunId): Promise<bigint> {
  const { rows } = await db.query<{ open: string }>(
    `select coalesce(sum(largest), 0) as open
       from (select max(r.amount_reporting_minor) as largest
               from run_findings r join findings f on f.id = r.finding_id
              where r.run_id = $1 and r.appearance <> 'resolved' and not r.opening and r.rule <> all ($2)
              group by f.cause_key) causes`,
    [runId, NO_BREAKS],
  );
  return BigInt(rows[0]?.open ?? 0);
}

export function noTotals(): ClassTotals {
  return { count: 0, perCurrency: [], reportingMinor: 0n, withoutRate: 0 };
}

export function noAppearances(): RunTotals['appearances'] {
  return { new: 0, carried: 0, reopened: 0, resolved: 0 };
}

function addUp(rows: readonly Row[]): ClassTotals {
  const totals = noTotals();
  const perCurrency = new Map<string, bigint>();
  for (const row of rows) {
    totals.count += row.count;
    totals.withoutRate += row.without_rate;
    totals.reportingMinor += BigInt(row.reporting_minor ?? 0);
    if (row.currency === null || row.amount_minor === null) continue;
    perCurrency.set(row.currency, (perCurrency.get(row.currency) ?? 0n) + BigInt(row.amount_minor));
  }
  totals.perCurrency = [...perCurrency].map(([currency, amountMinor]) => ({ currency, amountMinor }));
  return totals;
}
