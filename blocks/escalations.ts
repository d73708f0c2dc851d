import type { ActionsBlock, Button, KnownBlock } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { EscalationModel, SpokenOf } from '../src/escalations/load-escalation.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import {
  encodeActionId,
  encodeButtonValue,
  encodeOptionValue,
  encodeOverflowId,
  type Noun,
  type Verb,
} from './actions.ts';
import { mentionUser } from './actor.ts';
import { context, joined, message, section } from './kit.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';
import {
  describeLevel,
  describeSeverity,
  describeTitle,
  describeWhom,
  linkedText,
  mentionTold,
  symbolOfSeverity,
} from './route.ts';

const ID_LIMIT = 64;
const NAME_LIMIT = 40;
const WORDS_LIMIT = 500;
/** Levels that the small print names. */
const MOST_LEVELS = 4;

/**
 * One escalation in a few lines: how bad, what, about whom and how much, who was told, who has it. Once it is over it
 * says why, and that nobody told the root cause where that is so.
 */
export function renderEscalation(model: EscalationModel, context_: RenderContext): MessageContent {
  const texts = makeTexts(context_.locale);
  const markup = markupMedium(texts, model.timeZone);
  const words = wordsMedium(texts, model.timeZone);
  const link = model.report?.message;
  const href = link === null || link === undefined ? null : context_.permalink(link);
  const print = [joined(printParts(model, markup, href))];
  if (context_.previousPermalink !== null) print.push(...linkTo(context_.previousPermalink, texts));
  const blocks: KnownBlock[] = [section(linesOf(model, markup)), ...buttonsOf(model, texts), context(print)];
  return message(linesOf(model, words), blocks);
}

function linesOf(model: EscalationModel, medium: Medium): string[] {
  const lines = [headline(model, medium), factsLine(model, medium), ...standLines(model, medium)];
  return lines.filter((line) => line !== '');
}

function headline({ escalation }: EscalationModel, medium: Medium): string {
  const { texts, strong } = medium;
  const what = describeTitle(escalation.title, medium);
  if (escalation.state === 'resolved') return `✅ ${strong(texts.t('escalations.over', { what }))}`;
  const severity = describeSeverity(escalation.severity, texts);
  return `${symbolOfSeverity(escalation.severity)} ${strong(texts.t('escalations.headline', { severity, what }))}`;
}

/** About whom and how much; of many, how many. */
function factsLine(model: EscalationModel, medium: Medium): string {
  const { finding, open, escalation } = model;
  const many =
    open > 1 || finding === null ? medium.texts.t('escalations.open_findings', { count: open }) : '';
  const { kind } = escalation.subject;
  if (kind === 'incident' || kind === 'exemption' || kind === 'slo') return '';
  return joined([...(finding === null ? [] : factsOf(finding, model, medium)), many]);
}

function factsOf(finding: SpokenOf, { reportingCurrency }: EscalationModel, medium: Medium): string[] {
  const { texts } = medium;
  const { subject, accountId, tenantId, amountMinor, amountReportingMinor, currency } = finding;
  const id = subject.kind === 'account' ? medium.account(subject.id) : medium.id(subject.id, ID_LIMIT);
  const about = [`${texts.t(`findings.subject.${subject.kind}`)} ${id}`];
  if (subject.kind !== 'account' && accountId !== null)
    about.push(`${texts.t('findings.subject.account')} ${medium.account(accountId)}`);
  if (subject.kind !== 'tenant' && tenantId !== '-')
    about.push(`${texts.t('findings.subject.tenant')} ${medium.foreign(tenantId, NAME_LIMIT)}`);
  if (amountMinor === null || currency === null) return [about.join(', ')];
  const amount = texts.money({ minor: amountMinor, currency });
  if (amountReportingMinor === null || currency === reportingCurrency) return [about.join(', '), amount];
  const reporting = texts.money({ minor: amountReportingMinor, currency: reportingCurrency });
  return [about.join(', '), `${amount} (${reporting})`];
}

/** Who was told and who has it; or how it ended. */
function standLines(model: EscalationModel, medium: Medium): string[] {
  const { escalation } = model;
  const { texts } = medium;
  const lines = rootCauseLines(model, medium);
  if (escalation.state === 'resolved') return [endLine(model, medium), ...lines];
  if (escalation.state === 'acknowledged') {
    const { acknowledgedBy, acknowledgedAt, owner, nextAt } = escalation;
    const acknowledged = texts.t('escalations.acknowledged', {
      person: mentionUser(acknowledgedBy ?? '', medium),
      at: medium.at(acknowledgedAt ?? escalation.startedAt),
      lapses: medium.at(nextAt ?? escalation.startedAt),
    });
    const handed = owner !== null && owner !== acknowledgedBy;
    if (handed) lines.unshift(texts.t('escalations.owner', { person: mentionUser(owner, medium) }));
    if (escalation.awaitsRun) lines.push(texts.t('escalations.awaits_run'));
    return [acknowledged, ...lines];
  }
  return [...openLines(model, medium), ...lines];
}

