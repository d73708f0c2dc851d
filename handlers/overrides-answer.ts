import { describeOverrideRefusal, renderOverrideRefusal } from '../blocks/overrides-answers.ts';
import type { OverrideRefusal } from '../src/overrides/refusals.ts';
import { actorOf, type Person, type RefusedVote } from '../src/people/types.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, Desk, Request } from './desk.ts';
import type { OverrideParts } from './overrides.ts';
import { within } from './within.ts';

/** A link is no reason to wait. */
const LINK_LIMIT_MS = 300;

/** Refusals of whom nobody may let decide; the rest is about the moment. */
const NOTED: ReadonlySet<string> = new Set([
  'requester',
  'beneficiary',
  'not_eligible',
  'role_new',
  'not_yours',
] satisfies RefusedVote[]);

export interface Refused {
  refusal: OverrideRefusal;
  /** As in `overrides.approve`. */
  action: string;
  overrideId: string;
}

/** Notes in the audit log that somebody wanted to decide what they may not. */
export async function noteRefused(
  desk: Desk,
  { clicker }: Pick<Request, 'clicker'>,
  { refusal: { why }, action, overrideId }: Refused,
): Promise<void> {
  if (!NOTED.has(why)) return;
  await desk.people
    .noteRefusal({ clicker, why: why as RefusedVote, action, subject: { kind: 'override', id: overrideId } })
    .catch((error: unknown) => desk.log.error({ err: error, why }, 'a refusal could not be noted'));
}

/** A value that no button of ours carries, from somebody who may press: no effect but its audit row. */
export async function noteForged(
  desk: Desk,
  { clicker }: Pick<Request, 'clicker'>,
  action: string,
  subject: { kind: 'override' | 'payout'; id: string },
): Promise<void> {
  await desk.people
    .noteRefusal({ clicker, why: 'forged', action, subject })
    .catch((error: unknown) => desk.log.error({ err: error }, 'a forged value could not be noted'));
}

/** Why nothing was done, in words for one person. */
export async function refusedWords(
  desk: Desk,
  parts: OverrideParts,
  refusal: OverrideRefusal,
  person: Person,
): Promise<MessageContent> {
  return renderOverrideRefusal(refusal, makeTexts(person.locale), await asking(desk, parts, refusal, person));
}

/** The same as one line. */
export async function refusedLine(
  desk: Desk,
  parts: OverrideParts,
  refusal: OverrideRefusal,
  person: Person,
): Promise<string> {
  return describeOverrideRefusal(
    refusal,
    makeTexts(person.locale),
    await asking(desk, parts, refusal, person),
  );
}

export async function refused(
  desk: Desk,
  parts: OverrideParts,
  refusal: OverrideRefusal,
  person: Person,
): Promise<Answer> {
  return { as: 'words', content: await refusedWords(desk, parts, refusal, person) };
}

async function asking(desk: Desk, parts: OverrideParts, refusal: OverrideRefusal, person: Person) {
  const link = refusal.why === 'open_already' ? await linkOf(parts, refusal.message) : null;
  return { me: actorOf(person), now: desk.clock.now(), zone: desk.policy.business.time_zone, link };
}

export async function linkOf(
  parts: Pick<OverrideParts, 'linkTo'>,
  message: Parameters<OverrideParts['linkTo']>[0] | null,
): Promise<string | null> {
  if (message === null) return null;
  const timely = await within(
    LINK_LIMIT_MS,
    parts.linkTo(message).catch(() => null),
  );
  return timely.inTime ? timely.value : null;
}
