import type { Button, KnownBlock, ModalView } from '@slack/types';
import type { ListFilter } from '../src/findings/list-rules.ts';
import type { ReviewedFinding, ReviewModel } from '../src/findings/review-model.ts';
import type { Texts } from '../src/texts.ts';
import { describeActor, mentionUser } from './actor.ts';
import { actions, button } from './controls.ts';
import { decisionInputs } from './decision.ts';
import { describeEvidence } from './evidence.ts';
import { capitalised, describeClass, nameOfRule, shortId } from './findings.ts';
import { foreignCode } from './foreign.ts';
import { historyLines } from './history.ts';
import { context, divider, fields, joined, section } from './kit.ts';
import { linkText } from './link.ts';
import { markupMedium, type Medium } from './medium.ts';
import { modal } from './modal.ts';
import { recheckButton, retryButton } from './payout-buttons.ts';
import { overrideLines } from './override-stand.ts';
import { requestOverrideButton } from './overrides-button.ts';
import { alertText, operationLine } from './payout-lines.ts';
import { bothSides } from './sides.ts';
import { describeReason, lastMoment, standingLine } from './standing.ts';

export { linkText } from './link.ts';

export const REVIEW_CALLBACK = 'findings.decide';

const ID_LIMIT = 200;
const NAME_LIMIT = 80;

/** Where a modal was opened from, and the list that lies below it. */
export interface ReviewPlace {
  channelId: string | null;
  below?: ListBelow | null;
  notice?: readonly string[];
}

/** A list of findings as it was when somebody opened one of them. */
export interface ListBelow {
  viewId: string;
  page: number;
  filter: ListFilter;
}

/**
 * One finding, whole: what does not agree, both sides, why it matters, who did what about it, and what can be done. Who
 * may only look gets no inputs. `notice` is said first: why what was sent changed nothing, for instance.
 */
export function renderReview(
  model: ReviewModel,
  texts: Texts,
  { channelId, below = null, notice = [] }: ReviewPlace,
): ModalView {
  const medium = reviewMedium(texts, model.timeZone);
  const inputs = decisionInputs(model, texts);
  const blocks: KnownBlock[] = [
    ...(notice.length > 0 ? [section(notice), divider()] : []),
    section(headLines(model, medium)),
    ...sidesBlocks(model, medium),
    section(meaningLines(model, medium)),
    fields(factFields(model, medium)),
    ...aroundBlocks(model, medium),
    ...buttonBlocks(model, texts),
    divider(),
    section([medium.strong(texts.t('findings.review.history')), ...historyLines(model, medium)]),
    ...(inputs.length > 0 ? [divider(), ...inputs] : [context([texts.t('findings.review.look_only')])]),
    context([smallPrint(model, medium)]),
  ];
  const title = texts.t('findings.review.title', { rule: model.finding.rule });
  if (inputs.length === 0) return modal(texts, { title, blocks, metadata: { channelId, below } });
  const { id, state, owner } = model.finding;
  return modal(texts, {
    title,
    blocks,
    submit: texts.t('findings.review.submit'),
    callbackId: REVIEW_CALLBACK,
    metadata: { id, channelId, below, state, owner, asked: model.asked },
  });
}

/** Account ids are whole here, and nowhere else. */
function reviewMedium(texts: Texts, timeZone: string): Medium {
  return { ...markupMedium(texts, timeZone), account: (id) => foreignCode(id, ID_LIMIT, 'id') };
}

function headLines({ finding }: ReviewModel, medium: Medium): string[] {
  const { texts, strong } = medium;
  const named = texts.has(`findings.rule.${finding.rule}.name`);
  const head = joined([
    strong(describeClass(finding.class, texts)),
    strong(nameOfRule(finding.rule, medium)),
    named ? finding.rule : '',
    finding.opening ? texts.t('findings.review.opening') : '',
  ]);
  const { closedBy, closedAt, closedReason } = finding;
  const closed =
    closedBy === null || closedAt === null
      ? null
      : { by: closedBy, at: closedAt, reason: closedReason ?? '' };
  const standing = standingLine({ ...finding, closed }, medium);
  const unconfirmed = finding.state === 'resolved' && finding.confirmedAt === null;
  return [
    head,
    describeEvidence(finding.evidence, medium),
    ...(standing === null ? [] : [standing]),
    ...(unconfirmed ? [`⏳ ${texts.t('findings.stands.unconfirmed')}`] : []),
  ];
}

function sidesBlocks({ finding }: ReviewModel, medium: Medium): KnownBlock[] {
  const sides = bothSides(finding.evidence, medium);
  return sides.length === 0 ? [] : [fields(sides)];
}

function meaningLines({ finding }: ReviewModel, { texts, strong }: Medium): string[] {
  const why = `findings.why.${finding.rule}`;
  return [
    ...(texts.has(why) ? [`${strong(texts.t('findings.review.why'))}: ${texts.t(why)}`] : []),
    `${strong(texts.t('findings.review.suggested'))}: ${texts.t(`findings.action.${finding.action}`)}`,
  ];
}

