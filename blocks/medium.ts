import type { Texts } from '../src/texts.ts';
import { escape, foreignCode, foreignWords, maskAccount } from './foreign.ts';

/**
 * Where words will stand, and so how foreign text, accounts and instants are written there. Both media are parsed by
 * Slack for its control characters, so both escape.
 */
export interface Medium {
  texts: Texts;
  timeZone: string;
  /** Text that others wrote, at most `limit` code points of it. */
  foreign: (text: string, limit: number) => string;
  /** A word of ours, kept in a row, by its family of texts; one that the catalogue lacks is shown as foreign text. */
  word: (family: string, word: string, limit: number) => string;
  /** A reference that others chose (transaction, event); as foreign, but bare numbers stay readable. */
  id: (text: string, limit: number) => string;
  /** An account, masked to its last four characters. */
  account: (accountId: string) => string;
  at: (instant: Date) => string;
  strong: (text: string) => string;
}

/** For blocks: code spans, bold, date tokens in the reader's own zone. */
export function markupMedium(texts: Texts, timeZone: string): Medium {
  const foreign = (text: string, limit: number): string => foreignCode(text, limit);
  return {
    texts,
    timeZone,
    foreign,
    word: wordIn(texts, foreign),
    id: (text, limit) => foreignCode(text, limit, 'id'),
    account: (accountId) => foreignCode(maskAccount(accountId), 8),
    at: (instant) => texts.slackDate(instant, timeZone),
    strong: (text) => `*${text}*`,
  };
}

/** For a message's words, which are read aloud and shown in notifications: no markup, times with their zone. */
export function wordsMedium(texts: Texts, timeZone: string): Medium {
  const foreign = (text: string, limit: number): string => escape(foreignWords(text, limit));
  return {
    texts,
    timeZone,
    foreign,
    word: wordIn(texts, foreign),
    id: (text, limit) => escape(foreignWords(text, limit, 'id')),
    account: (accountId) => escape(foreignWords(maskAccount(accountId), 8)),
    at: (instant) => texts.instant(instant, timeZone),
    strong: (text) => text,
  };
}

function wordIn(texts: Texts, foreign: Medium['foreign']): Medium['word'] {
  return (family, word, limit) => {
    const key = `${family}.${word}`;
    return texts.has(key) ? texts.t(key) : foreign(word, limit);
  };
}

/**
 * The line that links to where a card stood before, when it could not be edited any more. A link that is not plainly
 * one is left out.
 */
export function linkTo(permalink: string, texts: Texts): string[] {
  if (!/^https?:\/\/[^\s|<>]+$/.test(permalink)) return [];
  const link = `<${escape(permalink)}|${texts.t('cards.previous_link')}>`;
  return [texts.t('cards.previous', { link })];
}
