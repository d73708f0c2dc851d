import { expect, test } from 'vitest';
import { findSecret } from '../../src/secrets/find-secret.ts';
import { FAKES, HARMLESS } from './fake-secrets.ts';

test.each(FAKES)('a value of the form %s is one (%#)', (shape, value) => {
  expect(findSecret(value)).toEqual({ shape });
  expect(findSecret(`Please use "${value}" until Friday.`)).toEqual({ shape });
  expect(findSecret(`<${value}>, (${value})`)).toEqual({ shape });
});

test.each(HARMLESS)('no value: %s', (text) => {
  expect(findSecret(text)).toBeNull();
});

test('invisible characters and line breaks hide none', () => {
  const token = FAKES.find(([shape]) => shape === 'github')![1];
  for (const between of ['\u200B', '\u2060', '\uFEFF', '\u00AD', '\n', '\r\n  ', '\u2028'])
    expect(findSecret(`${token.slice(0, 9)}${between}${token.slice(9)}`)).toEqual({ shape: 'github' });
  const wide = Array.from(token, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0));
  expect(findSecret(wide.join(''))).toEqual({ shape: 'github' });
});

test('at least twenty forms are known', () => {
  expect(new Set(FAKES.map(([shape]) => shape)).size).toBeGreaterThanOrEqual(40);
});

const HOSTILE = [
  'a',
  ' ',
  '\n',
  '-',
  '-eyJ',
  '.eyJa-',
  'eyJaaaaaaaaa.',
  '-SG.',
  'aws',
  'aws=',
  'password',
  'password=',
  'secret:  ',
  'token: a1',
  '://',
  '://a:',
  'x://a:b',
  'Bearer ',
  'pypi-',
  '-pypi-',
  ' sk-',
  '1',
  '12345678:',
  '-----BEGIN ',
  '-----BEGIN A ',
  'M.',
  'A1/',
  'hooks.slack.com/',
  'dp.pt.',
  '\u200B',
  'İ',
  '1a-',
  '3f9a',
  'N-',
  '\uFDFA',
];

test.each(HOSTILE)('100 kB of %j are read in no time', (piece) => {
  const text = piece.repeat(Math.ceil(100_000 / piece.length));
  const start = performance.now();
  findSecret(text);
  findSecret(`${text}!`);
  // A rule that grows with the square of the text takes many seconds here; the bound leaves room for a busy machine.
  expect(performance.now() - start).toBeLessThan(6_000);
});
