import type { RequestOutcome } from '../src/operations/types.ts';
import type { MessageContent } from '../src/ports.ts';
import type { Texts } from '../src/texts.ts';
import { describeActor } from './actor.ts';
import { markupMedium } from './medium.ts';
import { renderNotice } from './notice.ts';
import { describeRetryReason } from './payouts-words.ts';

const TYPED_LIMIT = 60;

type Refused = Extract<RequestOutcome, { ok: false }>;

interface Asking {
  /** Whoever was refused, as an actor: nobody is told that they were quicker than themselves. */
  me: string;
  now: Date;
  zone: string;
}

/** Why nothing more was done: calm, and says who was first and when. */
export function describeRequestRefusal(refused: Refused, texts: Texts, { me, now, zone }: Asking): string {
  const medium = markupMedium(texts, zone);
  switch (refused.why) {
    case 'not_found':
      return texts.t('payouts.refused.not_found');
    case 'under_way':
    case 'already_done': {
      const { by, at, action, state } = refused.operation;
      const own = by === me ? '_own' : '';
      const told = {
        by: describeActor(by, medium),
        ago: texts.t('findings.ago', { span: texts.duration(now.getTime() - at.getTime()) }),
        action: texts.t(`operations.action.${action}`),
        state: texts.t(`operations.result.${state}`),
      };
      return texts.t(`payouts.refused.${refused.why}${own}`, told);
    }
    case 'not_offered': {
      if (refused.isOver) return texts.t('payouts.refused.over');
      const [first] = refused.reasons;
      return first === undefined
        ? texts.t('payouts.refused.not_offered_now')
        : texts.t('payouts.refused.not_offered', { reason: describeRetryReason(first, medium) });
    }
  }
}

export function renderRequestRefusal(refused: Refused, texts: Texts, asking: Asking): MessageContent {
  return renderNotice(refused.why === 'not_found' ? '❔' : 'ℹ️', [
    describeRequestRefusal(refused, texts, asking),
  ]);
}

/** What was typed names no payout that was ever stuck or failed. */
export function renderNotKnown(typed: string, texts: Texts, zone: string): MessageContent {
  const medium = markupMedium(texts, zone);
  return renderNotice('❔', [texts.t('payouts.not_known', { typed: medium.id(typed, TYPED_LIMIT) })]);
}

export function renderPayoutsHelp(texts: Texts): MessageContent {
  const lines = (['list', 'failed', 'provider', 'id', 'help'] as const).map(
    (each) => `• ${texts.t(`payouts.help.${each}`)}`,
  );
  return renderNotice('💸', [texts.t('payouts.help.title'), ...lines]);
}
