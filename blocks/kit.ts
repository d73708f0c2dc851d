import type {
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  SectionBlock,
} from '@slack/types';
import type { MessageContent } from '../src/ports.ts';
import { codePoints, cut } from './foreign.ts';

/** Slack's limits, in code points. docs.slack.dev/reference/block-kit */
const LIMITS = {
  blocks: 50,
  text: 3_000,
  header: 150,
  fields: 10,
  field: 2_000,
  contextElements: 10,
} as const;

/** chat.update refuses a longer top-level text than 4,000; this leaves room. docs.slack.dev/reference/methods/chat.update */
const FALLBACK_LIMIT = 3_400;

/** Literal text; emoji codes in it stay what they are. */
function plainText(text: string, limit: number): PlainTextElement {
  return { type: 'plain_text', text: cut(text, limit) || '–', emoji: false };
}

/**
 * Slack's markup. Foreign text in it must come from foreign.ts or a Medium. `verbatim` keeps Slack from making links
 * and mentions out of bare words.
 */
function mrkdwn(text: string, limit: number = LIMITS.text): MrkdwnElement {
  return { type: 'mrkdwn', text: cutMarkup(text, limit) || '–', verbatim: true };
}

/** Cuts markup without leaving half an entity, half a date token or an open code span behind. */
export function cutMarkup(text: string, limit: number): string {
  const points = codePoints(text);
  if (points.length <= limit) return text;
  let kept = points.slice(0, limit - 2).join('');
  for (const [open, close] of [
    ['<', '>'],
    ['&', ';'],
  ] as const) {
    const start = kept.lastIndexOf(open);
    if (start >= 0 && !kept.includes(close, start)) kept = kept.slice(0, start);
  }
  const spans = kept.split('`').length - 1;
  return `${kept}${spans % 2 === 1 ? '`' : ''}…`;
}

/** Whole lines as far as they fit; then "…" says that there were more. A first line that is too long is cut. */
export function joinLines(
  lines: readonly string[],
  limit: number = LIMITS.text,
  sizeOf = (text: string): number => codePoints(text).length,
): string {
  let text = '';
  for (const [index, line] of lines.entries()) {
    const next = index === 0 ? cutMarkup(line, limit - 2) : `${text}\n${line}`;
    // The last line needs no room for the mark.
    if (sizeOf(next) > limit - (index === lines.length - 1 ? 0 : 2)) return `${text}\n…`;
    text = next;
  }
  return text;
}

/** Facts side by side; empty ones leave no mark. */
export function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}

export function header(text: string): HeaderBlock {
  return { type: 'header', text: plainText(text, LIMITS.header) };
}

/** One text of at most 3,000 code points, a line per entry; an accessory (a button, an overflow) stands beside it. */
export function section(lines: readonly string[], accessory?: SectionBlock['accessory']): SectionBlock {
  const text = mrkdwn(joinLines(lines));
  return accessory === undefined ? { type: 'section', text } : { type: 'section', text, accessory };
}

/** Up to ten short texts in two columns, each a list of lines. */
export function fields(texts: readonly (readonly string[])[]): SectionBlock {
  return {
    type: 'section',
    fields: texts
      .slice(0, LIMITS.fields)
      .map((lines) => mrkdwn(joinLines(lines, LIMITS.field), LIMITS.field)),
  };
}

/** Small print: up to ten texts. */
export function context(texts: readonly string[]): ContextBlock {
  return {
    type: 'context',
    elements: texts.slice(0, LIMITS.contextElements).map((text) => mrkdwn(text, LIMITS.field)),
  };
}

export function divider(): DividerBlock {
  return { type: 'divider' };
}

/**
 * A message: blocks, and the same in words for notifications and screen readers. Lines that would pass the limit of
 * the words are left out from the end; blocks past the fiftieth likewise.
 */
export function message(words: readonly string[], blocks: readonly KnownBlock[]): MessageContent {
  // Nobody says whether this limit counts code points or UTF-16 units: the larger number is safe.
  const text = joinLines(words, FALLBACK_LIMIT, (line) => line.length);
  return { text: text || '–', blocks: blocks.slice(0, LIMITS.blocks) };
}
