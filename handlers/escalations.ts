import {
  describeEscalationRefusal,
  renderEscalationRefusal,
  renderResolved,
  renderStartAnswer,
} from '../blocks/escalation-answers.ts';
import { HAND_OVER, renderHandOverModal, renderResolveModal, RESOLVE } from '../blocks/escalation-modals.ts';
import { loadingModal, noticeModal } from '../blocks/modal.ts';
import { acknowledge, type EscalationRefusal } from '../src/escalations/acknowledge.ts';
import type { EscalationDeps } from '../src/escalations/deps.ts';
import { handOver, MOST_NOTE } from '../src/escalations/hand-over.ts';
import { findEscalation } from '../src/escalations/find-escalation.ts';
import { MOST_ROOT_CAUSE, resolveEscalation } from '../src/escalations/resolve-escalation.ts';
import { startForFinding } from '../src/escalations/start-for-finding.ts';
import type { UserId } from '../src/ids.ts';
import { ROLES, type Person, type Role } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, Desk, Press, SubmitAnswer, Submission } from './desk.ts';
import type { Listeners } from './listener.ts';
import { typedIn } from './typed-text.ts';

/** Whoever is told may answer. */
const MAY_ANSWER: readonly Role[] = ROLES;
const MAY_START: readonly Role[] = ['ops', 'managers', 'leads', 'sre'];

/** Starting, acknowledging, handing over and resolving escalations. */
export function listenToEscalations(listeners: Listeners, desk: Desk, deps: EscalationDeps): void {
  const about = 'escalation' as const;
  const roles = MAY_ANSWER;
  listeners.press({
    noun: 'escalations',
    verb: 'start',
    roles: MAY_START,
    about: 'finding',
    run: (press, person) => pressStart(desk, deps, press, person),
  });
  listeners.press({
    noun: 'escalations',
    verb: 'acknowledge',
    roles,
    about,
    run: (press, person) => pressAcknowledge(desk, deps, press, person),
  });
  listeners.press({
    noun: 'escalations',
    verb: 'hand_over',
    roles,
    about,
    opening: (texts) => loadingModal(texts, texts.t('escalations.hand_over.title')),
    run: (press, person) => openHandOver(desk, deps, press, person),
  });
  listeners.press({
    noun: 'escalations',
    verb: 'resolve',
    roles,
    about,
    opening: (texts) => loadingModal(texts, texts.t('escalations.resolve.title')),
    run: (press, person) => openResolve(desk, deps, press, person),
  });
  listeners.submit({
    callbackId: HAND_OVER,
    roles,
    about,
    run: (submission, person) => submitHandOver(desk, deps, submission, person),
  });
  listeners.submit({
    callbackId: RESOLVE,
    roles,
    about,
    channelOf: ({ view }) => readMetadata(view.metadata).channelId,
    run: (submission, person) => submitResolve(desk, deps, submission, person),
  });
}

async function pressStart(
  { clock, policy }: Desk,
  deps: EscalationDeps,
  { id }: Press,
  person: Person,
): Promise<Answer> {
  const outcome = await startForFinding(deps, clock.now(), { findingId: id, person });
  const zone = policy.business.time_zone;
  return { as: 'words', content: renderStartAnswer(outcome, makeTexts(person.locale), zone) };
}

async function pressAcknowledge(
  desk: Desk,
  deps: EscalationDeps,
  { id }: Press,
  person: Person,
): Promise<Answer> {
  const outcome = await acknowledge(deps, desk.clock.now(), { id, person });
  // The message itself says who has it.
  return outcome.ok ? { as: 'nothing' } : refused(desk, outcome.refusal, person);
}

async function openHandOver(desk: Desk, deps: EscalationDeps, press: Press, person: Person): Promise<Answer> {
  const found = await findEscalation(deps.pool, press.id);
  if (found === undefined) return refused(desk, { why: 'not_found' }, person);
  if (found.resolvedAt !== null) return refused(desk, { why: 'over', at: found.resolvedAt }, person);
  return { as: 'view', view: renderHandOverModal(makeTexts(person.locale), metadataOf(press), MOST_NOTE) };
}

