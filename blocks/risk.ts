import type { RiskClass } from '../src/findings/types.ts';
import type { AtRisk, RunTotals } from '../src/reconciliation/types.ts';
import type { Texts } from '../src/texts.ts';
import { joined } from './kit.ts';

/** Worst first. */
export const CLASSES_BY_RISK = ['HIGH', 'MED', 'LOW'] as const satisfies readonly RiskClass[];

/** Currencies named one by one; more are counted, the CSV has them all. */
const CURRENCY_LIMIT = 6;

/** Value at risk: together in the reporting currency, what has no rate, then currency by currency. */
export function riskLines(risk: AtRisk, reportingCurrency: string, texts: Texts): string[] {
  if (risk.perCurrency.length === 0 && risk.reportingMinor === 0n && risk.withoutRate === 0) {
    return [texts.t('reconciliation.nothing_at_risk')];
  }
  const amount = texts.money({ minor: risk.reportingMinor, currency: reportingCurrency });
  const total = joined([
    texts.t('reconciliation.at_risk', { amount }),
    risk.withoutRate > 0 ? texts.t('reconciliation.without_rate', { count: risk.withoutRate }) : '',
  ]);
  const only = risk.perCurrency.length === 1 ? risk.perCurrency[0] : undefined;
  if (only?.currency === reportingCurrency && only.amountMinor === risk.reportingMinor) return [total];
  const named = risk.perCurrency
    .slice(0, CURRENCY_LIMIT)
    .map(({ currency, amountMinor }) => texts.money({ minor: amountMinor, currency }));
  const rest = risk.perCurrency.length - named.length;
  if (rest > 0) named.push(texts.t('reconciliation.more_currencies', { count: rest }));
  return named.length === 0 ? [total] : [total, joined(named)];
}

/** "3 HIGH · 5 MED": the classes in which something is open, worst first; empty when nothing is. */
export function describeClassCounts(totals: RunTotals, texts: Texts): string {
  return joined(
    CLASSES_BY_RISK.filter((riskClass) => totals.classes[riskClass].count > 0).map(
      (riskClass) =>
        `${texts.count(totals.classes[riskClass].count)} ${texts.t(`findings.class.${riskClass}`)}`,
    ),
  );
}

/** What all classes together put at risk, in minor units of the reporting currency. */
export function totalAtRisk(totals: RunTotals): bigint {
  return CLASSES_BY_RISK.reduce((sum, riskClass) => sum + totals.classes[riskClass].reportingMinor, 0n);
}
