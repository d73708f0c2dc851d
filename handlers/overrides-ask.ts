import { encodeActionId } from '../blocks/actions.ts';
import { noticeModal } from '../blocks/modal.ts';
import { renderAsked, renderOverrideHelp } from '../blocks/overrides-answers.ts';
import { FORM_INPUTS, overrideForm } from '../blocks/overrides-form.ts';
import { findAskedAbout, askedAboutOf, type AskedAbout } from '../src/overrides/asked-about.ts';
import { loadForm } from '../src/overrides/load-form.ts';
import type { OverrideRefusal } from '../src/overrides/refusals.ts';
import { requestOverride } from '../src/overrides/request-override.ts';
import {
  choiceKey,
  EXTENSION_CHOICES,
  LIMITS,
  PAYOUT_CHOICES,
  REASONS_OF,
  WINDOW_CHOICES,
  type Choice,
  type OverrideFacts,
} from '../src/overrides/types.ts';
import { findPayout } from '../src/payouts/find-payout.ts';
import type { Person } from '../src/people/types.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts } from '../src/texts.ts';
import { admitPerson } from './admit.ts';
import type { Answer, CommandCall, Desk, Press, SubmitAnswer, Submission } from './desk.ts';
import type { OverrideParts } from './overrides.ts';
import { noteForged, refused, refusedLine, refusedWords } from './overrides-answer.ts';
import { MAY_ASK, refuseAsking } from './overrides-may-ask.ts';
import { channelIn, metadataOf, readAsking } from './overrides-places.ts';
import { listOpen } from './overrides-show.ts';
import { typedIn, typedText } from './typed-text.ts';

/** Longer than any id or name that a person would type. */
const LONGEST_TYPED = 200;
const HELP_WORDS: ReadonlySet<string> = new Set(['', 'help', 'yardım']);
const LIST_WORDS: ReadonlySet<string> = new Set(['list', 'liste']);

/** Is it one of the words that `/override` answers in words? */
export function isWord(text: string): boolean {
  const word = text.toLowerCase();
  return HELP_WORDS.has(word) || LIST_WORDS.has(word);
}

/** `/override`: the help, what waits, or the form for one payment. */
export async function runOverride(
  desk: Desk,
  parts: OverrideParts,
  call: CommandCall,
  person: Person,
): Promise<Answer> {
  const typed = typedText(call.text, LONGEST_TYPED);
  const word = typed.toLowerCase();
  const texts = makeTexts(person.locale);
  if (HELP_WORDS.has(word)) return { as: 'words', content: renderOverrideHelp(texts) };
  if (LIST_WORDS.has(word)) return await listOpen(desk, parts, person);
  const wanted = {
    roles: MAY_ASK,
    action: '/override',
    subject: { kind: 'transaction', id: typed },
  } as const;
  const admitted = await admitPerson(desk, call, person, wanted);
  if (!admitted.ok) return { as: 'words', content: admitted.words };
  const known = await findPayout(desk.pool, typed);
  const value = known === null ? null : await findAskedAbout(desk.pool, `payout:${known}`, null);
  const origin =
    value === null
      ? await askedAboutOf(desk.pool, { tenantId: '', transactionId: typed })
      : await askedAboutOf(desk.pool, { tenantId: value.tenantId, transactionId: value.subjectId });
  return await showForm(desk, parts, person, { origin, channelId: call.place.channelId });
}

/** The form, for what a button of a message, of Details or of Review stands for. */
export async function askFromPress(
  desk: Desk,
  parts: OverrideParts,
  press: Press,
  person: Person,
): Promise<Answer> {
  const { channelId, messageTs, isEphemeral, view } = press.place;
  const message =
    channelId === null || messageTs === null || isEphemeral ? null : { channelId, ts: messageTs };
  const origin = await findAskedAbout(desk.pool, press.id, message);
  if (origin === null) {
    const action = encodeActionId('overrides', 'request');
    await noteForged(desk, press, action, { kind: 'payout', id: press.id });
    return await refused(desk, parts, { why: 'not_found' }, person);
  }
  const openedIn = channelId ?? (view === null ? null : channelIn(view.metadata));
  return await showForm(desk, parts, person, { origin, channelId: openedIn });
}

