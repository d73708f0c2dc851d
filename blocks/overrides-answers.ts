import type { KnownBlock } from '@slack/types';
import type { OpenOverride } from '../src/overrides/models.ts';
import type { OverrideRefusal } from '../src/overrides/refusals.ts';
import type { MessageContent } from '../src/ports.ts';
import type { Texts } from '../src/texts.ts';
import { describeActor, mentionUser } from './actor.ts';
import { joined, message, section } from './kit.ts';
import { linkText } from './link.ts';
import { markupMedium, wordsMedium, type Medium } from './medium.ts';
import { renderNotice } from './notice.ts';
import { againstLines } from './overrides-form.ts';
import { describeChange, describeChoice, describeReasons, SYMBOLS } from './overrides-words.ts';
import { describeReference } from './payouts-words.ts';

const PATTERN_LIMIT = 200;
const MOST_LISTED = 20;

export interface OverrideAsking {
  /** Whoever was refused, as an actor: nobody is told that they were quicker than themselves. */
  me: string;
  now: Date;
  zone: string;
  /** To the message that a refusal names. */
  link?: string | null;
}

/** Why nothing was done, in a line or a few. Every refusal there is has its words. */
export function describeOverrideRefusal(
  refusal: OverrideRefusal,
  texts: Texts,
  { me, now, zone, link = null }: OverrideAsking,
): string {
  const medium = markupMedium(texts, zone);
  const ago = (at: Date): string =>
    texts.t('findings.ago', { span: texts.duration(now.getTime() - at.getTime()) });
  switch (refusal.why) {
    case 'open_already': {
      const told = { by: describeActor(refusal.by, medium), ago: ago(refusal.at) };
      const own = refusal.by === me ? '_own' : '';
      const words = texts.t(`overrides.refused.open_already${own}`, told);
      return [words, linkText(link, texts.t('overrides.answer.link'))]
        .filter((part) => part !== '')
        .join(' ');
    }
    case 'decided': {
      const told = { ago: ago(refusal.at), state: texts.t(`overrides.short.${refusal.state}`) };
      if (refusal.by === me) return texts.t('overrides.refused.decided_own', told);
      return refusal.by === null || !refusal.by.startsWith('person:')
        ? texts.t('overrides.refused.decided_app', told)
        : texts.t('overrides.refused.decided', { ...told, by: describeActor(refusal.by, medium) });
    }
    case 'renewed':
      return texts.t('overrides.refused.renewed', { version: refusal.version });
    case 'expired':
      return texts.t('overrides.refused.expired', { ago: ago(refusal.at) });
    case 'seat_taken':
      return texts.t('overrides.refused.seat_taken', { by: mentionUser(refusal.by, medium) });
    case 'voted':
      return texts.t(`overrides.refused.voted_${refusal.vote}`, { ago: ago(refusal.at) });
    case 'not_yours':
      return texts.t('overrides.refused.not_yours', { by: describeActor(refusal.requestedBy, medium) });
    case 'no_target':
    case 'not_offered':
    case 'nobody_approves':
    case 'ticket_missing':
    case 'changed':
    case 'not_found':
    case 'repeated':
    case 'roles_unread':
    case 'unreadable':
    case 'reason_missing':
    case 'evidence_missing':
    case 'requester':
    case 'beneficiary':
    case 'not_eligible':
    case 'role_new':
      return describeRuled(refusal, medium);
  }
}

type Timeless = Exclude<
  OverrideRefusal,
  { why: 'open_already' | 'decided' | 'renewed' | 'expired' | 'seat_taken' | 'voted' | 'not_yours' }
>;

/** Those that name no moment and nobody. */
function describeRuled(refusal: Timeless, medium: Medium): string {
  const { texts } = medium;
  switch (refusal.why) {
    case 'no_target':
      return [texts.t('overrides.refused.no_target'), ...againstLines(refusal.verdicts, medium)].join('\n');
    case 'not_offered':
      return refusal.reasons.length === 0
        ? texts.t('overrides.refused.not_offered_now')
        : texts.t('overrides.refused.not_offered', { reason: describeReasons(refusal.reasons, medium) });
    case 'nobody_approves': {
      const { needed, leads, eligible, eligibleLeads, lacksSecurity } = refusal;
      if (lacksSecurity === true) return texts.t('overrides.refused.nobody_of_security');
      return eligible >= needed && eligibleLeads < leads
        ? texts.t('overrides.refused.nobody_leads')
        : texts.t('overrides.refused.nobody_approves', { needed, eligible });
    }
    case 'ticket_missing': {
      // It is said beside a field too, where nothing is drawn as code.
      const pattern = wordsMedium(texts, medium.timeZone).id(refusal.pattern, PATTERN_LIMIT);
      return texts.t('overrides.refused.ticket_missing', { pattern });
    }
    case 'changed': {
      const lines = refusal.changes.map((change) => `• ${describeChange(change, null, medium)}`);
      return [texts.t('overrides.refused.changed'), ...lines].join('\n');
    }
    case 'not_found':
    case 'repeated':
    case 'roles_unread':
    case 'unreadable':
    case 'reason_missing':
    case 'evidence_missing':
    case 'requester':
    case 'beneficiary':
    case 'not_eligible':
    case 'role_new':
      return texts.t(`overrides.refused.${refusal.why}`);
  }
}