/** Up to ten facts, two in a row. */
function factFields(model: ReviewModel, medium: Medium): string[][] {
  const { finding, now } = model;
  const { texts, strong } = medium;
  const { subject, accountId, provider } = finding;
  const fact = (name: string, value: string): string[] => [strong(capitalised(name, texts)), value];
  const idOf = subject.kind === 'account' ? medium.account : (id: string) => medium.id(id, ID_LIMIT);
  const age = texts.duration(now.getTime() - finding.occurredAt.getTime());
  const tenant = model.tenantName ?? finding.tenantId;
  return [
    fact(texts.t('findings.review.amount'), amountText(model, texts)),
    fact(texts.t('findings.review.age'), joined([age, medium.at(finding.occurredAt)])),
    fact(texts.t(`findings.subject.${subject.kind}`), idOf(subject.id)),
    ...(accountId === null || subject.kind === 'account'
      ? []
      : [fact(texts.t('findings.subject.account'), medium.account(accountId))]),
    ...(subject.kind === 'tenant'
      ? []
      : [fact(texts.t('findings.subject.tenant'), medium.foreign(tenant, NAME_LIMIT))]),
    ...(provider === null
      ? []
      : [fact(texts.t('findings.party.provider'), medium.foreign(provider, NAME_LIMIT))]),
    fact(texts.t('findings.review.first_seen'), medium.at(finding.firstSeenAt)),
    fact(texts.t('findings.review.last_seen'), medium.at(model.seenAt)),
    fact(
      texts.t('findings.review.owner'),
      finding.owner === null ? texts.t('findings.review.nobody') : mentionUser(finding.owner, medium),
    ),
  ];
}

function amountText({ finding, reportingCurrency }: ReviewModel, texts: Texts): string {
  const { amountMinor, amountReportingMinor, currency } = finding;
  if (amountMinor === null || currency === null) return texts.t('findings.review.no_amount');
  const own = texts.money({ minor: amountMinor, currency });
  if (currency === reportingCurrency) return own;
  return amountReportingMinor === null
    ? `${own} (${texts.t('findings.review.no_rate')})`
    : `${own} (${texts.money({ minor: amountReportingMinor, currency: reportingCurrency })})`;
}

/** What goes on around it: its payout, its escalation, a proposal that waits, the same cause, who else looks. */
function aroundBlocks(model: ReviewModel, medium: Medium): KnownBlock[] {
  const { texts } = medium;
  const { escalation, proposal, companions, viewers, payout } = model;
  const about = payout === null ? '' : payoutLine(payout, medium);
  const lines: string[] = about === '' ? [] : [about];
  lines.push(...overrideLines(model.byHand.line, model.byHand.link, medium));
  if (escalation !== null) {
    const key = `findings.review.escalation_${escalation.state}` as const;
    const by = escalation.ackedBy === null ? '–' : mentionUser(escalation.ackedBy, medium);
    const told = `📣 ${texts.t(key, { level: escalation.level, by })}`;
    lines.push(joined([told, linkText(escalation.link, texts.t('findings.review.escalation_link'))]));
  }
  if (proposal !== null) {
    const by = describeActor(proposal.by, medium);
    const reason = describeReason(proposal.reason, medium);
    lines.push(
      `🗳️ ${texts.t('findings.review.proposed', { by, until: lastMoment(proposal.until, medium), reason })}`,
    );
  }
  if (companions.length > 0) {
    const named = companions.map(
      ({ id, rule, class: riskClass }) =>
        `${describeClass(riskClass, texts)} ${nameOfRule(rule, medium)} ${medium.id(shortId(id), 8)}`,
    );
    lines.push(`🔗 ${texts.t('reconciliation.same_cause', { findings: named.join(', ') })}`);
  }
  if (viewers.length > 0) {
    const names = viewers.map((id) => mentionUser(id, medium)).join(', ');
    lines.push(`👀 ${texts.t('findings.review.viewers', { names, count: viewers.length })}`);
  }
  return lines.length === 0 ? [] : [context(lines)];
}

function buttonBlocks(model: ReviewModel, texts: Texts): KnownBlock[] {
  const { finding, undo, canEscalate, payout, byHand } = model;
  const buttons = [
    ...payoutButtons(finding, payout, texts),
    ...(byHand.mayAsk ? [requestOverrideButton(`finding:${finding.id}`, texts)] : []),
    ...(undo === null
      ? []
      : [button('findings', 'undo', undoValue(finding.id, undo.seq), texts.t('findings.review.undo'))]),
    ...(canEscalate ? [button('escalations', 'start', finding.id, texts.t('findings.review.escalate'))] : []),
  ];
  return buttons.length === 0 ? [] : [actions(buttons)];
}

/** What may be pressed about its payout; the handlers ask once more whether it may. */
function payoutButtons(
  { amountMinor, currency, accountId, provider }: ReviewedFinding,
  payout: ReviewModel['payout'],
  texts: Texts,
): Button[] {
  if (payout === null) return [];
  const { payoutId, intentNo } = payout.line;
  const intent = { payoutId, intentNo };
  return [
    ...(payout.mayRetry && amountMinor !== null && currency !== null
      ? [retryButton({ ...intent, amountMinor, currency, accountId, provider }, texts)]
      : []),
    ...(payout.mayRecheck ? [recheckButton(intent, texts)] : []),
  ];
}

/** Where its payout stands: what was asked for last, and the alert that tells the rest. */
function payoutLine({ line, link }: NonNullable<ReviewModel['payout']>, medium: Medium): string {
  return joined([
    operationLine(line, medium),
    line.isOpen ? '' : `✔️ ${medium.texts.t('findings.payout.over')}`,
    line.message === null ? '' : alertText(link, medium),
  ]);
}

/** An undo button means one act of one finding. */
export function undoValue(findingId: string, seq: number): string {
  return `${findingId}:${seq}`;
}

function smallPrint({ finding, timeZone }: ReviewModel, medium: Medium): string {
  return joined([
    medium.texts.t('findings.review.id', {
      id: medium.id(finding.id, 40),
      short: medium.id(shortId(finding.id), 8),
    }),
    medium.texts.t('reconciliation.zone', { zone: medium.foreign(timeZone, 40) }),
  ]);
}
