import type { KnownBlock } from '@slack/types';
import type { Alert, AlertModel } from '../src/alerts/types.ts';
import type { RenderContext } from '../src/cards/types.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts, type TextArguments } from '../src/texts.ts';
import { context, header, joined, message, section } from './kit.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';

const NAME_LIMIT = 80;
const REASON_LIMIT = 300;

/** Shapes as well as colours; the severity stands beside them in words. */
const SEVERITY_SYMBOLS: Readonly<Record<Alert['severity'], string>> = { sev1: '🚨', sev2: '⚠️', sev3: 'ℹ️' };

/** One alert: how bad, what happened, why, what to do, how often; once resolved it says so and keeps its story. */
export function renderAlert(
  { alert, timeZone }: AlertModel,
  { locale, previousPermalink }: RenderContext,
): MessageContent {
  const texts = makeTexts(locale);
  const markup = markupMedium(texts, timeZone);
  const headline = describeHeadline(alert, markup);
  const lines = storyLines(alert, markup);
  const print = [joined(timeParts(alert, markup))];
  if (previousPermalink !== null) print.push(...linkTo(previousPermalink, texts));
  const blocks: KnownBlock[] = [header(headline), section(lines), context(print)];
  const words = wordsMedium(texts, timeZone);
  return message([headline, ...storyLines(alert, words), joined(timeParts(alert, words))], blocks);
}

function describeHeadline(alert: Alert, { texts }: Medium): string {
  const title = texts.t(`alerts.kind.${alert.kind}.title`);
  if (alert.state === 'resolved') return `✅ ${texts.t('alerts.resolved', { title })}`;
  const severity = texts.t(`alerts.severity.${alert.severity}`);
  return `${SEVERITY_SYMBOLS[alert.severity]} ${texts.t('alerts.headline', { severity, title })}`;
}

/** What happened, why, and (while it is open) what to do. */
function storyLines(alert: Alert, medium: Medium): string[] {
  const { texts } = medium;
  const lines = [texts.t(`alerts.kind.${alert.kind}.detail`, describeArguments(alert, medium))];
  if ('error' in alert.args) {
    lines.push(
      texts.t('alerts.reason', {
        error: medium.word('reconciliation.problem', alert.args.error, REASON_LIMIT),
      }),
    );
  }
  if (alert.state === 'open') lines.push(medium.strong(texts.t(`alerts.kind.${alert.kind}.advice`)));
  return lines;
}

function describeArguments(alert: Alert, medium: Medium): TextArguments {
  const name = (text: string): string => medium.foreign(text, NAME_LIMIT);
  switch (alert.kind) {
    case 'task_failed':
      return { task: name(alert.args.task), key: medium.id(alert.args.key, NAME_LIMIT) };
    case 'slot_missed':
      return {
        schedule: name(alert.args.schedule),
        count: alert.args.count,
        firstAt: describeTime(alert.args.firstAt, medium),
        lastAt: describeTime(alert.args.lastAt, medium),
      };
    case 'card_failed':
      return { card: name(alert.args.card), channel: name(alert.args.channel) };
    case 'file_failed':
      return {
        card: name(alert.args.card),
        channel: name(alert.args.channel),
        file: name(alert.args.file),
      };
    case 'run_failed':
      return {
        label: medium.texts.day(alert.args.label),
        state: medium.word('alerts.run_state', alert.args.state, NAME_LIMIT),
      };
    case 'page_failed':
      return {};
    case 'operation_unknown':
      return {
        transaction: medium.id(alert.args.transaction, NAME_LIMIT),
        since: describeTime(alert.args.since, medium),
      };
    case 'platform_unauthorised':
      return { status: alert.args.status };
    case 'platform_unreachable':
      return { failures: alert.args.failures };
    case 'slack_unreachable':
      return {
        firstAt: describeTime(alert.args.firstAt, medium),
        lastAt: describeTime(alert.args.lastAt, medium),
      };
    case 'owner_unreachable':
      return { exemption: name(alert.args.exemption), person: name(alert.args.person) };
    case 'owner_left':
      return {
        exemption: name(alert.args.exemption),
        person: name(alert.args.person),
        heir: name(alert.args.heir),
      };
    case 'slo_blind':
      return { slo: name(alert.args.slo), since: describeTime(alert.args.since, medium) };
    case 'audit_broken':
      return { seq: alert.args.seq, problem: medium.word('audit.problem', alert.args.problem, REASON_LIMIT) };
    case 'route_reaches_nobody':
      return { count: alert.args.count, levels: medium.foreign(alert.args.levels, REASON_LIMIT) };
  }
}

function describeTime(iso: string, medium: Medium): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? medium.foreign(iso, NAME_LIMIT) : medium.at(at);
}

function timeParts(alert: Alert, medium: Medium): string[] {
  const { texts } = medium;
  const { subject, count, firstAt, lastAt, resolvedAt } = alert;
  const id = subject.kind === 'account' ? medium.account(subject.id) : medium.id(subject.id, NAME_LIMIT);
  return [
    texts.t('alerts.times', { count }),
    texts.t('alerts.first', { at: medium.at(firstAt) }),
    count > 1 ? texts.t('alerts.last', { at: medium.at(lastAt) }) : '',
    resolvedAt === null ? '' : texts.t('alerts.resolved_at', { at: medium.at(resolvedAt) }),
    texts.t('alerts.about', { subject: `${texts.t(`findings.subject.${subject.kind}`)} ${id}` }),
  ];
}
