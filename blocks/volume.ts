import type { RunTotals, TransactionKind, Volume } from '../src/reconciliation/types.ts';
import type { Texts } from '../src/texts.ts';
import { joined } from './kit.ts';
import type { Medium } from './medium.ts';

/** Currencies named one by one a kind; more are counted. */
const CURRENCY_LIMIT = 6;

type Trend = 'up' | 'down' | 'same' | 'from_zero' | 'to_zero';

/** Where an amount went since the day before, and by what share of that day; exact up to a tenth of a percent. */
function decideTrend(now: bigint, before: bigint): { trend: Trend; share: number } {
  if (now === before) return { trend: 'same', share: 0 };
  if (before === 0n) return { trend: 'from_zero', share: 0 };
  if (now === 0n) return { trend: 'to_zero', share: 0 };
  const difference = now > before ? now - before : before - now;
  const base = before < 0n ? -before : before;
  const tenths = (difference * 2_000n + base) / (2n * base);
  return { trend: now > before ? 'up' : 'down', share: Number(tenths) / 1_000 };
}

/** The day's transactions, a line a kind in the order of the rows: count against the day before, then amounts by currency. */
export function volumeLines(totals: RunTotals, medium: Medium): string[] {
  const { texts } = medium;
  const title = medium.strong(texts.t('reconciliation.volume', { day: texts.day(totals.volumeDay) }));
  const kinds = [...new Set(totals.volume.map(({ kind }) => kind))];
  const lines = kinds.map((kind) =>
    kindLine(
      kind,
      totals.volume.filter((row) => row.kind === kind),
      medium,
    ),
  );
  const against = lines.length === 0 ? 'reconciliation.volume_none' : 'reconciliation.volume_against';
  return [`${title}, ${texts.t(against)}`, ...lines];
}

function kindLine(kind: TransactionKind, rows: readonly Volume[], medium: Medium): string {
  const { texts } = medium;
  const count = rows.reduce((sum, row) => sum + row.count, 0);
  const before = rows.reduce((sum, row) => sum + row.countBefore, 0);
  const { trend, share } = decideTrend(BigInt(count), BigInt(before));
  const amounts = rows.slice(0, CURRENCY_LIMIT).map((row) => amountWithTrend(row, texts));
  if (rows.length > amounts.length) {
    amounts.push(texts.t('reconciliation.more_currencies', { count: rows.length - amounts.length }));
  }
  const head = `${medium.strong(texts.t(`reconciliation.kind.${kind}`))} ${texts.count(count)}`;
  const change = texts.t(`reconciliation.trend.${trend}`, { percent: texts.percent(share) });
  return `${head} (${change}, ${texts.t('reconciliation.count_before', { count: before })}): ${joined(amounts)}`;
}

function amountWithTrend(row: Volume, texts: Texts): string {
  const { trend, share } = decideTrend(row.amountMinor, row.amountMinorBefore);
  const amount = texts.money({ minor: row.amountMinor, currency: row.currency });
  return `${amount} ${texts.t(`reconciliation.trend_short.${trend}`, { percent: texts.percent(share) })}`;
}
