import type { KnownBlock, ModalView, PlainTextElement } from '@slack/types';
import type { MessageContent } from '../src/ports.ts';
import type { Texts } from '../src/texts.ts';
import { cut } from './foreign.ts';
import { section } from './kit.ts';

/** docs.slack.dev/reference/views/modal-views */
const LIMITS = { title: 24, blocks: 100, metadata: 3_000 } as const;

export interface ModalOptions {
  title: string;
  blocks: readonly KnownBlock[];
  /** Names the listener of its submission; none for a modal that is only read. */
  callbackId?: string;
  /** The words of its submit button; needed as soon as something can be typed in. */
  submit?: string;
  /** The words of its close button; "Close" unless told. */
  close?: string;
  /** Ids of ours that come back with every click in it: never an authority, never a secret. */
  metadata?: object;
}

/** A modal within Slack's limits; blocks past the hundredth are left out. */
export function modal(texts: Texts, options: ModalOptions): ModalView {
  const metadata = options.metadata === undefined ? '' : JSON.stringify(options.metadata);
  if (metadata.length > LIMITS.metadata) throw new RangeError('the metadata of a modal is too long');
  return {
    type: 'modal',
    title: words(options.title),
    close: words(options.close ?? texts.t('modal.close')),
    blocks: options.blocks.slice(0, LIMITS.blocks),
    ...(options.submit === undefined ? {} : { submit: words(options.submit) }),
    ...(options.callbackId === undefined ? {} : { callback_id: options.callbackId }),
    ...(metadata === '' ? {} : { private_metadata: metadata }),
  };
}

/** What stands there at once, while what was asked for is read. */
export function loadingModal(texts: Texts, title: string): ModalView {
  return modal(texts, { title, blocks: [section([`⏳ ${texts.t('modal.loading')}`])] });
}

/** A few words that only one person sees, where there is no channel to say them in. */
export function noticeModal(texts: Texts, title: string, content: MessageContent): ModalView {
  return modal(texts, { title, blocks: content.blocks as readonly KnownBlock[] });
}

function words(text: string): PlainTextElement {
  return { type: 'plain_text', text: cut(text, LIMITS.title), emoji: true };
}
