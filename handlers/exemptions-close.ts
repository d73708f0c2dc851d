import { declineForm, handInForm } from '../blocks/exemptions-form.ts';
import { decideClosing } from '../src/exemptions/decide-closing.ts';
import { loadClosing } from '../src/exemptions/load-closing.ts';
import { mayHandIn } from '../src/exemptions/rights.ts';
import { standingOf } from '../src/exemptions/standing.ts';
import { submitClosing } from '../src/exemptions/submit-closing.ts';
import { LIMITS, type Exemption } from '../src/exemptions/types.ts';
import { withdrawClosing } from '../src/exemptions/withdraw-closing.ts';
import type { Person } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, Desk, Press, SubmitAnswer, Submission } from './desk.ts';
import { answerPress, answerSubmission, refused } from './exemptions-answer.ts';
import { channelOf, readAbout } from './exemptions-places.ts';
import type { ExemptionParts } from './exemptions.ts';
import { typedIn } from './typed-text.ts';

/** The form for what proves it; whoever may not hand it in is told before they write. */
export function openHandIn(
  desk: Desk,
  exemption: Exemption,
  person: Person,
  channelId: string | null,
): Answer {
  if (!mayHandIn(exemption, person)) return refused({ why: 'not_yours' }, person);
  if (exemption.state !== 'open') return refused({ why: 'not_open', state: exemption.state }, person);
  const timeZone = desk.policy.business.time_zone;
  const standing = standingOf(exemption, desk.clock.now(), timeZone);
  const view = handInForm({ exemption, standing, timeZone }, channelId, makeTexts(person.locale));
  return { as: 'view', view };
}

/** Hands it in: it is not closed before somebody of security accepts it. */
export async function submitHandIn(
  { clock }: Desk,
  { deps }: ExemptionParts,
  submission: Submission,
  person: Person,
): Promise<SubmitAnswer> {
  const { values, metadata } = submission.view;
  const outcome = await submitClosing(deps, clock.now(), {
    id: readAbout(metadata)?.id ?? '',
    evidenceLink: typedIn(values, 'evidence_link', LIMITS.evidenceLink + 1),
    evidenceNote: typedIn(values, 'evidence_note', LIMITS.evidenceNote + 1),
    person,
    requestId: submission.view.id,
  });
  const fields = ['evidence_link', 'evidence_note'];
  return answerSubmission(outcome, { submission, done: 'handed_in', fields }, person);
}

/** Closes it for good. */
export async function pressAccept(
  { clock }: Desk,
  { deps }: ExemptionParts,
  press: Press,
  person: Person,
): Promise<Answer> {
  const request = { closingId: press.id, person, requestId: press.triggerId };
  const outcome = await decideClosing(deps, clock.now(), { ...request, verdict: 'accept', reason: '' });
  return answerPress(outcome, 'accepted', person);
}

/** Asks for the reason. */
export async function openDecline(desk: Desk, press: Press, person: Person): Promise<Answer> {
  const timeZone = desk.policy.business.time_zone;
  const model = await loadClosing(desk.pool, press.id, { now: desk.clock.now(), zone: timeZone });
  if (model === null) return refused({ why: 'not_found' }, person);
  if (model.closing.state !== 'waiting') return refused({ why: 'not_closing' }, person);
  const places = { closingId: model.closing.id, channelId: channelOf(press) };
  return { as: 'view', view: declineForm(model, places, makeTexts(person.locale)) };
}

/** It is open again, with the reason for whoever handed it in. */
export async function submitDecline(
  { clock }: Desk,
  { deps }: ExemptionParts,
  submission: Submission,
  person: Person,
): Promise<SubmitAnswer> {
  const outcome = await decideClosing(deps, clock.now(), {
    closingId: readAbout(submission.view.metadata)?.closingId ?? '',
    verdict: 'refuse',
    reason: typedIn(submission.view.values, 'reason', LIMITS.reason + 1),
    person,
    requestId: submission.view.id,
  });
  return answerSubmission(outcome, { submission, done: 'refused', fields: ['reason'] }, person);
}

/** Takes back what was handed in. */
export async function pressWithdraw(
  { clock }: Desk,
  { deps }: ExemptionParts,
  press: Press,
  person: Person,
): Promise<Answer> {
  const request = { closingId: press.id, person, requestId: press.triggerId };
  return answerPress(await withdrawClosing(deps, clock.now(), request), 'withdrawn', person);
}
