import {
  describeExemptionRefusal,
  renderExemptionDone,
  renderExemptionRefusal,
  type Done,
} from '../blocks/exemptions-answers.ts';
import { noticeModal } from '../blocks/modal.ts';
import type { ExemptionRefusal } from '../src/exemptions/refusals.ts';
import type { Exemption } from '../src/exemptions/types.ts';
import type { Person } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, SubmitAnswer, Submission } from './desk.ts';
import { channelIn } from './exemptions-places.ts';

/** What verbs give back. */
type Outcome = { ok: true; exemption: Exemption } | { ok: false; refusal: ExemptionRefusal };

/** The answer to a press: what was done, or why not. */
export function answerPress(outcome: Outcome, done: Done, { locale }: Person): Answer {
  const texts = makeTexts(locale);
  return {
    as: 'words',
    content: outcome.ok
      ? renderExemptionDone(done, outcome.exemption, texts)
      : renderExemptionRefusal(outcome.refusal, texts),
  };
}

export function refused(refusal: ExemptionRefusal, { locale }: Person): Answer {
  return { as: 'words', content: renderExemptionRefusal(refusal, makeTexts(locale)) };
}

/**
 * The answer to a modal. What it is about closes it, whatever lay below shows how it was before; a refusal stands beside
 * its field, else on top of what was typed. `fields`: the inputs that the modal has.
 */
export function answerSubmission(
  outcome: Outcome,
  { submission, done, fields }: { submission: Submission; done: Done; fields: readonly string[] },
  { locale }: Person,
): SubmitAnswer {
  const texts = makeTexts(locale);
  if (!outcome.ok) return refusedSubmission(outcome.refusal, submission, fields, locale);
  const words = renderExemptionDone(done, outcome.exemption, texts);
  // On Home there is no channel to say it in.
  if (channelIn(submission.view.metadata) !== null) return { as: 'clear', words };
  return { as: 'update', view: noticeModal(texts, texts.t('modal.notice_title'), words) };
}

function refusedSubmission(
  refusal: ExemptionRefusal,
  { view: { depth } }: Submission,
  fields: readonly string[],
  locale: Person['locale'],
): SubmitAnswer {
  const texts = makeTexts(locale);
  const field = fieldOf(refusal);
  if (field !== null && fields.includes(field)) {
    return { as: 'errors', errors: { [field]: describeExemptionRefusal(refusal, texts) } };
  }
  const content = renderExemptionRefusal(refusal, texts);
  const view = noticeModal(texts, texts.t('modal.notice_title'), content);
  return { as: depth < 2 ? 'push' : 'update', view };
}

/** Refusals of a whole form that are put right in one of its inputs. */
const FIELDS: Partial<Record<ExemptionRefusal['why'], string>> = {
  open_already: 'name',
  closed_recently: 'name',
  deadline_too_late: 'deadline',
  deadline_past: 'deadline',
  deputy_is_owner: 'deputy',
};

/** Which input a refusal is about. */
function fieldOf(refusal: ExemptionRefusal): string | null {
  return 'field' in refusal ? refusal.field : (FIELDS[refusal.why] ?? null);
}
