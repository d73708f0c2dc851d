import type { Button, KnownBlock, ModalView } from '@slack/types';
import type { ActionRefusal } from '../src/actions/refusals.ts';
import type { ActionLine, ActionModel } from '../src/actions/types.ts';
import type { RenderContext } from '../src/cards/types.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { encodeActionId, encodeButtonValue, encodeOptionValue, encodeOverflowId } from './actions.ts';
import { describeActor, mentionUser } from './actor.ts';
import { context, joined, message, section } from './kit.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';
import { modal } from './modal.ts';
import { renderNotice } from './notice.ts';

/** The callback id of the modal in which one is added. */
export const CREATE_ACTION = 'actions.create';
const WHAT_LIMIT = 500;
const plain = (text: string) => ({ type: 'plain_text' as const, text, emoji: false });

/** One action in words: what, whose, until when; gaps are marked. Domain section 1. */
export function describeAction(line: ActionLine, medium: Medium, today: string | null = null): string[] {
  const { action } = line;
  const { texts, strong, foreign } = medium;
  const head = `${symbolOf(line, today)} ${strong(`A-${action.number}`)} ${foreign(action.what, WHAT_LIMIT)}`;
  return [head, joined([ownerOf(line, medium), dueOf(line, texts, today), endOf(line, medium)])];
}

function symbolOf({ action, ownerLeft }: ActionLine, today: string | null): string {
  if (action.state === 'done') return '✅';
  if (action.state === 'dropped') return '🚫';
  if (action.ownerId === null || action.dueOn === null || ownerLeft) return '⚠️';
  return today !== null && action.dueOn < today ? '⏰' : '▫️';
}

function ownerOf({ action, ownerLeft }: ActionLine, medium: Medium): string {
  const { t } = medium.texts;
  if (action.ownerId === null) return t('actions.no_owner');
  const person = mentionUser(action.ownerId, medium);
  return ownerLeft && action.state === 'open' ? t('actions.owner_left', { person }) : person;
}

function dueOf({ action }: ActionLine, texts: Texts, today: string | null): string {
  if (action.dueOn === null) return texts.t('actions.no_due');
  const day = texts.day(action.dueOn);
  const isLate = action.state === 'open' && today !== null && action.dueOn < today;
  return texts.t(isLate ? 'actions.overdue' : 'actions.due', { day });
}

function endOf({ action }: ActionLine, medium: Medium): string {
  if (action.state === 'open' || action.doneAt === null) return '';
  const person = describeActor(action.doneBy ?? '', medium);
  return medium.texts.t(`actions.ended.${action.state}`, { person, at: medium.at(action.doneAt) });
}

/** Actions on the card of a review, a block each, with a menu while they are open. */
export function actionBlocks(
  lines: readonly ActionLine[],
  medium: Medium,
  today: string | null,
): KnownBlock[] {
  const { t } = medium.texts;
  const option = (verb: 'done' | 'drop', id: string) => ({
    text: plain(t(`actions.button.${verb}`)),
    value: encodeOptionValue('actions', verb, id),
  });
  return lines.map((line) => {
    const { id, state } = line.action;
    const words = describeAction(line, medium, today);
    if (state !== 'open') return section(words);
    const options = [option('done', id), option('drop', id)];
    return section(words, { type: 'overflow', action_id: encodeOverflowId('actions'), options });
  });
}

/** The button that adds one to a review. */
export function addActionButton(texts: Texts, source: { kind: string; id: string }): Button {
  return {
    type: 'button',
    action_id: encodeActionId('actions', 'add'),
    value: encodeButtonValue(`${source.kind}/${source.id}`),
    text: plain(texts.t('actions.button.add')),
  };
}

/** The message that reminds an owner on the day it is due; once it is over, it says how. */
export function renderAction(
  model: ActionModel,
  { locale, previousPermalink }: RenderContext,
): MessageContent {
  const texts = makeTexts(locale);
  const { action } = model;
  const isOpen = action.state === 'open';
  const title = texts.t(isOpen ? 'actions.reminder' : `actions.over.${action.state as 'done' | 'dropped'}`);
  const linesIn = (medium: Medium): string[] => [
    `${isOpen ? '🔔 ' : ''}${medium.strong(title)}`,
    ...describeAction(model, medium),
  ];
  const blocks: KnownBlock[] = [section(linesIn(markupMedium(texts, model.timeZone)))];
  if (isOpen)
    blocks.push({
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: encodeActionId('actions', 'done'),
          value: encodeButtonValue(action.id),
          text: plain(texts.t('actions.button.done')),
          style: 'primary',
        },
      ],
    });
  if (previousPermalink !== null) {
    const print = linkTo(previousPermalink, texts);
    if (print.length > 0) blocks.push(context(print));
  }
  return message(linesIn(wordsMedium(texts, model.timeZone)), blocks);
}

/** What, who and until when; the last two may stay empty, and then show as a gap. */
export function renderAddAction(texts: Texts, metadata: object, mostWhat: number): ModalView {
  const { t } = texts;
  return modal(texts, {
    title: t('actions.add.title'),
    callbackId: CREATE_ACTION,
    submit: t('actions.add.submit'),
    metadata,
    blocks: [
      {
        type: 'input',
        block_id: 'what',
        label: plain(t('actions.add.what')),
        element: {
          type: 'plain_text_input',
          action_id: 'what',
          multiline: true,
          max_length: mostWhat,
        },
      },
      {
        type: 'input',
        block_id: 'owner',
        optional: true,
        label: plain(t('actions.add.owner')),
        element: { type: 'users_select', action_id: 'owner' },
      },
      {
        type: 'input',
        block_id: 'due',
        optional: true,
        label: plain(t('actions.add.due')),
        hint: plain(t('actions.add.gap')),
        element: { type: 'datepicker', action_id: 'due' },
      },
    ],
  });
}

/** Why not, in words. */
export function describeActionRefusal(refusal: ActionRefusal, texts: Texts): string {
  switch (refusal.why) {
    case 'too_long':
      return texts.t('actions.refused.too_long', { most: refusal.most });
    case 'secret': {
      const key = `secrets.shape.${refusal.shape}`;
      return texts.t('secrets.refused', { shape: texts.has(key) ? texts.t(key) : refusal.shape });
    }
    case 'not_open':
      return texts.t(`actions.refused.not_open.${refusal.state}`);
    case 'not_found':
    case 'no_source':
    case 'repeated':
    case 'missing':
    case 'due_unreadable':
    case 'due_past':
    case 'owner_unfit':
    case 'owner_unread':
    case 'not_yours':
      return texts.t(`actions.refused.${refusal.why}`);
  }
}

export function renderActionRefusal(refusal: ActionRefusal, texts: Texts): MessageContent {
  return renderNotice('👋', [describeActionRefusal(refusal, texts)]);
}
