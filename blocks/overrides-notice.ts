import type { RenderContext } from '../src/cards/types.ts';
import type { NoticeModel } from '../src/overrides/models.ts';
import type { NoticeKind } from '../src/overrides/types.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts } from '../src/texts.ts';
import { describeActor } from './actor.ts';
import { message, section } from './kit.ts';
import { markupMedium, wordsMedium, type Medium } from './medium.ts';
import { describeStake } from './overrides-about.ts';
import { changedLines, rejectedWhy } from './overrides-outcome.ts';
import { describeProgress, whoMayStill } from './overrides-votes.ts';
import { describeChoice, describeFailure, describePeople, nextStep } from './overrides-words.ts';

const MOST_MENTIONED = 10;

const SYMBOLS: Readonly<Record<NoticeKind, string>> = {
  remind_half: '⏰',
  remind_last: '⏰',
  voided: '♻️',
  approved: '☑️',
  rejected: '✋',
  expired: '⌛',
  executed: '✅',
  failed: '⚠️',
};

/** What an edit of the card tells nobody: a message of its own in the thread, to whom it concerns. */
export function renderOverrideNotice(model: NoticeModel, { locale }: RenderContext): MessageContent {
  const texts = makeTexts(locale);
  const shown = linesOf(model, markupMedium(texts, model.timeZone));
  return message(linesOf(model, wordsMedium(texts, model.timeZone)), [section(shown)]);
}

function linesOf(model: NoticeModel, medium: Medium): string[] {
  const { texts, strong } = medium;
  const [first = '', ...rest] = toldLines(model, medium);
  const about = `${describeChoice(model.override, medium)} · ${describeStake(model, medium)}`;
  const people = concerned(model);
  const named = describePeople(people, MOST_MENTIONED, medium);
  return [
    `${SYMBOLS[model.notice.kind]} ${strong(first)}`,
    about,
    ...rest,
    ...(people.length === 0 ? [] : [texts.t('overrides.notice.concerns', { people: named })]),
  ];
}

function toldLines(model: NoticeModel, medium: Medium): string[] {
  const { override, version, notice } = model;
  const { texts } = medium;
  const { kind } = notice;
  switch (kind) {
    case 'remind_half':
    case 'remind_last':
      if (isSettled(model)) {
        const state = texts.t(`overrides.short.${override.state}`);
        return [texts.t('overrides.notice.remind_over', { state })];
      }
      return [
        texts.t(`overrides.notice.${kind}`, {
          progress: describeProgress(model, texts),
          at: medium.at(version.expiresAt),
        }),
      ];
    case 'voided':
      return [
        texts.t('overrides.notice.voided', { version: notice.version }),
        ...(isNewest(model) ? changedLines(model, medium) : []),
        ...(override.state === 'void' ? [texts.t('overrides.notice.renew')] : []),
      ];
    case 'rejected': {
      const by = describeActor(override.overBy ?? override.requestedBy, medium);
      return [texts.t('overrides.notice.rejected', { by }), ...rejectedWhy(model, medium)];
    }
    case 'failed': {
      const why = describeFailure(override.failure, medium);
      return [texts.t('overrides.notice.failed', { why }), ...nextStep(override.failure, medium)];
    }
    case 'approved':
      return [approvedLine(model, medium)];
    case 'expired':
    case 'executed':
      return [texts.t(`overrides.notice.${kind}`)];
  }
}

/** After a crash it may be posted when what it announces has happened: then it says so. */
function approvedLine(model: NoticeModel, { texts }: Medium): string {
  const { state } = model.override;
  const isUnderWay = isNewest(model) && (state === 'approved' || state === 'executing');
  if (isUnderWay) return texts.t('overrides.notice.approved');
  return texts.t('overrides.notice.approved_over', { state: texts.t(`overrides.short.${state}`) });
}

function isNewest({ version, notice }: NoticeModel): boolean {
  return version.version === notice.version;
}

/** Nobody is reminded of what waits for nobody any more. */
function isSettled(model: NoticeModel): boolean {
  return model.override.state !== 'open' || !isNewest(model);
}

/** Reminders concern those who may still approve; the rest whoever asked and whoever voted on that version. */
function concerned(model: NoticeModel): string[] {
  const { override, votes, notice } = model;
  if (notice.kind === 'remind_half' || notice.kind === 'remind_last') {
    if (isSettled(model)) return [];
    const { security, leads, managers } = whoMayStill(model);
    return [...security, ...leads, ...managers];
  }
  const voters = isNewest(model) ? votes.map(({ userId }) => userId as string) : [];
  return [override.requestedBy.replace(/^person:/, ''), ...voters];
}
