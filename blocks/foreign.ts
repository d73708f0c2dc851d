/**
 * Text that others wrote (providers, accounts, databases) on its way into a message: nothing in it may mention, link,
 * format, reorder or pretend, and no card number, IBAN, e-mail address or phone number leaves with it.
 */

/** Read at most so much of a foreign text, so that scrubbing stays cheap on texts of megabytes (1 ms at the worst). */
const READ_CODE_UNITS = 1_024;
/** What ends where reading ended may be half a number that whole would have been scrubbed. */
const LONGEST_SCRUBBED = 80;

/** Slack's three control characters as entities; everything else is left alone. docs.slack.dev/messaging/formatting-message-text */
export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Slack counts its limits in code points, not in the UTF-16 units of `length`. */
export function codePoints(text: string): string[] {
  return Array.from(text);
}

/** At most `limit` code points; what is cut ends in an ellipsis, which counts. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const points = codePoints(text.slice(0, 2 * limit + 2));
  return points.length <= limit ? text : `${points.slice(0, limit - 1).join('')}…`;
}

/**
 * One line without invisible characters: controls and line breaks become a space; direction marks, zero-width and tag
 * characters go, since they hide or reorder what is read; halves of broken surrogate pairs become U+FFFD.
 */
function clean(text: string): string {
  return text
    .slice(0, READ_CODE_UNITS)
    .replaceAll(/\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(/[\p{Cf}\u034F\u115F\u1160\u17B4\u17B5\u3164\uFFA0]/gu, '')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
}

const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu;
const IBAN_START = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}/giu;
const IBAN = /^[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}/iu;
const DIGIT_RUN = /(?<![\p{L}\p{N}])\d(?:[ .-]?\d){12,}(?![\p{L}\p{N}])/gu;
const PHONE =
  /(?<![\p{L}\p{N}+])(?:(?:\+|00)[1-9](?:[ ().-]{0,2}\d){8,13}|0[ (]{0,2}5\d{2}[ ).-]{0,2}\d{3}[ .-]?\d{2}[ .-]?\d{2})(?![\p{L}\p{N}])/gu;
const BARE_MOBILE = /(?<![\p{L}\p{N}])5\d{2}[ ).-]{0,2}\d{3}[ .-]?\d{2}[ .-]?\d{2}(?![\p{L}\p{N}])/gu;

/** prose: sentences of others; id: a reference, whose bare ten digits are more likely a number than a telephone. */
type Kind = 'prose' | 'id';

/** Replaces what would identify a person or move money: card numbers keep their last four digits, the rest goes. */
export function scrub(text: string, kind: Kind = 'prose'): string {
  const scrubbed = scrubIbans(text.includes('@') ? text.replaceAll(EMAIL, '[e-mail]') : text)
    .replaceAll(DIGIT_RUN, scrubCards)
    .replaceAll(PHONE, '[phone]');
  return kind === 'id' ? scrubbed : scrubbed.replaceAll(BARE_MOBILE, '[phone]');
}

/** At every place where an IBAN may begin, the longest one there is (ISO 13616, mod 97) goes; what follows stays. */
function scrubIbans(text: string): string {
  let result = '';
  let from = 0;
  for (const start of text.matchAll(IBAN_START)) {
    if (start.index < from) continue;
    const candidate = IBAN.exec(text.slice(start.index, start.index + 80))?.[0] ?? '';
    const length = ibanLength(candidate);
    if (length === 0) continue;
    result += `${text.slice(from, start.index)}[IBAN]`;
    from = start.index + length;
  }
  return result + text.slice(from);
}

function ibanLength(candidate: string): number {
  for (let end = candidate.length; end >= 15; end -= 1) {
    if (/[ -]/.test(candidate.charAt(end - 1))) continue;
    const compact = candidate.slice(0, end).replaceAll(/[ -]/g, '').toUpperCase();
    if (compact.length >= 15 && isIban(compact)) return end;
  }
  return 0;
}

/** Digits in groups ("order 12 4111 1111 1111 1111"): any row of whole groups that is a card number is masked. */
function scrubCards(run: string): string {
  // Digits at even places, separators between them.
  const groups = run.split(/([ .-])/);
  let result = '';
  for (let first = 0; first < groups.length;) {
    const card = longestCard(groups, first);
    const last = card?.last ?? first;
    result += card === undefined ? groups[first] : `[card ••${card.digits.slice(-4)}]`;
    result += groups[last + 1] ?? '';
    first = last + 2;
  }
  return result;
}

function longestCard(groups: readonly string[], first: number): { digits: string; last: number } | undefined {
  let digits = '';
  let found: { digits: string; last: number } | undefined;
  for (let last = first; last < groups.length && digits.length < 19; last += 2) {
    digits += groups[last];
    if (digits.length >= 13 && digits.length <= 19 && passesLuhn(digits)) found = { digits, last };
  }
  return found;
}

function isIban(compact: string): boolean {
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** ISO/IEC 7812: the check digit of a card number; all zeros are none. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0 && /[1-9]/.test(digits);
}

/** A foreign text for plain_text: cleaned, scrubbed, at most `limit` code points; "–" when nothing is left. */
export function foreignWords(text: string, limit: number, kind: Kind = 'prose'): string {
  const whole = scrub(clean(text), kind);
  if (text.length <= READ_CODE_UNITS) return cut(whole, limit) || '–';
  return cut(`${whole.slice(0, -LONGEST_SCRUBBED).replace(/[\uD800-\uDBFF]$/, '')}…`, limit);
}

/**
 * A foreign text for mrkdwn: a code span, in which Slack formats nothing, with Slack's control characters escaped.
 * A backtick, which would end the span, becomes a look-alike.
 */
export function foreignCode(text: string, limit: number, kind: Kind = 'prose'): string {
  return `\`${escape(foreignWords(text, limit, kind)).replaceAll('`', 'ˋ')}\``;
}

/** An account outside Review: its last four characters, or the last half of a shorter id. */
export function maskAccount(accountId: string): string {
  const points = codePoints(clean(accountId.slice(-64)));
  return `••${points.slice(points.length - Math.min(4, Math.floor(points.length / 2))).join('')}`;
}
