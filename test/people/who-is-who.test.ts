import { describe, expect, test } from 'vitest';
import {
  accountsOf,
  deputiesOf,
  leadOf,
  personKeyOf,
  samePerson,
  slackOf,
} from '../../src/people/who-is-who.ts';
import { parsePolicy } from '../../src/policy.ts';
import { EXAMPLE } from './cast.ts';

const BOOK = parsePolicy(
  EXAMPLE.replace(/^people:\n(?: {2}.*\n)+/m, () =>
    [
      'people:',
      '  ayse:',
      '    slack: [U0AYSE0001, "@Ayse.Admin"]',
      '    lead: zeynep',
      '    deputies:',
      '      - { person: kerem, from: 2026-01-10, to: 2026-01-12 }',
      '      - { person: zeynep, from: 2026-01-12, to: 2026-01-12 }',
      '    accounts: [{ tenant: anadolu, account: acc-1 }]',
      '  kerem: { slack: [kerem] }',
      '  zeynep: { slack: [zeynep] }',
      '',
    ].join('\n'),
  ),
);

const ayse = { id: 'U0AYSE0001', name: 'ayse' };
const admin = { id: 'U0OTHER001', name: 'ayse.admin' };
const kerem = { id: 'U0KEREM001', name: 'Kerem' };
const nobody = { id: 'U0NOBODY01', name: 'nobody' };

test.each([
  ['an id', ayse, 'ayse'],
  ['a name, however written', admin, 'ayse'],
  ['a name in capitals', kerem, 'kerem'],
  ['nothing: the Slack id is the key', nobody, 'U0NOBODY01'],
  ["the name of a key, which is nobody's account", { id: 'U0X0000001', name: 'zeynep.k' }, 'U0X0000001'],
])('somebody is known by %s', (_how, account, key) => {
  expect(personKeyOf(BOOK, account)).toBe(key);
});

test.each([
  [ayse, ayse, true],
  [ayse, admin, true],
  [admin, ayse, true],
  [ayse, kerem, false],
  [nobody, nobody, true],
  [nobody, kerem, false],
  [{ ...nobody, name: 'renamed' }, nobody, true],
])('%j and %j are the same person: %s', (one, other, same) => {
  expect(samePerson(BOOK, one, other)).toBe(same);
});

test.each([
  ['ayse', 'zeynep'],
  ['kerem', null],
  ['U0NOBODY01', null],
  ['constructor', null],
])('%s is led by %s', (key, lead) => {
  expect(leadOf(BOOK, key)).toBe(lead);
});

test.each([
  ['2026-01-09', []],
  ['2026-01-10', ['kerem']],
  ['2026-01-12', ['kerem', 'zeynep']],
  ['2026-01-13', []],
])('on %s deputise %j', (day, deputies) => {
  expect(deputiesOf(BOOK, 'ayse', day)).toEqual(deputies);
});

describe('accounts', () => {
  test('of the platform are those of the policy', () => {
    expect(accountsOf(BOOK, 'ayse')).toEqual([{ tenant: 'anadolu', account: 'acc-1' }]);
    expect(accountsOf(BOOK, 'kerem')).toEqual([]);
    expect(accountsOf(BOOK, 'toString')).toEqual([]);
  });
  test('of Slack are those of the policy, or the key', () => {
    expect(slackOf(BOOK, 'kerem')).toEqual(['kerem']);
    expect(slackOf(BOOK, 'U0NOBODY01')).toEqual(['U0NOBODY01']);
    expect(slackOf(BOOK, 'nobody')).toEqual([]);
  });
});
