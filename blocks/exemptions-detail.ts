import type { KnownBlock, ModalView } from '@slack/types';
import type { ExemptionModel } from '../src/exemptions/models.ts';
import type { Closing } from '../src/exemptions/types.ts';
import type { Texts } from '../src/texts.ts';
import { describeActor, mentionUser } from './actor.ts';
import { actions, button } from './controls.ts';
import { evidenceLines, evidenceLink, reviewButtons } from './exemptions-closing.ts';
import {
  backgroundLines,
  describeDeadline,
  describeOwner,
  describeRiskAndRoute,
  describeStanding,
  describeWhat,
  nameOf,
} from './exemptions-words.ts';
import { context, divider, fields, joined, section } from './kit.ts';
import { linkText } from './link.ts';
import { markupMedium, type Medium } from './medium.ts';
import { modal } from './modal.ts';

const MOST_LINKS = 20;
const MOST_CLOSINGS = 3;
const MOST_HISTORY = 20;
const ACTION_LIMIT = 60;
const REASON_LIMIT = 300;

/** One exemption, whole, for the person who asked. `link`: to the override that asks for more time, where one waits. */
export function exemptionDetail(
  model: ExemptionModel,
  { channelId, link }: { channelId: string | null; link: string | null },
  texts: Texts,
): ModalView {
  const medium = markupMedium(texts, model.timeZone);
  const { exemption } = model;
  const background = backgroundLines(exemption, medium, MOST_LINKS);
  const blocks: KnownBlock[] = [
    section([
      medium.strong(joined([nameOf(exemption), describeStanding(model, texts)])),
      medium.strong(describeWhat(exemption, medium)),
    ]),
    ...buttonBlocks(model, texts),
    fields(factFields(model, medium)),
    ...(background.length > 0 ? [section(background)] : []),
    ...moreTimeBlocks(model, link, medium),
    ...closingBlocks(model, medium),
    divider(),
    section([medium.strong(texts.t('exemptions.detail.history')), ...historyLines(model, medium)]),
    context([texts.t('exemptions.detail.id', { id: exemption.id })]),
  ];
  const metadata = { id: exemption.id, channelId };
  return modal(texts, { title: texts.t('exemptions.detail.title'), blocks, metadata });
}

/** What may be wanted of it as it stands; who may is read at the click. */
function buttonBlocks({ exemption, closing }: ExemptionModel, texts: Texts): KnownBlock[] {
  const { id, state } = exemption;
  if (state === 'closed') return [];
  const reassign = button('exemptions', 'reassign', id, texts.t('exemptions.button.reassign'));
  if (state === 'closing' && closing !== null) {
    const withdraw = button('exemptions', 'withdraw', closing.id, texts.t('exemptions.button.withdraw'));
    return [actions([...reviewButtons(closing.id, nameOf(exemption), texts), withdraw, reassign])];
  }
  return [
    actions([
      button('exemptions', 'close', id, texts.t('exemptions.button.done'), { style: 'primary' }),
      button('exemptions', 'extend', id, texts.t('exemptions.button.extend')),
      reassign,
      button('exemptions', 'take_over', id, texts.t('exemptions.button.take_over')),
    ]),
  ];
}

function factFields({ exemption, standing }: ExemptionModel, medium: Medium): string[][] {
  const { texts, strong } = medium;
  const deputy = exemption.deputyId;
  return [
    [strong(texts.t('exemptions.fact.risk')), describeRiskAndRoute(exemption, texts)],
    [strong(texts.t('exemptions.fact.deadline')), describeDeadline(exemption, texts)],
    [strong(texts.t('exemptions.fact.owner')), describeOwner(exemption.ownerId, medium)],
    [strong(texts.t('exemptions.fact.deputy')), deputy === null ? '–' : describeOwner(deputy, medium)],
    [
      strong(texts.t('exemptions.fact.opened')),
      texts.t('exemptions.opened', {
        by: describeActor(exemption.openedBy, medium),
        day: texts.day(exemption.openedOn),
        days: standing.ageDays,
      }),
    ],
    ...(exemption.breachedAt === null
      ? []
      : [[strong(texts.t('exemptions.fact.breached')), medium.at(exemption.breachedAt)]]),
  ];
}

/** More time that was approved, and more that is asked for. */
function moreTimeBlocks(model: ExemptionModel, link: string | null, { texts, strong }: Medium): KnownBlock[] {
  const given = model.extensions.map(({ number, decidedOn, was, deadline }) =>
    texts.t('exemptions.detail.extension', {
      number,
      day: texts.day(decidedOn),
      was: texts.day(was),
      deadline: texts.day(deadline),
    }),
  );
  const asked =
    model.pendingExtension === null
      ? []
      : [joined([texts.t('exemptions.detail.pending'), linkText(link, texts.t('exemptions.detail.link'))])];
  const lines = [...given, ...asked].map((line) => `• ${line}`);
  return lines.length === 0 ? [] : [section([strong(texts.t('exemptions.detail.more_time')), ...lines])];
}

function closingBlocks(model: ExemptionModel, medium: Medium): KnownBlock[] {
  return model.closings
    .slice(0, MOST_CLOSINGS)
    .map((closing) => section(closingLines(closing, nameOf(model.exemption), medium)));
}

function closingLines(closing: Closing, name: string, medium: Medium): string[] {
  const { texts, strong } = medium;
  const reason = closing.decidedReason;
  return [
    strong(texts.t(`exemptions.closing.${closing.state}`, { name })),
    ...evidenceLines({ closing }, medium),
    ...evidenceLink({ closing }, texts),
    ...(closing.decidedAt === null
      ? []
      : [
          texts.t('exemptions.closing.decided', {
            by: mentionUser(closing.decidedBy ?? '', medium),
            at: medium.at(closing.decidedAt),
          }),
        ]),
    ...(reason === ''
      ? []
      : [texts.t('exemptions.closing.reason', { words: medium.foreign(reason, REASON_LIMIT) })]),
  ];
}

/** An action as it is audited; one of another version stays what it is called there. */
function describeAction(action: string, { texts, foreign }: Medium): string {
  const word = action.replace('exemption.', '');
  const key = `exemptions.history.${word}`;
  return texts.has(key) ? texts.t(key) : foreign(action, ACTION_LIMIT);
}

/** The newest of what happened and what was sent, newest last. */
function historyLines({ history, nags }: ExemptionModel, medium: Medium): string[] {
  const { texts } = medium;
  const happened = history.map(({ at, actor, action }) => ({
    at,
    words: joined([describeAction(action, medium), describeActor(actor, medium)]),
  }));
  const sent = nags.flatMap(({ sentAt, failedAt, audience, recipient }) => {
    const at = sentAt ?? failedAt;
    if (at === null) return [];
    const to =
      audience === 'reviewers' ? texts.t('exemptions.owner_security') : describeOwner(recipient, medium);
    const key = sentAt === null ? 'exemptions.detail.unreached' : 'exemptions.detail.reminded';
    return [{ at, words: texts.t(key, { to }) }];
  });
  return [...happened, ...sent]
    .toSorted((one, other) => one.at.getTime() - other.at.getTime())
    .slice(-MOST_HISTORY)
    .map(({ at, words }) => `• ${joined([medium.at(at), words])}`);
}
