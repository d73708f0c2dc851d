import type { ModalView } from '@slack/types';
import type { Texts } from '../src/texts.ts';
import { modal } from './modal.ts';

export const HAND_OVER = 'escalations.hand_over';
export const RESOLVE = 'escalations.resolve';

/** Where a modal was opened from, for the words once it is closed. */
export interface ModalMetadata {
  id: string;
  channelId: string | null;
}

/** To whom, and what they should know. */
export function renderHandOverModal(texts: Texts, metadata: ModalMetadata, mostNote: number): ModalView {
  return modal(texts, {
    title: texts.t('escalations.hand_over.title'),
    callbackId: HAND_OVER,
    submit: texts.t('escalations.hand_over.submit'),
    metadata,
    blocks: [
      {
        type: 'input',
        block_id: 'to',
        label: plain(texts.t('escalations.hand_over.to')),
        element: { type: 'users_select', action_id: 'to' },
      },
      {
        type: 'input',
        block_id: 'note',
        optional: true,
        label: plain(texts.t('escalations.hand_over.note')),
        hint: plain(texts.t('escalations.hand_over.note_hint')),
        element: { type: 'plain_text_input', action_id: 'note', multiline: true, max_length: mostNote },
      },
    ],
  });
}

/** Why it happened, and what keeps it from happening again. */
export function renderResolveModal(
  texts: Texts,
  metadata: ModalMetadata,
  known: { rootCause: string | null; remediation: string | null; most: number },
): ModalView {
  const input = (value: string | null) => ({
    type: 'plain_text_input' as const,
    max_length: known.most,
    multiline: true,
    ...(value === null ? {} : { initial_value: value }),
  });
  return modal(texts, {
    title: texts.t('escalations.resolve.title'),
    callbackId: RESOLVE,
    submit: texts.t('escalations.resolve.submit'),
    metadata,
    blocks: [
      {
        type: 'input',
        block_id: 'root_cause',
        label: plain(texts.t('escalations.resolve.root_cause')),
        element: { ...input(known.rootCause), action_id: 'root_cause' },
      },
      {
        type: 'input',
        block_id: 'remediation',
        optional: true,
        label: plain(texts.t('escalations.resolve.remediation')),
        element: { ...input(known.remediation), action_id: 'remediation' },
      },
    ],
  });
}

function plain(text: string): { type: 'plain_text'; text: string; emoji: boolean } {
  return { type: 'plain_text', text, emoji: false };
}
