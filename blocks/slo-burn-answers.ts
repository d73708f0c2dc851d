import type { MessageContent } from '../src/ports.ts';
import type { BurnRefusal } from '../src/slo/acknowledge.ts';
import type { Texts } from '../src/texts.ts';
import { mentionUser } from './actor.ts';
import { markupMedium } from './medium.ts';
import { renderNotice } from './notice.ts';

/** Why somebody does not have it, in words for whoever wanted it. */
export function renderBurnRefusal(refusal: BurnRefusal, texts: Texts, timeZone: string): MessageContent {
  return renderNotice('👋', [describe(refusal, texts, timeZone)]);
}

function describe(refusal: BurnRefusal, texts: Texts, timeZone: string): string {
  const medium = markupMedium(texts, timeZone);
  switch (refusal.why) {
    case 'not_found':
    case 'not_yours':
      return texts.t(`slo.burn.refused.${refusal.why}`);
    case 'over':
      return texts.t('slo.burn.refused.over', { at: medium.at(refusal.at) });
    case 'acknowledged':
      return texts.t('slo.burn.refused.acknowledged', {
        person: mentionUser(refusal.by, medium),
        at: medium.at(refusal.at),
      });
  }
}
