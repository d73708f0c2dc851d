import type { RichTextElement, RichTextText } from '@slack/types';
import { unescape } from './escape.ts';

export type RichTextStyle = NonNullable<RichTextText['style']>;

/**
 * What stands between `<` and `>` in mrkdwn: a person, a channel, a group, a broadcast, a date or a link. What is
 * none of them is shown as it was written.
 */
export function parseControl(inner: string, style: RichTextStyle): RichTextElement {
  const [target, label] = splitOnce(inner, '|');
  if (/^@[UW][A-Z0-9]+$/.test(target)) return { type: 'user', user_id: target.slice(1), style };
  if (/^#[CGD][A-Z0-9]+$/.test(target)) return { type: 'channel', channel_id: target.slice(1), style };
  if (/^!subteam\^S[A-Z0-9]+$/.test(target)) {
    return { type: 'usergroup', usergroup_id: target.slice('!subteam^'.length), style };
  }
  if (target === '!here' || target === '!channel' || target === '!everyone') {
    return { type: 'broadcast', range: target.slice(1) as 'here' | 'channel' | 'everyone' };
  }
  if (target.startsWith('!date^')) return parseDate(target, label, style);
  if (/^(https?:\/\/|mailto:)/i.test(target)) {
    const url = unescape(target);
    return { type: 'link', url, text: label === undefined ? url : unescape(label), style };
  }
  return { type: 'text', text: unescape(`<${inner}>`), style };
}

/** `!date^unix^format^link|fallback`, link optional. */
function parseDate(target: string, fallback: string | undefined, style: RichTextStyle): RichTextElement {
  const [, unix = '', format = '', link] = target.split('^');
  const timestamp = Number(unix);
  if (!Number.isSafeInteger(timestamp) || unix === '' || format === '') {
    return { type: 'text', text: unescape(fallback ?? `<${target}>`), style };
  }
  return {
    type: 'date',
    timestamp,
    format: unescape(format),
    ...(link ? { url: unescape(link) } : {}),
    ...(fallback === undefined ? {} : { fallback: unescape(fallback) }),
    style,
  };
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
