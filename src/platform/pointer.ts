/** What stands at a place of a JSON value: names and list places joined by dots. Undefined: nothing does. */
function at(json: unknown, pointer: string): unknown {
  let here = json;
  for (const step of pointer.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined;
    here = (here as Record<string, unknown>)[step];
  }
  return here;
}

/**
 * What stands there as a word: strings as they are, booleans and whole numbers in digits. A number that JavaScript does
 * not hold exactly could pass for its neighbour, so it is no word.
 */
export function wordAt(json: unknown, pointer: string): string | undefined {
  const value = at(json, pointer);
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  return undefined;
}

const LONGEST_ID = 200;

/** An id of theirs that is fit for our rows: short, without control characters. */
export function idAt(json: unknown, pointer: string): string | undefined {
  const word = wordAt(json, pointer);
  if (word === undefined || word === '' || word.length > LONGEST_ID || /[\p{Cc}\p{Cs}]/u.test(word))
    return undefined;
  return word;
}
