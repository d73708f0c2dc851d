import type { MessageContent } from '../src/ports.ts';
import { message, section } from './kit.ts';

/** A few words for one person: a symbol and lines, which are our own texts or went through a Medium. */
export function renderNotice(symbol: string, lines: readonly string[]): MessageContent {
  const [first = '', ...rest] = lines;
  const shown = [`${symbol} ${first}`, ...rest];
  return message(shown, [section(shown)]);
}
