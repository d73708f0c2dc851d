import type { DigestModel, RunTotals } from '../src/reconciliation/types.ts';
import type { Texts } from '../src/texts.ts';
import { symbolOfClass } from './findings.ts';
import { CLASSES_BY_RISK, describeClassCounts, totalAtRisk } from './risk.ts';

/** What a digest says in one line. `agrees` needs a complete run that ran every rule and knew every account. */
type Verdict =
  | 'agrees'
  | 'agrees_but_opening'
  | 'nothing_found'
  | 'breaks'
  | 'partial'
  | 'failed'
  | 'scanning'
  | 'confirming';

/** Missing data is never green: whatever was not run, not known or skipped takes "everything agrees" away. */
export function decideVerdict(model: DigestModel): Verdict {
  if (model.run.state !== 'complete') return model.run.state;
  const { totals } = model;
  if (totals === null) return 'nothing_found';
  if (openCount(totals) > 0) return 'breaks';
  const { scanned, clean } = totals.accounts;
  if (model.rulesNotRun.length > 0 || scanned !== clean) return 'nothing_found';
  return totals.opening.count > 0 ? 'agrees_but_opening' : 'agrees';
}

/** Open findings outside the opening balance. */
export function openCount(totals: RunTotals): number {
  return CLASSES_BY_RISK.reduce((sum, riskClass) => sum + totals.classes[riskClass].count, 0);
}

/** The headline: a symbol and the verdict in words. */
export function describeHeadline(model: DigestModel, texts: Texts): string {
  const verdict = decideVerdict(model);
  const { totals, reportingCurrency } = model;
  const classes = totals === null ? '' : describeClassCounts(totals, texts);
  const amount = texts.money({
    minor: totals === null ? 0n : totalAtRisk(totals),
    currency: reportingCurrency,
  });
  switch (verdict) {
    case 'agrees':
      return `✅ ${texts.t('reconciliation.headline.agrees')}`;
    case 'agrees_but_opening':
      return `☑️ ${texts.t('reconciliation.headline.agrees_but_opening')}`;
    case 'nothing_found':
      return `❔ ${texts.t('reconciliation.headline.nothing_found')}`;
    case 'breaks': {
      const key =
        totals !== null && totalAtRisk(totals) > 0n
          ? 'reconciliation.headline.breaks_at_risk'
          : 'reconciliation.headline.breaks';
      return `${worstSymbol(totals)} ${texts.t(key, { classes, amount })}`;
    }
    case 'partial':
      return classes === ''
        ? `⚠️ ${texts.t('reconciliation.headline.partial')}`
        : `⚠️ ${texts.t('reconciliation.headline.partial_breaks', { classes })}`;
    case 'failed':
      return `⛔ ${texts.t('reconciliation.headline.failed')}`;
    case 'scanning':
    case 'confirming':
      return `⏳ ${texts.t(`reconciliation.headline.${verdict}`)}`;
  }
}

/** The worst class that is open; of none, the lowest. */
export function worstSymbol(totals: RunTotals | null): string {
  const worst = CLASSES_BY_RISK.find((riskClass) => (totals?.classes[riskClass].count ?? 0) > 0);
  return symbolOfClass(worst ?? 'LOW');
}
