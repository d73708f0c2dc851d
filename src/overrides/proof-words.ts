import { makeTexts, type Locale, type Texts } from '../texts.ts';

export interface PageContext {
  texts: Texts;
  timeZone: string;
  /** An instant as the page shows it; an ISO text too. */
  at: (instant: Date | string) => string;
  /** The text of a word that rows carry; the word itself where this version has none. */
  word: (family: string, word: string) => string;
}

/** What a page of one language and zone says things with. */
export function pageContext(locale: Locale, timeZone: string): PageContext {
  const texts = makeTexts(locale);
  return {
    texts,
    timeZone,
    at: (instant) => texts.instant(new Date(instant), timeZone),
    word(family, word) {
      const key = `overrides.${family}.${word}`;
      return texts.has(key) ? texts.t(key) : word;
    },
  };
}

export type ProofField =
  Extract<
    Parameters<Texts['t']>[0],
    `overrides.proof.field.${string}`
  > extends `overrides.proof.field.${infer Name}`
    ? Name
    : never;

export function label(texts: Texts, field: ProofField): string {
  return texts.t(`overrides.proof.field.${field}`);
}
