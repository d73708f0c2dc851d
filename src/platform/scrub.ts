const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/gu;
const IBAN = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,30}/giu;
const DIGIT_RUN = /(?<![\p{L}\p{N}])\d(?:[ .-]?\d){12,}(?![\p{L}\p{N}])/gu;
const PHONE =
  /(?<![\p{L}\p{N}+-])(?:(?:\+|00)[1-9](?:[ ().-]{0,2}\d){8,13}|0?[ (]{0,2}5\d{2}[ ).-]{0,2}\d{3}[ .-]?\d{2}[ .-]?\d{2})(?![\p{L}\p{N}-])/gu;

const MOST_KEPT = 2_000;
/** What ends where reading ended may be half a number that whole would have been scrubbed. */
const LONGEST_SCRUBBED = 80;

/**
 * A foreign answer as it is kept beside an operation: at most 2,000 characters, without what would identify a person or
 * move money, and without any of our secrets, however they are spelt in it.
 */
export function scrubAnswer(text: string, secrets: readonly string[]): string {
  const read = hideSecrets(text, secrets).replaceAll('\u0000', '');
  const part = read.slice(0, MOST_KEPT + LONGEST_SCRUBBED);
  const scrubbed = part
    .replaceAll(EMAIL, '[e-mail]')
    .replaceAll(IBAN, hideIban)
    .replaceAll(DIGIT_RUN, (run) => (holdsCard(run) ? '[card]' : run))
    .replaceAll(PHONE, '[phone]');
  const whole = part.length === read.length ? scrubbed : scrubbed.slice(0, -LONGEST_SCRUBBED);
  return whole.slice(0, MOST_KEPT);
}

/** Replaces our secrets as they are, as JSON spells them, and as an address does. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  const spellings = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      JSON.stringify(secret)
        .slice(1, -1)
        .replaceAll('/', String.raw`\/`),
      encodeURIComponent(secret.replaceAll(/\p{Cs}/gu, '\uFFFD')),
    ])
    .toSorted((a, b) => b.length - a.length);
  return spellings.reduce((left, secret) => left.replaceAll(secret, '[token]'), text);
}

/** The longest IBAN that a row of letters and digits begins with goes; what follows it stays. */
function hideIban(found: string): string {
  for (let end = found.length; end >= 15; end -= 1)
    if (isIban(found.slice(0, end))) return `[IBAN]${found.slice(end)}`;
  return found;
}

/** ISO 13616, mod 97. */
function isIban(found: string): boolean {
  const compact = found.replaceAll(/[ -]/g, '').toUpperCase();
  if (compact.length < 15 || /[ -]$/.test(found)) return false;
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** Does any row of 13 to 19 digits among groups of digits end in its check digit? Rather one number too many. */
function holdsCard(run: string): boolean {
  const groups = run.split(/[ .-]/);
  for (let first = 0; first < groups.length; first += 1) {
    let digits = '';
    for (let last = first; last < groups.length && digits.length < 19; last += 1) {
      digits += groups[last];
      if (digits.length >= 13 && digits.length <= 19 && passesLuhn(digits)) return true;
    }
  }
  return false;
}

/** ISO/IEC 7812: the check digit of a card number. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