/** Whom its own message told, and how far it has climbed since. */
function openLines(model: EscalationModel, medium: Medium): string[] {
  const { steps, escalation } = model;
  const { t } = medium.texts;
  const first = steps.find(({ stepNo }) => stepNo === 0);
  const told = first?.told ?? { users: [], groups: [] };
  const people = mentionTold(told, escalation.route.levels[(first?.level ?? 1) - 1], medium);
  const isNobody = first !== undefined && told.users.length + told.groups.length === 0;
  const passed = first === undefined ? [] : steps.slice(0, steps.indexOf(first));
  return [
    isNobody ? t('escalations.nobody_there', { whom: people }) : t('escalations.told', { people }),
    ...passed.map((step) => passedOverLine(model, step.level, step.passedOver ?? 'nobody', medium)),
  ];
}

function passedOverLine(
  { escalation }: EscalationModel,
  level: number,
  as: 'paused' | 'nobody',
  medium: Medium,
): string {
  return medium.texts.t(`escalations.passed_over.${as}`, {
    level: describeLevel(escalation.route, level, medium),
  });
}

function endLine({ escalation }: EscalationModel, medium: Medium): string {
  const { resolvedAt, resolvedBy, startedAt } = escalation;
  const how = escalation.resolvedHow ?? 'confirmed';
  return medium.texts.t(`escalations.resolved.${how}`, {
    at: medium.at(resolvedAt ?? startedAt),
    person: mentionUser((resolvedBy ?? '').replace(/^person:/, ''), medium),
  });
}

function rootCauseLines({ escalation }: EscalationModel, medium: Medium): string[] {
  const { rootCause, rootCauseBy, remediation, state } = escalation;
  const { texts } = medium;
  if (rootCause === null) return state === 'resolved' ? [texts.t('escalations.root_cause_missing')] : [];
  const words = medium.foreign(rootCause, WORDS_LIMIT);
  const person = mentionUser(rootCauseBy ?? '', medium);
  const lines = [texts.t('escalations.root_cause_by', { person, words })];
  if (remediation === null) return lines;
  return [...lines, texts.t('escalations.remediation', { words: medium.foreign(remediation, WORDS_LIMIT) })];
}

/** Its record, what comes without an answer, where it is reported. */
function printParts(model: EscalationModel, medium: Medium, href: string | null): string[] {
  const { escalation, incident } = model;
  const { texts } = medium;
  return [
    `INC-${incident.number}`,
    escalation.title.kind === 'finding' ? medium.foreign(escalation.title.rule, NAME_LIMIT) : '',
    escalation.state === 'open' ? describeClimb(model, medium) : '',
    href === null ? '' : linkedText(href, texts.t('escalations.report')),
  ];
}

/**
 * Who is told when nobody answers, as it was when it began: how far it has climbed stands in the thread, so that the
 * message itself need not be rewritten with every level.
 */
function describeClimb({ escalation, steps }: EscalationModel, medium: Medium): string {
  const { texts } = medium;
  const { route, severity } = escalation;
  const first = steps.find(({ stepNo }) => stepNo === 0)?.level ?? 1;
  let minutes = 0;
  const levels = route.levels.slice(first, first + MOST_LEVELS).map((level, index) => {
    minutes += route.levels[first - 1 + index]?.waitMinutes ?? route.waitMinutes[severity];
    const span = texts.duration(minutes * 60_000);
    return texts.t('escalations.then_level', { whom: describeWhom(level, medium), span });
  });
  return levels.length === 0 ? '' : texts.t('escalations.then', { levels: levels.join(', ') });
}

/** Two buttons and a menu while something can be decided; then, at most, one for what is missing. */
function buttonsOf(model: EscalationModel, texts: Texts): ActionsBlock[] {
  const { escalation } = model;
  const { id, state, rootCause } = escalation;
  if (state === 'resolved') {
    if (rootCause !== null) return [];
    return [{ type: 'actions', elements: [button(texts, 'escalations', 'resolve', 'root_cause', id)] }];
  }
  const elements: ActionsBlock['elements'] = [];
  if (state === 'open') {
    elements.push({ ...button(texts, 'escalations', 'acknowledge', 'acknowledge', id), style: 'primary' });
  }
  const review = reviewButton(model, texts);
  if (review !== null) elements.push(review);
  elements.push({
    type: 'overflow',
    action_id: encodeOverflowId('escalations'),
    options: (['hand_over', 'resolve'] as const).map((verb) => ({
      text: { type: 'plain_text', text: texts.t(`escalations.button.${verb}`), emoji: false },
      value: encodeOptionValue('escalations', verb, id),
    })),
  });
  return [{ type: 'actions', elements }];
}

/** To the finding itself; to all of them where there are many. */
function reviewButton({ escalation, report }: EscalationModel, texts: Texts): Button | null {
  const { subject } = escalation;
  if (subject.kind === 'finding') return button(texts, 'findings', 'review', 'review', subject.id);
  if (subject.kind === 'exemption') return button(texts, 'exemptions', 'open', 'details', subject.id);
  if (subject.kind === 'incident' || report === null) return null;
  return button(texts, 'findings', 'show_all', 'show_all', report.runId);
}

function button<N extends Noun>(
  texts: Texts,
  noun: N,
  verb: Verb<N>,
  words: 'acknowledge' | 'review' | 'details' | 'show_all' | 'root_cause',
  id: string,
): Button {
  return {
    type: 'button',
    action_id: encodeActionId(noun, verb),
    value: encodeButtonValue(id),
    text: { type: 'plain_text', text: texts.t(`escalations.button.${words}`), emoji: false },
  };
}
