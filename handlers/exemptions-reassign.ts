import { reassignForm } from '../blocks/exemptions-form.ts';
import { reassignExemption } from '../src/exemptions/reassign-exemption.ts';
import { mayReassign } from '../src/exemptions/rights.ts';
import { standingOf } from '../src/exemptions/standing.ts';
import type { Exemption } from '../src/exemptions/types.ts';
import type { Person } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, Desk, Press, SubmitAnswer, Submission } from './desk.ts';
import { userIn } from './exemptions-add.ts';
import { answerPress, answerSubmission, refused } from './exemptions-answer.ts';
import { readAbout } from './exemptions-places.ts';
import type { ExemptionParts } from './exemptions.ts';

/** Asks whose it is from now on. */
export function openReassign(
  desk: Desk,
  exemption: Exemption,
  person: Person,
  channelId: string | null,
): Answer {
  if (!mayReassign(exemption, person)) return refused({ why: 'not_yours' }, person);
  if (exemption.state === 'closed') return refused({ why: 'not_open', state: 'closed' }, person);
  const timeZone = desk.policy.business.time_zone;
  const standing = standingOf(exemption, desk.clock.now(), timeZone);
  const view = reassignForm({ exemption, standing, timeZone }, channelId, makeTexts(person.locale));
  return { as: 'view', view };
}

export async function submitReassign(
  { clock }: Desk,
  { deps }: ExemptionParts,
  submission: Submission,
  person: Person,
): Promise<SubmitAnswer> {
  const { metadata, values, id: requestId } = submission.view;
  const ownerId = userIn(values, 'owner') ?? '';
  const id = readAbout(metadata)?.id ?? '';
  const outcome = await reassignExemption(deps, clock.now(), { id, ownerId, person, requestId });
  return answerSubmission(outcome, { submission, done: 'reassigned', fields: ['owner'] }, person);
}

/** The same, to oneself, in one press. */
export async function pressTakeOver(
  { clock }: Desk,
  { deps }: ExemptionParts,
  press: Press,
  person: Person,
): Promise<Answer> {
  const wanted = { id: press.id, ownerId: person.userId, person, requestId: press.triggerId };
  return answerPress(await reassignExemption(deps, clock.now(), wanted), 'taken_over', person);
}
