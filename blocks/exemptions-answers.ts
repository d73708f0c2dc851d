import type { ExemptionRefusal } from '../src/exemptions/refusals.ts';
import type { Exemption } from '../src/exemptions/types.ts';
import type { MessageContent } from '../src/ports.ts';
import type { Texts } from '../src/texts.ts';
import { nameOf } from './exemptions-words.ts';
import { renderNotice } from './notice.ts';

const SHAPE_LIMIT = 60;

/** Why nothing was done, in a line. Every refusal there is has its words. */
export function describeExemptionRefusal(refusal: ExemptionRefusal, texts: Texts): string {
  switch (refusal.why) {
    case 'open_already':
      return texts.t('exemptions.refused.open_already', { name: nameOf(refusal) });
    case 'closed_recently':
      return texts.t('exemptions.refused.closed_recently', {
        name: nameOf(refusal),
        day: texts.day(refusal.closedOn),
      });
    case 'missing':
      return texts.t('exemptions.refused.missing');
    case 'too_long':
      return texts.t('exemptions.refused.too_long', { most: refusal.most });
    case 'secret':
      return texts.t('exemptions.refused.secret', { shape: describeShape(refusal.shape, texts) });
    case 'deadline_too_late':
      return texts.t('exemptions.refused.deadline_too_late', { last: texts.day(refusal.last) });
    case 'not_open':
      return texts.t(`exemptions.refused.not_open_${refusal.state}`);
    case 'own_review':
      return texts.t(`exemptions.refused.own_review_${refusal.as}`);
    case 'not_found':
    case 'repeated':
    case 'deadline_past':
    case 'day_unreadable':
    case 'owner_unfit':
    case 'owner_unread':
    case 'deputy_is_owner':
    case 'not_yours':
    case 'not_closing':
    case 'extended_twice':
      return texts.t(`exemptions.refused.${refusal.why}`);
  }
}

function describeShape(shape: string, texts: Texts): string {
  const key = `secrets.shape.${shape}`;
  return texts.has(key) ? texts.t(key) : shape.replaceAll(/\W/g, ' ').slice(0, SHAPE_LIMIT);
}

/** The same as a notice. */
export function renderExemptionRefusal(refusal: ExemptionRefusal, texts: Texts): MessageContent {
  return renderNotice('👋', [describeExemptionRefusal(refusal, texts)]);
}

export type Done = 'added' | 'handed_in' | 'withdrawn' | 'accepted' | 'refused' | 'reassigned' | 'taken_over';

/** What was done, and what comes of it. */
export function renderExemptionDone(
  done: Done,
  exemption: Pick<Exemption, 'number' | 'deadline'>,
  texts: Texts,
): MessageContent {
  const deadline = texts.day(exemption.deadline);
  return renderNotice('✅', [texts.t(`exemptions.done.${done}`, { name: nameOf(exemption), deadline })]);
}

const HELP = ['add', 'list', 'show', 'close', 'reassign', 'extend', 'help'] as const;

/** What `/exemption` takes. */
export function renderExemptionHelp(texts: Texts): MessageContent {
  return renderNotice('🔐', [
    texts.t('exemptions.help.title'),
    ...HELP.map((verb) => `• ${texts.t(`exemptions.help.${verb}`)}`),
    texts.t('exemptions.help.rules'),
  ]);
}
