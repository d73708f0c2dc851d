import type { RenderContext } from '../src/cards/types.ts';
import type { RiskClass } from '../src/findings/types.ts';
import type { DigestFinding } from '../src/reconciliation/types.ts';
import type { Texts } from '../src/texts.ts';
import { describeEvidence } from './evidence.ts';
import { joined } from './kit.ts';
import type { Medium } from './medium.ts';
import { alertParts, byHandLines, hasAlert } from './payout-lines.ts';
import { standingLine } from './standing.ts';

const ID_LIMIT = 64;
const NAME_LIMIT = 40;
/** Companions of one cause that a line names; a drifted account rarely has more than three. */
const COMPANION_LIMIT = 3;

/** Shapes as well as colours, and never without the word beside them. */
const CLASS_SYMBOLS: Readonly<Record<RiskClass, string>> = { HIGH: '🔺', MED: '🔶', LOW: '🔹' };

export function symbolOfClass(riskClass: RiskClass): string {
  return CLASS_SYMBOLS[riskClass];
}

/** "🔺 HIGH", with the class in the reader's language. */
export function describeClass(riskClass: RiskClass, texts: Texts): string {
  return `${CLASS_SYMBOLS[riskClass]} ${texts.t(`findings.class.${riskClass}`)}`;
}

/** A word that begins a line; in Turkish i becomes İ. */
export function capitalised(word: string, { locale }: Texts): string {
  return `${word.charAt(0).toLocaleUpperCase(locale)}${word.slice(1)}`;
}

/** The short form of a finding's id, by which `/recon` finds it. */
export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** The rule's name for people; a rule of another version keeps its id alone. */
export function nameOfRule(rule: string, medium: Medium): string {
  const key = `findings.rule.${rule}.name`;
  return medium.texts.has(key) ? medium.texts.t(key) : medium.foreign(rule, NAME_LIMIT);
}

export interface FindingContext {
  medium: Medium;
  reportingCurrency: string;
  /** Ages are taken at the moment of observation. */
  observedAt: Date;
  /** Where links to messages are known. */
  permalink?: RenderContext['permalink'] | undefined;
}

/**
 * One finding in three to five lines: what, the evidence, about whom and what to do, its companions, who has done what. A
 * payout that has an alert is told there: one line says which, and where.
 */
export function findingLines(finding: DigestFinding, context: FindingContext): string[] {
  const { medium } = context;
  const { texts, strong } = medium;
  const head = [
    strong(describeClass(finding.class, texts)),
    strong(nameOfRule(finding.rule, medium)),
    medium.texts.has(`findings.rule.${finding.rule}.name`) ? finding.rule : '',
    texts.t(`findings.appearance.${finding.appearance}`),
  ];
  if (hasAlert(finding)) return alertedLines(finding, head, context);
  const age = texts.duration(context.observedAt.getTime() - finding.occurredAt.getTime());
  const facts = [
    describeSubject(finding, medium),
    describeAmount(finding, context),
    texts.t('reconciliation.age', { age }),
    texts.t('reconciliation.suggested', { action: strong(texts.t(`findings.action.${finding.action}`)) }),
  ];
  const lines = [joined(head), describeEvidence(finding.evidence, medium), joined(facts)];
  if (finding.grouped.length > 0) lines.push(describeCompanions(finding.grouped, medium));
  const standing = standingLine(finding, medium);
  if (standing !== null) lines.push(standing);
  return [...lines, ...byHandLines(finding.payout, medium, context.permalink)];
}

function alertedLines(finding: DigestFinding, head: string[], context: FindingContext): string[] {
  const { medium } = context;
  const action = medium.strong(medium.texts.t(`findings.action.${finding.action}`));
  const standing = standingLine(finding, medium);
  const line = joined([
    ...head,
    medium.id(finding.subject.id, ID_LIMIT),
    describeAmount(finding, context),
    medium.texts.t('reconciliation.suggested', { action }),
    ...alertParts(finding, medium, context.permalink),
  ]);
  return standing === null ? [line] : [line, standing];
}

function describeSubject(finding: DigestFinding, medium: Medium): string {
  const { texts } = medium;
  const { kind, id } = finding.subject;
  const parts = [
    `${texts.t(`findings.subject.${kind}`)} ${kind === 'account' ? medium.account(id) : medium.id(id, ID_LIMIT)}`,
  ];
  if (kind !== 'account' && finding.accountId !== null) {
    parts.push(`${texts.t('findings.subject.account')} ${medium.account(finding.accountId)}`);
  }
  if (kind !== 'tenant') {
    parts.push(`${texts.t('findings.subject.tenant')} ${medium.foreign(finding.tenantId, NAME_LIMIT)}`);
  }
  return parts.join(', ');
}

/** "₺1,234.56 ($36.10)": in its own currency, and in the reporting currency when that is another and a rate is known. */
function describeAmount(finding: DigestFinding, { medium, reportingCurrency }: FindingContext): string {
  const { amountMinor, amountReportingMinor, currency } = finding;
  if (amountMinor === null || currency === null) return '';
  const amount = medium.texts.money({ minor: amountMinor, currency });
  if (amountReportingMinor === null || currency === reportingCurrency) return amount;
  return `${amount} (${medium.texts.money({ minor: amountReportingMinor, currency: reportingCurrency })})`;
}

function describeCompanions(grouped: DigestFinding['grouped'], medium: Medium): string {
  const counts = new Map<string, number>();
  for (const { rule } of grouped) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const named = [...counts].slice(0, COMPANION_LIMIT).map(([rule, count]) => {
    const name = medium.texts.has(`findings.rule.${rule}.name`) ? `${rule} ` : '';
    return `${name}${nameOfRule(rule, medium)}${count > 1 ? ` ×${medium.texts.count(count)}` : ''}`;
  });
  const rest = counts.size - named.length;
  if (rest > 0) named.push(medium.texts.t('reconciliation.and_more', { count: rest }));
  return medium.texts.t('reconciliation.same_cause', { findings: named.join(', ') });
}
