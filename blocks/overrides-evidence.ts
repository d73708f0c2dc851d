import type { Texts } from '../src/texts.ts';
import { escape, foreignWords, scrub } from './foreign.ts';
import { payoutMarkup, payoutWords, type PayoutMedium } from './payouts-words.ts';

/** A medium that can also link to what a person named as evidence. */
export interface OverrideMedium extends PayoutMedium {
  /** A link to an https address whose label tells where it leads; null where it is shown as the text it is. */
  link: (address: string) => string | null;
}

const LINE_LIMIT = 1_000;
const LABEL_LIMIT = 60;
const ADDRESS_LIMIT = 1_000;
/** Links of one text; the others stay text. */
const MOST_LINKS = 10;

export function overrideMarkup(texts: Texts, timeZone: string): OverrideMedium {
  return { ...payoutMarkup(texts, timeZone), link: linkOf };
}

export function overrideWords(texts: Texts, timeZone: string): OverrideMedium {
  return { ...payoutWords(texts, timeZone), link: () => null };
}

/**
 * A text of a person in lines, its https addresses as links, everything else as foreign text. `most` lines; says
 * how many were left out.
 */
export function proseLines(text: string, most: number, medium: OverrideMedium): string[] {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).filter((line) => line.trim() !== '');
  let links = 0;
  const link = (address: string): string | null => {
    const shown = links < MOST_LINKS ? medium.link(address) : null;
    if (shown !== null) links += 1;
    return shown;
  };
  const shown = lines.slice(0, most).map((line) => proseLine(line, medium, link));
  const hidden = lines.length - shown.length;
  return hidden === 0 ? shown : [...shown, medium.texts.t('overrides.evidence_more', { count: hidden })];
}

function proseLine(line: string, medium: OverrideMedium, link: OverrideMedium['link']): string {
  const parts: string[] = [];
  let text = '';
  const flush = (): void => {
    if (text.trim() !== '') parts.push(medium.foreign(text, LINE_LIMIT));
    text = '';
  };
  for (const part of line.split(/(https:\/\/[!-;=?-_a-{}~]+)/)) {
    const address = part.startsWith('https://') ? part.replace(/[.,;:!?'")\]}]+$/, '') : null;
    const linked = address === null ? null : link(address);
    if (linked === null || address === null) {
      text += part;
      continue;
    }
    flush();
    parts.push(linked);
    text = part.slice(address.length);
  }
  flush();
  return parts.join(' ');
}

/** Only a plain address: nobody's name in it, nothing that would be scrubbed, and the label names its true host. */
function linkOf(address: string): string | null {
  if (address.length > ADDRESS_LIMIT || !/^https:\/\/[!-;=?-_a-{}~]+$/.test(address)) return null;
  if (scrub(address, 'id') !== address || !URL.canParse(address)) return null;
  const { host, pathname, username, password } = new URL(address);
  if (username !== '' || password !== '' || !/^[\w.-]+(:\d+)?$/.test(host)) return null;
  // What Slack would format within a label.
  const path = pathname === '/' ? '' : pathname.replaceAll(/[*_~`|]/g, '-');
  return `<${escape(address)}|${escape(foreignWords(host + path, LABEL_LIMIT, 'id'))}>`;
}