export function renderOverrideRefusal(
  refusal: OverrideRefusal,
  texts: Texts,
  asking: OverrideAsking,
): MessageContent {
  const words = describeOverrideRefusal(refusal, texts, asking);
  return renderNotice(refusal.why === 'not_found' ? '❔' : 'ℹ️', words.split('\n'));
}

/** `link`: to the request's message, where it stands already. */
export function renderAsked(_asked: object, texts: Texts, link: string | null = null): MessageContent {
  const words = joined([texts.t('overrides.answer.asked'), linkText(link, texts.t('overrides.answer.link'))]);
  return renderNotice('🗳️', [words]);
}

export function renderVoted(
  { reached, approvals, needed }: { reached: boolean; approvals: number; needed: number },
  texts: Texts,
): MessageContent {
  return reached
    ? renderNotice('☑️', [texts.t('overrides.answer.reached')])
    : renderNotice('✅', [texts.t('overrides.answer.approved', { approvals, needed })]);
}

export function renderRejected(_override: object, texts: Texts): MessageContent {
  return renderNotice('✋', [texts.t('overrides.answer.rejected')]);
}

export function renderRenewed({ version }: { version: number }, texts: Texts): MessageContent {
  return renderNotice('🗳️', [texts.t('overrides.answer.renewed', { version })]);
}

export function renderCanceled(_override: object, texts: Texts): MessageContent {
  return renderNotice('↩️', [texts.t('overrides.answer.canceled')]);
}

export function renderProofAsked(texts: Texts): MessageContent {
  return renderNotice('🔏', [texts.t('overrides.answer.proof')]);
}

export function renderOverrideHelp(texts: Texts): MessageContent {
  const lines = (['transaction', 'list', 'help'] as const).map(
    (each) => `• ${texts.t(`overrides.help.${each}`)}`,
  );
  return renderNotice('🗳️', [texts.t('overrides.help.title'), ...lines, texts.t('overrides.help.page')]);
}

/** What waits, as listed; at most twenty, then how many more. `count`: of all, listed or not. */
export function renderOpenOverrides(
  { list, count }: { list: readonly OpenOverride[]; count: number },
  texts: Texts,
  zone: string,
): MessageContent {
  if (list.length === 0) return renderNotice('✅', [texts.t('overrides.list.none')]);
  const shown = list.slice(0, MOST_LISTED);
  const title = texts.t('overrides.list.title', { count });
  const hidden = count - shown.length;
  const more = hidden === 0 ? [] : [texts.t('overrides.list.more', { count: hidden })];
  const markup = markupMedium(texts, zone);
  const words = wordsMedium(texts, zone);
  const blocks: KnownBlock[] = [
    section([markup.strong(title)]),
    ...shown.map((each) => section(openLines(each, each.link, markup))),
    ...more.map((line) => section([line])),
  ];
  return message([title, ...shown.flatMap((each) => openLines(each, null, words)), ...more], blocks);
}

function openLines(open: OpenOverride, link: string | null, medium: Medium): string[] {
  const { texts, strong } = medium;
  const { amountMinor, currency, state, approvals, needed } = open;
  const amount =
    amountMinor === null || currency === null ? '' : texts.money({ minor: amountMinor, currency });
  return [
    joined([
      `${SYMBOLS[state]} ${strong(texts.t(`overrides.short.${state}`))}`,
      describeChoice(open, medium),
      strong(amount),
    ]),
    joined([
      open.name ?? describeReference(open.subjectId, medium),
      texts.t('overrides.line.by', { by: describeActor(open.requestedBy, medium) }),
      texts.t('overrides.progress', { approvals, needed }),
      texts.t('overrides.expires', { at: medium.at(open.expiresAt) }),
      linkText(link, texts.t('overrides.line.see')),
    ]),
  ];
}
