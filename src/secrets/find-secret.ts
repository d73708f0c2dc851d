import { findAssigned } from './assignment.ts';
import { TOKENS } from './shapes.ts';

// No package does this: the rule lists that exist (gitleaks, secretlint) come with a scanner of files around them.

/** What is not seen, or is only an accent: dropped before it is stored, or never noticed by whoever copies the value. */
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{M}]|(?![\t-\r\u0085])\p{Cc}/gu;

/** A form of secret. Text key `secrets.shape.<word>`. */
export type SecretShape = keyof typeof TOKENS | NonNullable<ReturnType<typeof findAssigned>>;

/**
 * The first thing in a text that looks like a secret's value, or null. Invisible characters, full-width letters and
 * line breaks inside a token do not hide it. Names, dates, hashes, ids and addresses are no values. Pure, and linear
 * in the text. Domain section 7: of a secret only its name is kept.
 */
export function findSecret(text: string): { shape: SecretShape } | null {
  const seen = text.normalize('NFKD').replaceAll(UNSEEN, '');
  const shape = findToken(seen) ?? findAssigned(seen) ?? findToken(joinLines(seen));
  return shape === null ? null : { shape };
}

function findToken(text: string): SecretShape | null {
  for (const [shape, pattern] of Object.entries(TOKENS)) {
    if (pattern.test(text)) return shape as SecretShape;
  }
  return null;
}

/** Broken over lines, as it is when it was copied out of a terminal. */
function joinLines(text: string): string {
  return text
    .split(/[\t-\r\u0085\u2028\u2029]/u)
    .map((line) => line.trim())
    .join('');
}
