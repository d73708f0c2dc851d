import { z } from 'zod';
import { INPUTS } from '../blocks/decision.ts';
import { noticeModal } from '../blocks/modal.ts';
import { renderNotice } from '../blocks/notice.ts';
import { renderActed } from '../blocks/outcome.ts';
import { acceptFinding } from '../src/findings/accept-finding.ts';
import {
  ACTS,
  NOTE_LIMIT,
  REASONS,
  type Act,
  type ActOutcome,
  type ActRequest,
} from '../src/findings/act-types.ts';
import { assignFinding } from '../src/findings/assign-finding.ts';
import { reopenFinding } from '../src/findings/reopen-finding.ts';
import { resolveFinding } from '../src/findings/resolve-finding.ts';
import type { FindingsDeps } from '../src/findings/deps.ts';
import type { Person } from '../src/people/types.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import type { Desk, SubmitAnswer, Submission, ViewValue } from './desk.ts';
import { readRemembered } from './finding-places.ts';
import { typedIn } from './typed-text.ts';
import { drawListAnew } from './show-findings.ts';
import { refusalWords, reviewFinding, type FindingsParts } from './review-finding.ts';

/** What Review showed when it was sent: ids and versions, no authority. */
const metadataSchema = z.object({
  id: z.uuid(),
  state: z.enum(['open', 'resolved', 'accepted']),
  owner: z.string().nullable(),
  asked: z.string(),
});

interface Decision {
  act: Act;
  request: ActRequest;
  /** YYYY-MM-DD; '' for none. */
  day: string;
}

/** Does what Review was sent with. What is missing is said beside its field; who was too late sees how it stands now. */
export async function decideFinding(
  desk: Desk,
  parts: FindingsParts,
  submission: Submission,
  person: Person,
): Promise<SubmitAnswer> {
  const texts = makeTexts(person.locale);
  const decision = readDecision(submission, person);
  // A default would close what nobody chose to close.
  if (decision === null)
    return { as: 'errors', errors: { [INPUTS.what]: texts.t('findings.error.what_missing') } };
  const errors = missing(decision, texts);
  if (errors !== null) return { as: 'errors', errors };
  const outcome = await perform(parts.findings, desk.clock.now(), decision);
  if (outcome.ok) {
    const words = renderActed(outcome, texts, desk.policy.business.time_zone);
    const { channelId, below } = readRemembered(submission.view.metadata);
    if (below === null) return { as: 'close', words };
    return {
      as: 'close',
      words,
      afterwards: () => drawListAnew(desk, parts, person, channelId, below),
    };
  }
  const words = refusalWords(desk, outcome, person);
  const { why } = outcome.refusal;
  if (why === 'date_past' || why === 'date_far') return { as: 'errors', errors: { [INPUTS.until]: words } };
  return await showAsItIs(desk, parts, submission, person, words);
}

/** Null when nothing that can be done was chosen. */
function readDecision({ view, triggerId }: Submission, person: Person): Decision | null {
  const shown = metadataSchema.parse(JSON.parse(view.metadata));
  const value = (name: string): ViewValue | undefined => view.values[name]?.[name];
  const chosen = (name: string) => value(name)?.selected_option?.value;
  const note = typedIn(view.values, INPUTS.note, NOTE_LIMIT);
  const act = ACTS.find((known) => known === chosen(INPUTS.what));
  if (act === undefined) return null;
  const { id: findingId, state, owner, asked } = shown;
  return {
    act,
    request: {
      findingId,
      person,
      requestId: triggerId,
      seen: { state, owner, asked },
      note,
      reason: REASONS.find((reason) => reason === chosen(INPUTS.reason)) ?? 'other',
    },
    day: value(INPUTS.until)?.selected_date ?? '',
  };
}

/** Closing takes words, accepting a day as well. */
function missing({ act, request, day }: Decision, texts: Texts): Record<string, string> | null {
  const errors: Record<string, string> = {};
  const closes = act === 'resolve' || act === 'accept';
  if (closes && request.note === '') errors[INPUTS.note] = texts.t('findings.error.note_missing');
  if (act === 'accept' && !/^\d{4}-\d{2}-\d{2}$/.test(day))
    errors[INPUTS.until] = texts.t('findings.error.until_missing');
  return Object.keys(errors).length === 0 ? null : errors;
}

async function perform(deps: FindingsDeps, now: Date, { act, request, day }: Decision): Promise<ActOutcome> {
  switch (act) {
    case 'resolve':
      return await resolveFinding(deps, now, request);
    case 'assign':
      return await assignFinding(deps, now, request);
    case 'accept':
      return await acceptFinding(deps, now, { ...request, day });
    case 'reopen':
      return await reopenFinding(deps, now, request);
  }
}

/** Review again, as things are now, with the reason on top. */
async function showAsItIs(
  desk: Desk,
  parts: FindingsParts,
  { view }: Submission,
  person: Person,
  words: string,
): Promise<SubmitAnswer> {
  const { id } = metadataSchema.parse(JSON.parse(view.metadata));
  const place = { ...readRemembered(view.metadata), notice: [`ℹ️ ${words}`] };
  const answer = await reviewFinding(desk, parts, id, person, place);
  if (answer.as === 'view') return { as: 'update', view: answer.view };
  const texts = makeTexts(person.locale);
  const content = renderNotice('ℹ️', [words]);
  return { as: 'update', view: noticeModal(texts, texts.t('modal.notice_title'), content) };
}
