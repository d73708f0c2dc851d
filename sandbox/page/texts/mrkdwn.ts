import type { RichTextBlockElement, RichTextElement, RichTextText } from '@slack/types';
import { parseControl, type RichTextStyle } from './control.ts';
import { unescape } from './escape.ts';

/**
 * Slack's mrkdwn as rich text elements. The library that draws blocks reads mrkdwn as Markdown instead: headings
 * and rules vanish, `[a](b)` becomes a link, and escaped text comes alive. Rich text it draws right, so the
 * page parses mrkdwn itself. Source: docs.slack.dev/messaging/formatting-message-text
 */
export function parseMrkdwn(text: string, options: { verbatim: boolean }): RichTextBlockElement[] {
  const elements: RichTextBlockElement[] = [];
  const pieces = text.split('```');
  // An opening fence without its end is text.
  const fences = pieces.length % 2 === 1 ? pieces.length : pieces.length - 1;
  pieces.slice(0, fences).forEach((piece, index) => {
    if (index % 2 === 1) {
      elements.push({ type: 'rich_text_preformatted', elements: [leaf(piece.replace(/^\n|\n$/g, ''))] });
    } else {
      elements.push(...parseLines(piece, options.verbatim));
    }
  });
  if (fences < pieces.length) elements.push(...parseLines('```' + (pieces.at(-1) ?? ''), options.verbatim));
  return elements;
}

/** plain_text is what it says: nothing in it is markup, except `:name:` where emoji are asked for. */
export function parsePlain(text: string, options: { emoji: boolean }): RichTextBlockElement[] {
  const elements: RichTextElement[] = [];
  if (options.emoji) splitEmoji(text, undefined, (part) => [{ type: 'text', text: part }], elements);
  else if (text !== '') elements.push({ type: 'text', text });
  return [{ type: 'rich_text_section', elements }];
}

/** Lines that start with a bare `>` are quotes; an escaped one is text. */
function parseLines(text: string, verbatim: boolean): RichTextBlockElement[] {
  const groups: { quote: boolean; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    const quote = line.startsWith('>');
    const last = groups.at(-1);
    if (last?.quote === quote) last.lines.push(quote ? line.replace(/^> ?/, '') : line);
    else groups.push({ quote, lines: [quote ? line.replace(/^> ?/, '') : line] });
  }
  return groups
    .map(({ quote, lines }): RichTextBlockElement => {
      const elements = parseInline(lines.join('\n'), {}, verbatim);
      return quote ? { type: 'rich_text_quote', elements } : { type: 'rich_text_section', elements };
    })
    .filter((element) => element.elements.length > 0);
}

const MARKS = { '*': 'bold', _: 'italic', '~': 'strike' } as const;

/** One pass over code, control sequences and styled runs, whichever comes first; the rest is text. */
const PIECE =
  /`([^`\n]+)`|<([^<>\n]+)>|(?<![\p{L}\p{N}*_~])([*_~])(?=\S)((?:(?!\3)[^\n])*?\S|[^\s*_~])\3(?![\p{L}\p{N}])/u;

function parseInline(text: string, style: RichTextStyle, verbatim: boolean): RichTextElement[] {
  const elements: RichTextElement[] = [];
  let rest = text;
  for (;;) {
    const found = PIECE.exec(rest);
    if (!found) break;
    pushText(rest.slice(0, found.index), style, verbatim, elements);
    const [whole, code, control, mark, styled] = found;
    if (code !== undefined) elements.push(leaf(code, { ...style, code: true }));
    else if (control !== undefined) elements.push(parseControl(control, style));
    else {
      const name = MARKS[mark as keyof typeof MARKS];
      elements.push(...parseInline(styled ?? '', { ...style, [name]: true }, verbatim));
    }
    rest = rest.slice(found.index + whole.length);
  }
  pushText(rest, style, verbatim, elements);
  return elements;
}

/** Without `verbatim` Slack also turns bare addresses and @here, @channel, @everyone into live ones. */
const BARE = /(https?:\/\/[^\s<>|]+[^\s<>|.,;:!?)"'])|(?<![\p{L}\p{N}._-])@(here|channel|everyone)\b/u;

function pushText(text: string, style: RichTextStyle, verbatim: boolean, into: RichTextElement[]): void {
  const plain = (part: string): RichTextElement[] => {
    const elements: RichTextElement[] = [];
    let rest = part;
    for (let found = verbatim ? null : BARE.exec(rest); found; found = BARE.exec(rest)) {
      if (found.index > 0) elements.push(leaf(rest.slice(0, found.index), style));
      const range = found[2] as 'here' | 'channel' | 'everyone' | undefined;
      elements.push(range ? { type: 'broadcast', range } : { type: 'link', url: unescape(found[0]), style });
      rest = rest.slice(found.index + found[0].length);
    }
    if (rest !== '') elements.push(leaf(rest, style));
    return elements;
  };
  splitEmoji(text, style, plain, into);
}

const EMOJI = /(?<![\p{L}\p{N}:]):([a-z][a-z0-9_+-]*)(?:::skin-tone-([2-6]))?:(?![\p{L}\p{N}])/u;

function splitEmoji(
  text: string,
  style: RichTextStyle | undefined,
  plain: (part: string) => RichTextElement[],
  into: RichTextElement[],
): void {
  let rest = text;
  for (let found = EMOJI.exec(rest); found; found = EMOJI.exec(rest)) {
    if (found.index > 0) into.push(...plain(rest.slice(0, found.index)));
    into.push({ type: 'emoji', name: found[1] ?? '', ...(style ? { style } : {}) });
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest !== '') into.push(...plain(rest));
}

function leaf(text: string, style?: RichTextStyle): RichTextText {
  return { type: 'text', text: unescape(text), ...(style ? { style } : {}) };
}
