import { cut } from '../blocks/foreign.ts';
import type { ViewValues } from './desk.ts';

/** What a person typed, trimmed, at most so many code points of it. PostgreSQL keeps no NUL and no half of a character. */
export function typedText(text: string, most: number): string {
  return cut(
    text
      .replaceAll('\0', '')
      .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
      .trim(),
    most,
  );
}

/** The same of an input whose block and action bear one name. */
export function typedIn(values: ViewValues, name: string, most: number): string {
  return typedText(values[name]?.[name]?.value ?? '', most);
}
