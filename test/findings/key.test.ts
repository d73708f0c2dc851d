import { expect, test } from 'vitest';
import { findingKey } from '../../src/findings/key.ts';
import { observation } from './observation.ts';

test('the key is rule, tenant, subject, currency, provider', () => {
  const base = findingKey(observation());
  const other = [
    observation({ rule: 'R05' }),
    observation({ tenantId: 'bosphorus' as never }),
    observation({ id: 't2' }),
    observation({ subject: { kind: 'account', id: 't1' } }),
    observation({ currency: 'EUR' }),
    observation({ provider: null }),
  ];
  expect(new Set([base, ...other.map(findingKey)]).size).toBe(7);
  expect(findingKey(observation({ risk: 'LOW', minor: 5n, action: 'wait' }))).toBe(base);
  expect(base).toMatch(/^[0-9a-f]{64}$/);
});

test('a payout keeps its key when rule or provider change', () => {
  const stuck = observation({ family: 'payout', rule: 'R19' });
  const failed = observation({ family: 'payout', rule: 'R23', provider: 'atlas' });
  expect(findingKey(failed)).toBe(findingKey(stuck));
});

test('parts of a key do not run into each other', () => {
  const one = observation({ tenantId: 'a' as never, id: 'bc' });
  const two = observation({ tenantId: 'ab' as never, id: 'c' });
  expect(findingKey(one)).not.toBe(findingKey(two));
});
