import { renderEscalationRefusal, renderResolved } from '../blocks/escalation-answers.ts';
import { OPEN_INCIDENT, renderIncidentList, renderOpenIncidentModal } from '../blocks/incidents.ts';
import { noticeModal } from '../blocks/modal.ts';
import { renderNotice } from '../blocks/notice.ts';
import type { EscalationDeps } from '../src/escalations/deps.ts';
import { findEscalationOfIncident } from '../src/escalations/find-escalation.ts';
import { listIncidents } from '../src/escalations/list-incidents.ts';
import { MOST_TITLE, openIncident } from '../src/escalations/open-incident.ts';
import { MOST_ROOT_CAUSE, resolveEscalation } from '../src/escalations/resolve-escalation.ts';
import { nameOfIncident, parseIncidentName } from '../src/incidents/types.ts';
import { ROLES, type Person } from '../src/people/types.ts';
import { SEVERITIES, type Severity } from '../src/policy/escalations.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, CommandCall, Desk, SubmitAnswer, Submission } from './desk.ts';
import type { Listeners } from './listener.ts';
import { typedIn, typedText } from './typed-text.ts';

/** What an incident is when nobody says how bad: a ticket today. */
const USUAL: Severity = 'sev2';

/** /incident open | list | resolve | help, and the modal that asks what was left out. */
export function listenToIncidents(listeners: Listeners, desk: Desk, deps: EscalationDeps): void {
  listeners.command({
    command: '/incident',
    roles: ROLES,
    run: (call, person) => runCommand(desk, deps, call, person),
  });
  listeners.submit({
    callbackId: OPEN_INCIDENT,
    roles: ROLES,
    about: 'incident',
    channelOf: ({ view }) => channelIn(view.metadata),
    run: (submission, person) => submitOpen(desk, deps, submission, person),
  });
}

async function runCommand(
  desk: Desk,
  deps: EscalationDeps,
  call: CommandCall,
  person: Person,
): Promise<Answer> {
  const [, verb = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(call.text) ?? [];
  switch (verb.toLowerCase()) {
    case 'open':
      return await runOpen(desk, deps, call, { rest, person });
    case '':
    case 'list':
      return await runList(desk, deps, person);
    case 'resolve':
      return await runResolve(desk, deps, { rest, person });
    default:
      return words(renderHelp(person));
  }
}

async function runOpen(
  { clock }: Desk,
  deps: EscalationDeps,
  { triggerId, place }: CommandCall,
  { rest, person }: { rest: string; person: Person },
): Promise<Answer> {
  const [, first = '', behind = ''] = /^(\S*)\s*(.*)$/s.exec(rest) ?? [];
  const named = severityNamed(first);
  const title = typedText(named === undefined ? rest : behind, MOST_TITLE + 1);
  const texts = makeTexts(person.locale);
  if (title === '') {
    const metadata = { channelId: place.channelId };
    return { as: 'view', view: renderOpenIncidentModal(texts, metadata, MOST_TITLE, named ?? USUAL) };
  }
  if (Array.from(title).length > MOST_TITLE)
    return words(renderNotice('👋', [texts.t('incidents.open.too_long', { count: MOST_TITLE })]));
  const severity = named ?? USUAL;
  return words(await open(deps, clock.now(), { person, severity, title, requestId: triggerId }));
}

async function submitOpen(
  { clock }: Desk,
  deps: EscalationDeps,
  { view }: Submission,
  person: Person,
): Promise<SubmitAnswer> {
  const texts = makeTexts(person.locale);
  const title = typedIn(view.values, 'title', MOST_TITLE);
  if (title === '') return { as: 'errors', errors: { title: texts.t('incidents.open.missing') } };
  const severity =
    severityNamed(view.values['severity']?.['severity']?.selected_option?.value ?? '') ?? USUAL;
  // A view means one incident, however often its ack was lost and it is sent again.
  const requestId = view.id;
  const content = await open(deps, clock.now(), { person, severity, title, requestId });
  if (channelIn(view.metadata) !== null) return { as: 'close', words: content };
  return { as: 'update', view: noticeModal(texts, texts.t('modal.notice_title'), content) };
}

async function open(
  deps: EscalationDeps,
  now: Date,
  wanted: { person: Person; severity: Severity; title: string; requestId: string },
): Promise<MessageContent> {
  const { t } = makeTexts(wanted.person.locale);
  const outcome = await openIncident(deps, now, wanted);
  if (!outcome.ok) return renderNotice('👋', [t('incidents.open.repeated')]);
  return renderNotice('🚨', [t('incidents.open.done', { name: nameOfIncident(outcome) })]);
}

async function runList({ policy }: Desk, deps: EscalationDeps, person: Person): Promise<Answer> {
  const list = await listIncidents(deps.pool);
  return words(renderIncidentList(makeTexts(person.locale), policy.business.time_zone, list));
}

async function runResolve(
  { clock, policy }: Desk,
  deps: EscalationDeps,
  { rest, person }: { rest: string; person: Person },
): Promise<Answer> {
  const texts = makeTexts(person.locale);
  const [, name = '', rootCause = ''] = /^(\S*)\s*(.*)$/s.exec(rest) ?? [];
  const number = parseIncidentName(name);
  if (number === null || rootCause.trim() === '')
    return words(renderNotice('👋', [texts.t('incidents.resolve.usage')]));
  if (Array.from(rootCause).length > MOST_ROOT_CAUSE)
    return words(renderNotice('👋', [texts.t('incidents.resolve.too_long', { count: MOST_ROOT_CAUSE })]));
  const escalation = await findEscalationOfIncident(deps.pool, number);
  if (escalation === undefined) {
    const unknown = nameOfIncident({ number });
    return words(renderNotice('👋', [texts.t('incidents.resolve.not_found', { name: unknown })]));
  }
  const wanted = { id: escalation.id, person, rootCause: rootCause.trim(), remediation: '' };
  const outcome = await resolveEscalation(deps, clock.now(), wanted);
  if (outcome.ok) return words(renderResolved(outcome.as, texts));
  return words(renderEscalationRefusal(outcome.refusal, texts, policy.business.time_zone));
}

function renderHelp({ locale }: Person): MessageContent {
  const { t } = makeTexts(locale);
  return renderNotice('🚨', [
    t('incidents.help.title'),
    ...(['open', 'list', 'resolve', 'help'] as const).map((verb) => `• ${t(`incidents.help.${verb}`)}`),
  ]);
}

function severityNamed(word: string): Severity | undefined {
  const plain = word.toLowerCase().replace('-', '');
  return SEVERITIES.find((severity) => severity === plain);
}

function channelIn(metadata: string): string | null {
  try {
    const { channelId } = JSON.parse(metadata) as { channelId?: unknown };
    return typeof channelId === 'string' ? channelId : null;
  } catch {
    return null;
  }
}

function words(content: MessageContent): Answer {
  return { as: 'words', content };
}
