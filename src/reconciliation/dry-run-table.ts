import type { RiskClass } from '../findings/types.ts';
import { toDecimal } from '../money.ts';
import type { DryRun } from './dry-run.ts';

const COLUMNS = ['class', 'rule', 'action', 'tenant', 'subject', 'amount', 'reporting', 'age', ''] as const;

/** The dry run as a table for a terminal, English, with what was not run named before anything else. */
export function formatDryRun(run: DryRun, reportingCurrency: string): string {
  const { accounts } = run;
  const lines = [
    `Reconciliation of ${run.date}, not stored. ${run.breaks.length} breaks: ${countClasses(run)}.`,
    `Window: ${run.window.from?.toISOString() ?? 'everything'} to ${run.window.to.toISOString()}. ${run.durationMs} ms.`,
  ];
  if (run.past) lines.push('A past date: only rules that depend on the window alone were run.');
  else
    lines.push(
      `Wallets: ${accounts.scanned} scanned = ${accounts.clean} clean + ${accounts.drifted} drifted + ${accounts.unknown} unknown + ${accounts.skipped} skipped.`,
    );
  if (run.partial)
    lines.push('PARTIAL: a rule could not be run, or there are more breaks than a run may store.');
  if (run.notRun.length > 0)
    lines.push(`Not run: ${run.notRun.map(({ rule, reason }) => `${rule} (${reason})`).join(', ')}.`);
  if (run.breaks.length > 0) lines.push('', ...tableOf(run, reportingCurrency));
  return `${lines.join('\n')}\n`;
}

function countClasses(run: DryRun): string {
  const count = (risk: RiskClass) => run.breaks.filter((seen) => seen.class === risk).length;
  return `${count('HIGH')} HIGH, ${count('MED')} MED, ${count('LOW')} LOW`;
}

function tableOf(run: DryRun, reportingCurrency: string): string[] {
  const rows = run.breaks.map((seen) => [
    seen.class,
    seen.rule,
    seen.action,
    printable(seen.tenantId),
    `${seen.subject.kind} ${printable(seen.subject.id)}`,
    seen.amountMinor === null || seen.currency === null
      ? ''
      : `${toDecimal({ minor: seen.amountMinor, currency: seen.currency })} ${seen.currency}`,
    seen.amountReportingMinor === null
      ? ''
      : `${toDecimal({ minor: seen.amountReportingMinor, currency: reportingCurrency })} ${reportingCurrency}`,
    ageOf(run.observedAt, seen.occurredAt),
    seen.confirmed ? '' : 'unconfirmed',
  ]);
  const widths = COLUMNS.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const amounts = new Set([5, 6, 7]);
  const toLine = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        amounts.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [toLine(COLUMNS), ...rows.map(toLine)];
}

/** Foreign text on a terminal: no control characters, forty characters at most. */
function printable(text: string): string {
  const safe = text.replaceAll(/\p{C}/gu, '?');
  return safe.length > 40 ? `${safe.slice(0, 37)}...` : safe;
}

function ageOf(now: Date, since: Date): string {
  const minutes = Math.max(0, Math.floor((now.getTime() - since.getTime()) / 60_000));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
}
