import { renderNotice } from '../blocks/notice.ts';
import { describeActRefusal } from '../blocks/outcome.ts';
import { renderReview, type ReviewPlace } from '../blocks/review.ts';
import type { ActOutcome } from '../src/findings/act-types.ts';
import type { FindingsDeps } from '../src/findings/deps.ts';
import { openReview } from '../src/findings/open-review.ts';
import type { RunId } from '../src/ids.ts';
import { actorOf, type Person } from '../src/people/types.ts';
import { makeTexts, type Locale } from '../src/texts.ts';
import type { Answer, Desk } from './desk.ts';

/** What listeners of findings need beside the desk; main wires it. */
export interface FindingsParts {
  findings: FindingsDeps;
  /** To a run's message, in whose thread its file stands; null where there is none. */
  linkToRun(runId: RunId): Promise<string | null>;
}

/** Review as this person sees it now. */
export async function reviewFinding(
  desk: Desk,
  parts: FindingsParts,
  findingId: string,
  person: Person,
  place: ReviewPlace,
): Promise<Answer> {
  const model = isId(findingId)
    ? await openReview(parts.findings, desk.clock.now(), findingId, person)
    : null;
  if (model === null) return notFound(person.locale);
  return { as: 'view', view: renderReview(model, makeTexts(person.locale), place) };
}

/** Why nothing was changed, in words. */
export function refusalWords(
  desk: Desk,
  { refusal }: Extract<ActOutcome, { ok: false }>,
  person: Person,
): string {
  const asking = { me: actorOf(person), now: desk.clock.now(), zone: desk.policy.business.time_zone };
  return describeActRefusal(refusal, makeTexts(person.locale), asking);
}

/** What was pressed names nothing of ours. */
export function notFound(locale: Locale): Answer {
  const words = makeTexts(locale).t('findings.refused.not_found');
  return { as: 'words', content: renderNotice('❔', [words]) };
}

/** Only an id of ours is looked up: what else a button carries names nothing. */
export function isId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
