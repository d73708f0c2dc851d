import type { EscalationRefusal } from '../src/escalations/acknowledge.ts';
import type { ResolvedAs } from '../src/escalations/resolve-escalation.ts';
import type { StartOutcome } from '../src/escalations/start-for-finding.ts';
import type { MessageContent } from '../src/ports.ts';
import type { Texts } from '../src/texts.ts';
import { mentionUser } from './actor.ts';
import { markupMedium } from './medium.ts';
import { renderNotice } from './notice.ts';

/** Why nothing was done, in words for whoever asked. */
export function describeEscalationRefusal(
  refusal: EscalationRefusal,
  texts: Texts,
  timeZone: string,
): string {
  const medium = markupMedium(texts, timeZone);
  switch (refusal.why) {
    case 'not_found':
    case 'roles_unread':
      return texts.t(`escalations.refused.${refusal.why}`);
    case 'over':
      return texts.t('escalations.refused.over', { at: medium.at(refusal.at) });
    case 'acknowledged':
      return texts.t('escalations.refused.acknowledged', {
        person: mentionUser(refusal.by, medium),
        at: medium.at(refusal.at),
      });
    case 'holds_no_role':
      return texts.t('escalations.refused.holds_no_role', { person: mentionUser(refusal.user, medium) });
    case 'root_cause_known':
      return texts.t('escalations.refused.root_cause_known', { person: mentionUser(refusal.by, medium) });
  }
}

export function renderEscalationRefusal(
  refusal: EscalationRefusal,
  texts: Texts,
  timeZone: string,
): MessageContent {
  return renderNotice('👋', [describeEscalationRefusal(refusal, texts, timeZone)]);
}

/** What became of a root cause. */
export function renderResolved(as: ResolvedAs, texts: Texts): MessageContent {
  return renderNotice(as === 'resolved' ? '✅' : '📝', [texts.t(`escalations.resolve.${as}`)]);
}

/** What became of asking for an escalation of a finding. */
export function renderStartAnswer(outcome: StartOutcome, texts: Texts, timeZone: string): MessageContent {
  const medium = markupMedium(texts, timeZone);
  if (outcome.ok)
    return renderNotice('📣', [texts.t('escalations.start.done', { at: medium.at(outcome.firstAt) })]);
  const { refusal } = outcome;
  if (refusal.why !== 'climbs') return renderNotice('👋', [texts.t(`escalations.start.${refusal.why}`)]);
  const { state, acknowledgedBy } = refusal.escalation;
  if (state !== 'acknowledged') return renderNotice('👋', [texts.t('escalations.start.climbs')]);
  const person = mentionUser(acknowledgedBy ?? '', medium);
  return renderNotice('👋', [texts.t('escalations.start.acknowledged', { person })]);
}
