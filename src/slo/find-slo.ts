import type { Slo, Slos } from './types.ts';

/**
 * The promise that somebody typed: by its name, its title in either language, or the beginning of one of them, whatever
 * the case (also of the Turkish I). Null when there is none, or more than one could be meant. Pure.
 */
export function findSlo({ all }: Slos, typed: string): Slo | null {
  const wanted = fold(typed);
  if (wanted === '') return null;
  const exact = all.filter((slo) => wordsOf(slo).includes(wanted));
  if (exact.length > 0) return exact.length === 1 ? (exact[0] ?? null) : null;
  const begun = all.filter((slo) => wordsOf(slo).some((word) => word.startsWith(wanted)));
  if (begun.length > 0) return begun.length === 1 ? (begun[0] ?? null) : null;
  const within = all.filter((slo) => wordsOf(slo).some((word) => word.includes(wanted)));
  return within.length === 1 ? (within[0] ?? null) : null;
}

/** The names there are, those that share most of their beginning with what was typed first. Pure. */
export function namesNear({ all }: Slos, typed: string): string[] {
  const wanted = fold(typed);
  const shared = ({ name }: Slo): number => {
    const word = fold(name);
    let length = 0;
    while (length < word.length && word[length] === wanted[length]) length += 1;
    return length;
  };
  return all.toSorted((a, b) => shared(b) - shared(a)).map(({ name }) => name);
}

function wordsOf({ name, title }: Slo): string[] {
  return [name, title.en, title.tr].map(fold);
}

/** Without case, accents, and what stands between words: "DÜZELT" and "düzelt" are one. Pure. */
export function fold(word: string): string {
  return word
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ı', 'i')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