/** What it is about is read first, providers asked, so this takes seconds: the modal stands there already. */
export async function showForm(
  desk: Desk,
  parts: OverrideParts,
  person: Person,
  { origin, channelId }: { origin: AskedAbout; channelId: string | null },
): Promise<Answer> {
  const { kind, tenantId, subjectId } = origin;
  const wanted = { kind, tenantId, subjectId, person };
  const outcome = await loadForm(parts.deps, desk.clock.now(), wanted);
  if (!outcome.ok) return await refused(desk, parts, outcome.refusal, person);
  const { facts } = outcome.form;
  const known =
    tenantId === '' && facts.kind === 'payout'
      ? await askedAboutOf(desk.pool, { tenantId: facts.tenantId, transactionId: facts.transactionId })
      : origin;
  const metadata = metadataOf(known, channelId);
  return { as: 'view', view: overrideForm(outcome.form, { metadata }, makeTexts(person.locale)) };
}

/** Asks for it. What is missing is said beside its field; what else is against it stands on top of what was typed. */
export async function submitAsk(
  desk: Desk,
  parts: OverrideParts,
  submission: Submission,
  person: Person,
): Promise<SubmitAnswer> {
  const texts = makeTexts(person.locale);
  const { view, triggerId } = submission;
  const asked = readAsking(view.metadata);
  const chosen = (name: string) => view.values[name]?.[name]?.selected_option?.value;
  if (asked === null) return await onTop(desk, parts, submission, person, { why: 'not_found' });
  const { kind, subjectId } = asked.origin;
  const words = await refuseAsking(desk, parts, submission, person, { kind, subjectId });
  if (words !== null) return noticeOnTop(submission, person, words);
  const choice = CHOICES[isKind(kind) ? kind : 'payout'].find(
    (each) => choiceKey(each) === chosen(FORM_INPUTS.what),
  );
  const reasons = REASONS_OF[isKind(kind) ? kind : 'payout'];
  const reasonCode = reasons.find((code) => code === chosen(FORM_INPUTS.reason));
  if (choice === undefined)
    return { as: 'errors', errors: { [FORM_INPUTS.what]: texts.t('overrides.form.what_missing') } };
  if (reasonCode === undefined)
    return { as: 'errors', errors: { [FORM_INPUTS.reason]: texts.t('overrides.form.reason_missing') } };
  const outcome = await requestOverride(parts.deps, desk.clock.now(), {
    kind: asked.origin.kind,
    tenantId: asked.origin.tenantId,
    subjectId: asked.origin.subjectId,
    from: asked.origin.from,
    choice,
    reasonCode,
    reason: typedIn(view.values, FORM_INPUTS.note, LIMITS.reason),
    ticket: typedIn(view.values, FORM_INPUTS.ticket, LIMITS.ticket),
    evidence: typedIn(view.values, FORM_INPUTS.evidence, LIMITS.evidence),
    person,
    requestId: triggerId,
  });
  // Whatever lay below shows how it was before.
  if (outcome.ok) return { as: 'clear', words: renderAsked(outcome.override, texts) };
  const beside = FIELDS[outcome.refusal.why];
  if (beside === undefined) return await onTop(desk, parts, submission, person, outcome.refusal);
  return {
    as: 'errors',
    errors: { [FORM_INPUTS[beside]]: await refusedLine(desk, parts, outcome.refusal, person) },
  };
}

/** What may be chosen for each kind of thing. */
const CHOICES: Readonly<Record<OverrideFacts['kind'], readonly Choice[]>> = {
  payout: PAYOUT_CHOICES,
  exemption: EXTENSION_CHOICES,
  slo_window: WINDOW_CHOICES,
};

function isKind(kind: string): kind is OverrideFacts['kind'] {
  return Object.hasOwn(CHOICES, kind);
}

const FIELDS: Partial<Record<OverrideRefusal['why'], keyof typeof FORM_INPUTS>> = {
  ticket_missing: 'ticket',
  reason_missing: 'note',
  evidence_missing: 'evidence',
};

/** What was typed stays below; where no room is left on top, it is replaced. */
async function onTop(
  desk: Desk,
  parts: OverrideParts,
  { view: { depth } }: Submission,
  person: Person,
  refusal: OverrideRefusal,
): Promise<SubmitAnswer> {
  return noticeOnTop({ view: { depth } }, person, await refusedWords(desk, parts, refusal, person));
}

function noticeOnTop(
  { view: { depth } }: { view: Pick<Submission['view'], 'depth'> },
  { locale }: Person,
  content: MessageContent,
): SubmitAnswer {
  const texts = makeTexts(locale);
  const view = noticeModal(texts, texts.t('modal.notice_title'), content);
  return { as: depth < 2 ? 'push' : 'update', view };
}
