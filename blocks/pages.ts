import type { KnownBlock } from '@slack/types';
import type { Texts } from '../src/texts.ts';
import type { Noun, Verb } from './actions.ts';
import { actions, button } from './controls.ts';
import { context, divider } from './kit.ts';

/** The way to the page before and the page after; nothing where one page holds all. The press carries the page's number. */
export function pageBlocks<N extends Noun>(
  { page, pages }: { page: number; pages: number },
  { noun, verb }: { noun: N; verb: Verb<N> },
  texts: Texts,
): KnownBlock[] {
  if (pages <= 1) return [];
  const to = (part: 'previous' | 'next', target: number, words: string) =>
    button(noun, verb, String(target), words, { part });
  return [
    divider(),
    actions(
      [
        ...(page > 1 ? [to('previous', page - 1, `◀ ${texts.t('findings.list.previous')}`)] : []),
        ...(page < pages ? [to('next', page + 1, `${texts.t('findings.list.next')} ▶`)] : []),
      ],
      'page',
    ),
    context([texts.t('findings.list.page', { page, pages })]),
  ];
}
