import type { Acted, ActRefusal } from '../src/findings/act-types.ts';
import type { AdoptOutcome } from '../src/findings/adopt-opening.ts';
import type { AdoptionRefusal } from '../src/findings/adoption-rules.ts';
import type { MessageContent } from '../src/ports.ts';
import type { Texts } from '../src/texts.ts';
import { describeActor } from './actor.ts';
import { actions, button } from './controls.ts';
import { nameOfRule } from './findings.ts';
import { message, section } from './kit.ts';
import { markupMedium } from './medium.ts';
import { undoValue } from './review.ts';
import { lastMoment } from './standing.ts';

/** What came of it, for whoever did it, with the way back for a minute. */
export function renderActed(
  { finding, change, seq, until }: Acted,
  texts: Texts,
  zone: string,
): MessageContent {
  const medium = markupMedium(texts, zone);
  const words = `${change === 'undone' ? '↩️' : '✅'} ${texts.t(`findings.acted.${change}`, {
    finding: `${finding.rule} ${nameOfRule(finding.rule, medium)}`,
    until: until === null ? '–' : lastMoment(until, medium),
  })}`;
  if (!['resolved', 'accepted', 'assigned', 'reopened', 'proposed'].includes(change))
    return message([words], [section([words])]);
  const undo = button('findings', 'undo', undoValue(finding.id, seq), texts.t('findings.review.undo'));
  return message([words], [section([words]), actions([undo])]);
}

interface Asking {
  /** Whoever was refused, as an actor: nobody is told that they were quicker than themselves. */
  me: string;
  now: Date;
  zone: string;
}

/** Why nothing changed: names who was first, and when. Every refusal there is has its words. */
export function describeActRefusal(refusal: ActRefusal, texts: Texts, { me, now, zone }: Asking): string {
  const medium = markupMedium(texts, zone);
  const ago = (at: Date) => texts.t('findings.ago', { span: texts.duration(now.getTime() - at.getTime()) });
  switch (refusal.why) {
    case 'meanwhile': {
      if (refusal.by === me) return texts.t('findings.meanwhile.own', { ago: ago(refusal.at) });
      const by = describeActor(refusal.by, medium);
      const change = texts.has(`findings.meanwhile.${refusal.change}`)
        ? (`findings.meanwhile.${refusal.change}` as const)
        : 'findings.meanwhile.other';
      return texts.t(change as 'findings.meanwhile.resolved', { by, ago: ago(refusal.at) });
    }
    case 'proposed_already':
      return texts.t('findings.refused.proposed_already', {
        by: describeActor(refusal.by, medium),
        ago: ago(refusal.at),
      });
    case 'decided':
      return texts.t(`findings.refused.decided_${refusal.state}`, {
        by: describeActor(refusal.by, medium),
        ago: ago(refusal.at),
      });
    case 'not_now':
      return texts.t(`findings.refused.not_now_${refusal.state}`);
    case 'not_found':
    case 'repeated':
    case 'another':
    case 'yours_already':
    case 'own_proposal':
    case 'date_past':
    case 'date_far':
    case 'undo_late':
    case 'undo_not_yours':
    case 'undo_overtaken':
      return texts.t(`findings.refused.${refusal.why}`);
  }
}

/** What came of pressing "adopt". */
export function describeAdoption(outcome: AdoptOutcome, texts: Texts, now: Date): string {
  if (outcome.ok) return texts.t(`findings.adoption.${outcome.step}_vote`, { count: outcome.count });
  return describeAdoptionRefusal(outcome.refusal, texts, now);
}

function describeAdoptionRefusal(refusal: AdoptionRefusal, texts: Texts, now: Date): string {
  switch (refusal.why) {
    case 'repeated':
      return texts.t('findings.refused.repeated');
    case 'own_vote': {
      const span = texts.duration(now.getTime() - refusal.at.getTime());
      return texts.t('findings.adoption.own_vote', { ago: texts.t('findings.ago', { span }) });
    }
    case 'nothing_to_adopt':
    case 'another_set':
      return texts.t(`findings.adoption.${refusal.why}`);
  }
}
