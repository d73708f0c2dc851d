/** Words after which a value follows; the shorter list is of passwords, which people choose shorter. */
const ASSIGNED = new RegExp(
  [
    '(?<word>',
    'passw(?:or)?d|passphrase|pwd|(?<![a-z])pass|parola|sifre|',
    'secret|token|encryption[_ -]?key|signing[_ -]?key|master[_ -]?key|api[_ -]?key|apikey|access[_ -]?key|private[_ -]?key|auth[_ -]?key|anahtar',
    ')["\'`]?[ \\t]{0,4}(?::=|=>|=|:|[ \\t]is[ \\t])[ \\t]{0,4}["\'`]?(?<value>[^\\s"\'`,;<>]{8,200})',
  ].join(''),
  'giu',
);
const CREDENTIALS = /:\/\/[^\s:/@]{0,100}:([^\s/@]{3,200})@/gu;
const AUTHORIZATION = /(?<![A-Za-z])(?:bearer|basic)[ \t]{1,3}([\w.~+/-]{16,400})/giu;
/** A run of forty that has the alphabet of AWS: told from a git hash by its capitals. */
const AWS_SECRET = /(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/gu;
const PASSWORD_WORD = /^(?:pass|pwd|parola|sifre)/iu;

/** What says by its surroundings that it is a value: `password=...`, `user:password@`, an authorization header. */
export function findAssigned(
  text: string,
): 'credentials' | 'authorization' | 'aws_secret' | 'assignment' | null {
  if (matches(text, CREDENTIALS, ([, value = '']) => !isPlaceholder(value))) return 'credentials';
  if (matches(text, AUTHORIZATION, ([, value = '']) => looksRandom(value))) return 'authorization';
  if (/aws|secret|access/iu.test(text) && matches(text, AWS_SECRET, ([run]) => isMixed(run)))
    return 'aws_secret';
  const assigned = matches(text, ASSIGNED, ({ groups }) => {
    const { word = '', value = '' } = groups ?? {};
    return value.length >= (PASSWORD_WORD.test(word) ? 8 : 12) && looksRandom(value);
  });
  return assigned ? 'assignment' : null;
}

function matches(text: string, pattern: RegExp, holds: (match: RegExpExecArray) => boolean): boolean {
  for (const match of text.matchAll(pattern)) if (holds(match)) return true;
  return false;
}

/** Letters and digits in one piece that is no name: "rotate-by-2026-02-01", a path, a variable and "eu1" are names. */
function looksRandom(value: string): boolean {
  if (isPlaceholder(value) || /^[a-z][a-z0-9+.-]{1,20}:\/\//iu.test(value)) return false;
  if (!/\p{L}/u.test(value) || !/\d/u.test(value)) return false;
  return value.split(/[-_/.:()]/u).some((piece) => !isNamePiece(piece));
}

function isNamePiece(piece: string): boolean {
  return /^(?:\p{L}*|\d*|\p{L}{1,12}\d{1,3}|\d{1,3}\p{L}{1,3})$/u.test(piece);
}

/** `${DB_PASSWORD}`, `$DB_PASSWORD`, `<password>`, `{{ password }}`, `****`, `xxxx`: of the form, not the value. */
function isPlaceholder(value: string): boolean {
  return /^(?:\$|<|\{|%[A-Z_]+%|\*+$|x+$|\.+$|(?:password|passwd|pass|pwd|parola|sifre|secret)$)/iu.test(
    value,
  );
}

function isMixed(run: string): boolean {
  return /[a-z]/u.test(run) && /[A-Z]/u.test(run) && /\d/u.test(run);
}
