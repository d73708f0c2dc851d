import type { FindingState, RiskClass } from '../findings/types.ts';
import { toDecimal } from '../money.ts';

/** One finding as the file shows it. */
export interface CsvFinding {
  id: string;
  rule: string;
  class: RiskClass;
  action: string;
  appearance: string;
  state: FindingState;
  opening: boolean;
  tenantId: string;
  subjectKind: string;
  subjectId: string;
  currency: string | null;
  amountMinor: bigint | null;
  amountReportingMinor: bigint | null;
  provider: string | null;
  firstSeenAt: Date;
  occurredAt: Date;
  evidenceKey: string;
}

const HEADER = [
  'finding',
  'rule',
  'class',
  'action',
  'appearance',
  'state',
  'opening_balance',
  'tenant',
  'subject_kind',
  'subject',
  'currency',
  'amount',
  'amount_reporting',
  'reporting_currency',
  'provider',
  'first_seen_at',
  'age_hours',
  'evidence',
];

/**
 * Findings as CSV: RFC 4180, UTF-8 with a byte order mark (spreadsheets need it for Turkish), amounts as decimals with a
 * point. Cells that a spreadsheet would take for a formula begin with an apostrophe. Ages are whole hours at `observedAt`.
 */
export function findingsCsv(
  findings: readonly CsvFinding[],
  input: { reportingCurrency: string; observedAt: Date },
): string {
  const lines = findings.map((finding) => toCells(finding, input).map(toCell).join(','));
  return `\uFEFF${[HEADER.join(','), ...lines].join('\r\n')}\r\n`;
}

function toCells(
  finding: CsvFinding,
  { reportingCurrency, observedAt }: { reportingCurrency: string; observedAt: Date },
): string[] {
  const { amountMinor, amountReportingMinor, currency } = finding;
  const ageMs = observedAt.getTime() - finding.occurredAt.getTime();
  return [
    finding.id,
    finding.rule,
    finding.class,
    finding.action,
    finding.appearance,
    finding.state,
    finding.opening ? 'yes' : 'no',
    finding.tenantId,
    finding.subjectKind,
    finding.subjectKind === 'account' ? maskAccount(finding.subjectId) : finding.subjectId,
    currency ?? '',
    amountMinor === null || currency === null ? '' : toDecimal({ minor: amountMinor, currency }),
    amountReportingMinor === null
      ? ''
      : toDecimal({ minor: amountReportingMinor, currency: reportingCurrency }),
    amountReportingMinor === null ? '' : reportingCurrency,
    finding.provider ?? '',
    finding.firstSeenAt.toISOString(),
    String(Math.max(0, Math.floor(ageMs / 3_600_000))),
    finding.evidenceKey,
  ];
}

/** The file stands in a channel: of an account only the last four characters, or the last half of a shorter id. */
function maskAccount(accountId: string): string {
  const points = Array.from(accountId);
  return `****${points.slice(points.length - Math.min(4, Math.floor(points.length / 2))).join('')}`;
}

/** One cell of a CSV, a formula as text. Formula injection: https://owasp.org/www-community/attacks/CSV_Injection */
export function toCell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