async function openResolve(desk: Desk, deps: EscalationDeps, press: Press, person: Person): Promise<Answer> {
  const found = await findEscalation(deps.pool, press.id);
  if (found === undefined) return refused(desk, { why: 'not_found' }, person);
  const { rootCause, rootCauseBy, remediation, state } = found;
  if (state === 'resolved' && rootCauseBy !== null)
    return refused(desk, { why: 'root_cause_known', by: rootCauseBy }, person);
  const known = { rootCause, remediation, most: MOST_ROOT_CAUSE };
  return { as: 'view', view: renderResolveModal(makeTexts(person.locale), metadataOf(press), known) };
}

function refused({ policy }: Desk, refusal: EscalationRefusal, person: Person): Answer {
  const texts = makeTexts(person.locale);
  return { as: 'words', content: renderEscalationRefusal(refusal, texts, policy.business.time_zone) };
}

async function submitHandOver(
  { clock, policy }: Desk,
  deps: EscalationDeps,
  { view }: Submission,
  person: Person,
): Promise<SubmitAnswer> {
  const texts = makeTexts(person.locale);
  const to = view.values['to']?.['to']?.selected_user ?? null;
  if (to === null) return { as: 'errors', errors: { to: texts.t('escalations.hand_over.nobody') } };
  const { id } = readMetadata(view.metadata);
  const note = typedIn(view.values, 'note', MOST_NOTE);
  const wanted = { id, person, to: to as UserId, note, requestId: view.id };
  const outcome = await handOver(deps, clock.now(), wanted);
  if (outcome.ok) return { as: 'close' };
  const zone = policy.business.time_zone;
  const words = describeEscalationRefusal(outcome.refusal, texts, zone);
  // Errors beside a field are plain text, in which a mention would stay an id.
  if (outcome.refusal.why === 'roles_unread') return { as: 'errors', errors: { to: words } };
  return onTop(person, renderEscalationRefusal(outcome.refusal, texts, zone), view.depth);
}

async function submitResolve(
  { clock, policy }: Desk,
  deps: EscalationDeps,
  { view }: Submission,
  person: Person,
): Promise<SubmitAnswer> {
  const texts = makeTexts(person.locale);
  const rootCause = typedIn(view.values, 'root_cause', MOST_ROOT_CAUSE);
  if (rootCause === '')
    return { as: 'errors', errors: { root_cause: texts.t('escalations.resolve.missing') } };
  const { id } = readMetadata(view.metadata);
  const remediation = typedIn(view.values, 'remediation', MOST_ROOT_CAUSE);
  const outcome = await resolveEscalation(deps, clock.now(), { id, person, rootCause, remediation });
  if (outcome.ok) return { as: 'close', words: renderResolved(outcome.as, texts) };
  const zone = policy.business.time_zone;
  return onTop(person, renderEscalationRefusal(outcome.refusal, texts, zone), view.depth);
}

/** What was typed stays below; where no room is left on top, it is replaced. */
function onTop(person: Person, content: Parameters<typeof noticeModal>[2], depth: number): SubmitAnswer {
  const texts = makeTexts(person.locale);
  const view = noticeModal(texts, texts.t('modal.notice_title'), content);
  return { as: depth < 2 ? 'push' : 'update', view };
}

function metadataOf({ id, place }: Press): { id: string; channelId: string | null } {
  return { id, channelId: place.channelId };
}

/** What came back with a modal names a row of ours, and a channel to answer in; neither is an authority. */
function readMetadata(metadata: string): { id: string; channelId: string | null } {
  try {
    const { id, channelId } = JSON.parse(metadata) as { id?: unknown; channelId?: unknown };
    return {
      id: typeof id === 'string' ? id : '',
      channelId: typeof channelId === 'string' ? channelId : null,
    };
  } catch {
    return { id: '', channelId: null };
  }
}
