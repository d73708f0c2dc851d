import { describe, expect, test } from 'vitest';
import { findSlo, namesNear } from '../../src/slo/find-slo.ts';
import { makePayoutSlo, makeSlo } from './ground.ts';

const latency = makeSlo({
  name: 'api-latency',
  title: { en: 'API p95 latency', tr: 'API p95 gecikmesi' },
});
const webhook = makeSlo({
  name: 'webhook-success',
  title: { en: 'Webhook success', tr: 'İşlenen webhook çağrıları' },
});
const slos = { all: [makeSlo(), latency, makePayoutSlo(), webhook], hash: '' };

describe('a promise is found', () => {
  test.each([
    ['by its name', 'payout', 'payout'],
    ['in capitals', 'API-AVAILABILITY', 'api-availability'],
    ['by its title', 'Payouts within 24 hours', 'payout'],
    ['by its Turkish title', '24 saat içinde ödeme', 'payout'],
    ['without Turkish letters', '24 saat icinde odeme', 'payout'],
    ['in Turkish capitals', '24 SAAT İÇİNDE ÖDEME', 'payout'],
    ['whatever I it begins with', 'işlenen', 'webhook-success'],
    ['with the capital of that I', 'İŞLENEN', 'webhook-success'],
    ['with no dot on it', 'ıslenen', 'webhook-success'],
    ['by a prefix of its name', 'pay', 'payout'],
    ['by a prefix up to the end of a word', 'api-a', 'api-availability'],
    ['without its hyphen', 'webhook success', 'webhook-success'],
    ['by a word within its title', 'gecikmesi', 'api-latency'],
    ['with spaces around it', '  payout ', 'payout'],
  ])('%s', (_, typed, name) => {
    expect(findSlo(slos, typed)?.name).toBe(name);
  });

  test('by its whole name, though another begins with it', () => {
    const longer = makeSlo({ name: 'payout-eu', title: { en: 'Payouts in the EU', tr: 'AB ödemeleri' } });
    expect(findSlo({ all: [...slos.all, longer], hash: '' }, 'payout')?.name).toBe('payout');
  });
});

test.each([
  ['nothing', ''],
  ['marks alone', '--'],
  ['a word of none', 'refunds'],
  ['a prefix of two', 'api'],
  ['a word within two', 'success webhook'],
])('%s finds none', (_, typed) => {
  expect(findSlo(slos, typed)).toBeNull();
});

describe('the names there are', () => {
  test('come with those first that begin like it', () => {
    expect(namesNear(slos, 'api-lat')).toEqual([
      'api-latency',
      'api-availability',
      'payout',
      'webhook-success',
    ]);
    expect(namesNear(slos, 'Web hooks')[0]).toBe('webhook-success');
  });

  test('are all of them, in order, for a word like none', () => {
    expect(namesNear(slos, 'xyz')).toEqual(slos.all.map(({ name }) => name));
  });
});
