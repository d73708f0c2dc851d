import { loadingModal } from '../blocks/modal.ts';
import { renderNotice } from '../blocks/notice.ts';
import { describeAdoption, renderActed } from '../blocks/outcome.ts';
import { REVIEW_CALLBACK } from '../blocks/review.ts';
import { adoptOpening } from '../src/findings/adopt-opening.ts';
import type { ActOutcome } from '../src/findings/act-types.ts';
import { decideAcceptance } from '../src/findings/decide-acceptance.ts';
import { ACTING_ROLES } from '../src/findings/open-review.ts';
import { undoAct } from '../src/findings/undo-act.ts';
import { ROLES, type Person, type Role } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import { decideFinding } from './decide-finding.ts';
import type { Answer, Desk, Press } from './desk.ts';
import { placeOf, readRemembered } from './finding-places.ts';
import type { Listeners } from './listener.ts';
import { isId, notFound, refusalWords, reviewFinding, type FindingsParts } from './review-finding.ts';
import { chooseFindings, showFindings } from './show-findings.ts';

/** Accepting what is HIGH takes a second person with one of these. */
const APPROVING_ROLES: readonly Role[] = ['managers', 'leads'];

/** Review, what it decides, the list of all findings, proposals, and the opening balance. */
export function listenToFindings(listeners: Listeners, desk: Desk, parts: FindingsParts): void {
  const noun = 'findings' as const;
  listeners.press({
    noun,
    verb: 'review',
    roles: ROLES,
    about: 'finding',
    opening: (texts) => loadingModal(texts, texts.t('findings.review.loading')),
    run: (press, person) => reviewFinding(desk, parts, press.id, person, placeOf(press.place)),
  });
  listeners.press({
    noun,
    verb: 'show_all',
    roles: ROLES,
    about: 'reconciliation',
    opening: (texts) => loadingModal(texts, texts.t('findings.list.title')),
    run: (press, person) => showFindings(desk, parts, person, placeOf(press.place).channelId),
  });
  for (const verb of ['filter', 'page'] as const) {
    const run = (press: Press, person: Person) => chooseFindings(desk, parts, press, person);
    listeners.press({ noun, verb, roles: ROLES, about: 'reconciliation', run });
  }
  listeners.submit({
    callbackId: REVIEW_CALLBACK,
    roles: ACTING_ROLES,
    about: 'finding',
    channelOf: ({ view }) => readRemembered(view.metadata).channelId,
    run: (submission, person) => decideFinding(desk, parts, submission, person),
  });
  listenToUndo(listeners, desk, parts);
  listenToVotes(listeners, desk, parts);
}

/** Undo stands in Review, and for a minute in the words that follow an act. */
function listenToUndo(listeners: Listeners, desk: Desk, parts: FindingsParts): void {
  listeners.press({
    noun: 'findings',
    verb: 'undo',
    roles: ACTING_ROLES,
    about: 'finding',
    async run(press, person) {
      const [findingId = '', seq = ''] = press.id.split(':');
      if (!isId(findingId)) return notFound(person.locale);
      const undo = { findingId, seq: Number(seq), person };
      const outcome = await undoAct(parts.findings, desk.clock.now(), undo);
      if (press.place.view === null || press.place.isHome) return tell(desk, outcome, person);
      const notice = [wordsOf(desk, outcome, person)];
      return await reviewFinding(desk, parts, findingId, person, { ...placeOf(press.place), notice });
    },
  });
}

function listenToVotes(listeners: Listeners, desk: Desk, parts: FindingsParts): void {
  for (const decision of ['approve', 'reject'] as const) {
    listeners.press({
      noun: 'findings',
      verb: decision,
      roles: APPROVING_ROLES,
      about: 'finding',
      async run(press, person) {
        if (!isId(press.id)) return notFound(person.locale);
        const vote = { acceptanceId: press.id, decision, person };
        const outcome = await decideAcceptance(parts.findings, desk.clock.now(), vote);
        return tell(desk, outcome, person);
      },
    });
  }
  listeners.press({
    noun: 'findings',
    verb: 'adopt',
    roles: ACTING_ROLES,
    about: 'reconciliation',
    async run(press, person) {
      const now = desk.clock.now();
      const adopt = { person, requestId: press.triggerId, shown: press.id };
      const outcome = await adoptOpening(parts.findings, now, adopt);
      const words = describeAdoption(outcome, makeTexts(person.locale), now);
      return { as: 'words', content: renderNotice(outcome.ok ? '🤝' : 'ℹ️', [words]) };
    },
  });
}

function tell(desk: Desk, outcome: ActOutcome, person: Person): Answer {
  const texts = makeTexts(person.locale);
  if (outcome.ok) {
    const { time_zone: zone } = desk.policy.business;
    return { as: 'words', content: renderActed(outcome, texts, zone) };
  }
  return { as: 'words', content: renderNotice('ℹ️', [refusalWords(desk, outcome, person)]) };
}

function wordsOf(desk: Desk, outcome: ActOutcome, person: Person): string {
  if (!outcome.ok) return `ℹ️ ${refusalWords(desk, outcome, person)}`;
  return renderActed(outcome, makeTexts(person.locale), desk.policy.business.time_zone).text;
}
