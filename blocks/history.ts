import type { HistoryLine, ReviewModel } from '../src/findings/review-model.ts';
import { describeActor } from './actor.ts';
import { symbolOfClass } from './findings.ts';
import { joined } from './kit.ts';
import type { Medium } from './medium.ts';
import { describeReason, lastMoment } from './standing.ts';

/** One note in the history; whole it stands in the audit log. */
const NOTE_LIMIT = 240;

/** What happened to a finding, newest first, a line or two each; says how much is not shown. */
export function historyLines({ history, earlier, finding }: ReviewModel, medium: Medium): string[] {
  const lines = history.flatMap((line) => historyLine(line, finding.currency, medium));
  if (earlier > 0) lines.push(medium.texts.t('findings.review.earlier', { count: earlier }));
  return lines;
}

function historyLine(line: HistoryLine, currency: string | null, medium: Medium): string[] {
  const { texts } = medium;
  const told = joined([
    medium.at(line.at),
    texts.t(`findings.history.${line.change}`, { by: describeActor(line.actor, medium) }),
    sawText(line, currency, medium),
    line.reason === null ? '' : describeReason(line.reason, medium),
    line.until === null ? '' : texts.t('findings.review.until', { until: lastMoment(line.until, medium) }),
  ]);
  return line.note === null ? [`• ${told}`] : [`• ${told}`, `   ${medium.foreign(line.note, NOTE_LIMIT)}`];
}

/** Rule, class and amount, where a run saw them anew. */
function sawText(line: HistoryLine, currency: string | null, { texts }: Medium): string {
  if (!['opened', 'changed', 'reopened'].includes(line.change) || !line.actor.startsWith('job:')) return '';
  const { amountMinor, rule, class: riskClass } = line;
  const amount =
    amountMinor === null || currency === null ? '' : texts.money({ minor: amountMinor, currency });
  const shownRule = /^R\d{2}$/.test(rule) ? rule : '';
  return joined([
    `${symbolOfClass(riskClass)} ${texts.t(`findings.class.${riskClass}`)} ${shownRule}`.trim(),
    amount,
  ]);
}
