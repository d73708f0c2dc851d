import type { Button, KnownBlock, ModalView } from '@slack/types';
import type { RenderContext } from '../src/cards/types.ts';
import type { IncidentModel } from '../src/escalations/load-escalation.ts';
import type { OpenIncidentLine } from '../src/escalations/list-incidents.ts';
import type { Severity } from '../src/policy/escalations.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { encodeActionId, encodeButtonValue } from './actions.ts';
import { mentionUser } from './actor.ts';
import { context, joined, message, section } from './kit.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';
import { modal } from './modal.ts';
import { describeSeverity, describeTitle, linkedText, symbolOfSeverity } from './route.ts';

export const OPEN_INCIDENT = 'incidents.open';
const WORDS_LIMIT = 500;
const RULE_LIMIT = 8;
const SEVERITIES = ['sev1', 'sev2', 'sev3'] as const satisfies readonly Severity[];

/** One incident in #incidents: what, how bad, who opened it, who has it, and where everything about it stands. */
export function renderIncident(model: IncidentModel, context_: RenderContext): MessageContent {
  const texts = makeTexts(context_.locale);
  const markup = markupMedium(texts, model.timeZone);
  const { message: at } = model;
  const href = at === null ? null : context_.permalink(at);
  const link = linkedText(href, texts.t('incidents.link'));
  const print = [texts.t('incidents.at', { link })];
  if (context_.previousPermalink !== null) print.push(...linkTo(context_.previousPermalink, texts));
  const blocks: KnownBlock[] = [section(incidentLines(model, markup))];
  if (model.incident.state === 'open') blocks.push({ type: 'actions', elements: buttonsOf(model, texts) });
  blocks.push(
    context(href === null ? print.slice(1).concat(joined([`INC-${model.incident.number}`])) : print),
  );
  return message(incidentLines(model, wordsMedium(texts, model.timeZone)), blocks);
}

function incidentLines({ incident, escalation }: IncidentModel, medium: Medium): string[] {
  const { texts, strong } = medium;
  const name = `INC-${incident.number}`;
  const what = describeTitle(incident.title, medium);
  const severity = describeSeverity(incident.severity, texts);
  const isOver = incident.state === 'resolved';
  const lines = [
    isOver
      ? `✅ ${strong(texts.t('incidents.over', { name, what }))}`
      : `${symbolOfSeverity(incident.severity)} ${strong(texts.t('incidents.headline', { name, severity, what }))}`,
    openedLine(incident, medium),
  ];
  if (!isOver && escalation.state === 'acknowledged') {
    lines.push(
      texts.t('escalations.acknowledged', {
        person: mentionUser(escalation.acknowledgedBy ?? '', medium),
        at: medium.at(escalation.acknowledgedAt ?? incident.openedAt),
        lapses: medium.at(escalation.nextAt ?? incident.openedAt),
      }),
    );
  } else if (!isOver && escalation.round > 1) {
    lines.push(texts.t('incidents.round', { count: escalation.round - 1 }));
  }
  if (incident.rootCause !== null) {
    const person = mentionUser(escalation.rootCauseBy ?? '', medium);
    const words = medium.foreign(incident.rootCause, WORDS_LIMIT);
    lines.push(texts.t('escalations.root_cause_by', { person, words }));
  } else if (isOver) lines.push(texts.t('escalations.root_cause_missing'));
  return lines;
}

function openedLine({ openedBy, openedAt }: IncidentModel['incident'], medium: Medium): string {
  const [kind = '', name = ''] = openedBy.split(/:(.*)/s);
  const at = medium.at(openedAt);
  if (kind === 'person')
    return medium.texts.t('incidents.opened_by_person', { person: mentionUser(name, medium), at });
  if (kind === 'rule')
    return medium.texts.t('incidents.opened_by_rule', { rule: medium.foreign(name, RULE_LIMIT), at });
  return medium.texts.t('incidents.opened_by_job', { at });
}

function buttonsOf({ escalation }: IncidentModel, texts: Texts): Button[] {
  const button = (verb: 'acknowledge' | 'resolve'): Button => ({
    type: 'button',
    action_id: encodeActionId('escalations', verb),
    value: encodeButtonValue(escalation.id),
    text: { type: 'plain_text', text: texts.t(`escalations.button.${verb}`), emoji: false },
  });
  if (escalation.state !== 'open') return [button('resolve')];
  return [{ ...button('acknowledge'), style: 'primary' }, button('resolve')];
}

/** What /incident open asks when it was told nothing. */
export function renderOpenIncidentModal(
  texts: Texts,
  metadata: object,
  mostTitle: number,
  usual: Severity,
): ModalView {
  const plain = (text: string) => ({ type: 'plain_text' as const, text, emoji: false });
  const options = SEVERITIES.map((severity) => ({
    text: plain(texts.t(`alerts.severity.${severity}`)),
    value: severity,
  }));
  const initial = options.find(({ value }) => value === usual);
  return modal(texts, {
    title: texts.t('incidents.open.title'),
    callbackId: OPEN_INCIDENT,
    submit: texts.t('incidents.open.submit'),
    metadata,
    blocks: [
      {
        type: 'input',
        block_id: 'title',
        label: plain(texts.t('incidents.open.what')),
        element: { type: 'plain_text_input', action_id: 'title', max_length: mostTitle },
      },
      {
        type: 'input',
        block_id: 'severity',
        label: plain(texts.t('incidents.open.severity')),
        element: {
          type: 'static_select',
          action_id: 'severity',
          options,
          ...(initial === undefined ? {} : { initial_option: initial }),
        },
      },
    ],
  });
}

/** Open incidents, a line each. */
export function renderIncidentList(
  texts: Texts,
  timeZone: string,
  { lines, count }: { lines: readonly OpenIncidentLine[]; count: number },
): MessageContent {
  if (count === 0)
    return message([texts.t('incidents.list.none')], [section([`✅ ${texts.t('incidents.list.none')}`])]);
  const rest = count - lines.length;
  const linesIn = (medium: Medium): string[] => [
    medium.strong(texts.t('incidents.list.title', { count })),
    ...lines.map((line) => describeLine(line, medium)),
    ...(rest > 0 ? [texts.t('incidents.list.more', { count: rest })] : []),
  ];
  return message(linesIn(wordsMedium(texts, timeZone)), [section(linesIn(markupMedium(texts, timeZone)))]);
}

function describeLine({ incident, owner }: OpenIncidentLine, medium: Medium): string {
  const { texts } = medium;
  const line = texts.t('incidents.list.line', {
    name: medium.strong(`INC-${incident.number}`),
    severity: describeSeverity(incident.severity, texts),
    what: describeTitle(incident.title, medium),
    at: medium.at(incident.openedAt),
  });
  const has =
    owner === null
      ? texts.t('incidents.list.unanswered')
      : texts.t('incidents.list.has_it', { person: mentionUser(owner, medium) });
  return `${symbolOfSeverity(incident.severity)} ${joined([line, has])}`;
}
