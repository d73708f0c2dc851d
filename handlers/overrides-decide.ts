import { encodeActionId, type Verb } from '../blocks/actions.ts';
import { noticeModal } from '../blocks/modal.ts';
import { renderCanceled, renderRejected, renderRenewed, renderVoted } from '../blocks/overrides-answers.ts';
import { REJECT_INPUTS, rejectForm } from '../blocks/overrides-reject.ts';
import { cancelOverride } from '../src/overrides/cancel-override.ts';
import { approveOverride, rejectOverride } from '../src/overrides/decide-override.ts';
import { loadOverride } from '../src/overrides/load-model.ts';
import { judgeVoter } from '../src/overrides/judge-voter.ts';
import type { OverrideRefusal } from '../src/overrides/refusals.ts';
import { renewOverride } from '../src/overrides/renew-override.ts';
import { LIMITS } from '../src/overrides/types.ts';
import type { Person } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, Desk, Press, Request, SubmitAnswer, Submission } from './desk.ts';
import type { OverrideParts } from './overrides.ts';
import { noteForged, noteRefused, refused, refusedLine, refusedWords } from './overrides-answer.ts';
import { parseOverrideId, parseVersioned, readDeciding } from './overrides-places.ts';
import { typedIn } from './typed-text.ts';

type Deciding = Extract<Verb<'overrides'>, 'approve' | 'reject' | 'decline' | 'renew' | 'cancel'>;

/**
 * One vote for the version that the card showed. Where nobody knows whose account it is, the question before the press said
 * that whoever approves has no interest in it: that they did is kept.
 */
export async function pressApprove(
  desk: Desk,
  parts: OverrideParts,
  press: Press,
  person: Person,
): Promise<Answer> {
  const named = parseVersioned(press.id);
  const model = named === null ? null : await loadOverride(desk.pool, named.overrideId, parts.deps);
  if (named === null || model === null) return await forged(desk, parts, press, person, 'approve');
  const { teamId } = press.clicker;
  const noInterest = model.beneficiary === null;
  const vote = { ...named, person, teamId, noInterest };
  const outcome = await approveOverride(parts.deps, desk.clock.now(), vote);
  if (outcome.ok) return { as: 'words', content: renderVoted(outcome, makeTexts(person.locale)) };
  return await refuse(desk, parts, press, person, { ...named, refusal: outcome.refusal, verb: 'approve' });
}

/** Asks why, whom it is worth asking; whether they may is asked again when it is sent. */
export async function openReject(
  desk: Desk,
  parts: OverrideParts,
  press: Press,
  person: Person,
): Promise<Answer> {
  const named = parseVersioned(press.id);
  const model = named === null ? null : await loadOverride(desk.pool, named.overrideId, parts.deps);
  if (named === null || model === null) return await forged(desk, parts, press, person, 'reject');
  const { overrideId } = named;
  const { override, version, votes } = model;
  const judging = { override, version, votes, voter: person, vote: 'reject' } as const;
  const judged = await judgeVoter(desk.pool, desk.policy, desk.clock.now(), judging);
  if (!judged.ok && override.state === 'open')
    return await refuse(desk, parts, press, person, { overrideId, refusal: judged.refusal, verb: 'reject' });
  const metadata = { id: named.overrideId, version: named.version, channelId: press.place.channelId };
  return { as: 'view', view: rejectForm(model, { metadata }, makeTexts(person.locale)) };
}

export async function submitDecline(
  desk: Desk,
  parts: OverrideParts,
  submission: Submission,
  person: Person,
): Promise<SubmitAnswer> {
  const texts = makeTexts(person.locale);
  const named = readDeciding(submission.view.metadata);
  if (named === null) return await onTop(desk, parts, submission, person, { why: 'not_found' });
  const { id: overrideId, version } = named;
  const reason = typedIn(submission.view.values, REJECT_INPUTS.note, LIMITS.reason);
  const { teamId } = submission.clicker;
  const vote = { overrideId, version, person, teamId, reason };
  const outcome = await rejectOverride(parts.deps, desk.clock.now(), vote);
  if (outcome.ok) return { as: 'close', words: renderRejected(outcome.override, texts) };
  const { refusal } = outcome;
  if (refusal.why === 'reason_missing')
    return {
      as: 'errors',
      errors: { [REJECT_INPUTS.note]: await refusedLine(desk, parts, refusal, person) },
    };
  await noteRefused(desk, submission, { refusal, action: encodeActionId('overrides', 'reject'), overrideId });
  return await onTop(desk, parts, submission, person, refusal);
}

export async function pressRenew(
  desk: Desk,
  parts: OverrideParts,
  press: Press,
  person: Person,
): Promise<Answer> {
  const overrideId = parseOverrideId(press.id);
  if (overrideId === null) return await forged(desk, parts, press, person, 'renew');
  const renew = { overrideId, person, requestId: press.triggerId };
  const outcome = await renewOverride(parts.deps, desk.clock.now(), renew);
  if (outcome.ok) return { as: 'words', content: renderRenewed(outcome.override, makeTexts(person.locale)) };
  return await refuse(desk, parts, press, person, { overrideId, refusal: outcome.refusal, verb: 'renew' });
}

export async function pressCancel(
  desk: Desk,
  parts: OverrideParts,
  press: Press,
  person: Person,
): Promise<Answer> {
  const overrideId = parseOverrideId(press.id);
  if (overrideId === null) return await forged(desk, parts, press, person, 'cancel');
  const cancel = { overrideId, person, requestId: press.triggerId };
  const outcome = await cancelOverride(parts.deps, desk.clock.now(), cancel);
  if (outcome.ok) return { as: 'words', content: renderCanceled(outcome.override, makeTexts(person.locale)) };
  return await refuse(desk, parts, press, person, { overrideId, refusal: outcome.refusal, verb: 'cancel' });
}

async function refuse(
  desk: Desk,
  parts: OverrideParts,
  request: Request,
  person: Person,
  what: { overrideId: string; refusal: OverrideRefusal; verb: Deciding },
): Promise<Answer> {
  const { overrideId, refusal, verb } = what;
  await noteRefused(desk, request, { refusal, action: encodeActionId('overrides', verb), overrideId });
  return await refused(desk, parts, refusal, person);
}

/** No button of ours carries it. */
async function forged(
  desk: Desk,
  parts: OverrideParts,
  press: Press,
  person: Person,
  verb: Deciding,
): Promise<Answer> {
  const subject = { kind: 'override', id: press.id } as const;
  await noteForged(desk, press, encodeActionId('overrides', verb), subject);
  return await refused(desk, parts, { why: 'not_found' }, person);
}

async function onTop(
  desk: Desk,
  parts: OverrideParts,
  { view: { depth } }: Submission,
  person: Person,
  refusal: OverrideRefusal,
): Promise<SubmitAnswer> {
  const texts = makeTexts(person.locale);
  const content = await refusedWords(desk, parts, refusal, person);
  const view = noticeModal(texts, texts.t('modal.notice_title'), content);
  return { as: depth < 2 ? 'push' : 'update', view };
}
