import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTransaction, transactionRequest } from '../../sandbox/data/create-transaction.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;
let made: { id: string; attempt?: string };
beforeAll(async () => {
  stage = await openStage({ planted: false, scale: 0.02 });
  const request = { kind: 'withdrawal', amount: '12.50', currency: 'EUR', state: 'processing', age: '45m' };
  made = await createTransaction(stage.finance.pool, transactionRequest.parse(request), stage.clock.now());
});
afterAll(() => stage.close());

async function call(method: string, path: string, body?: object): Promise<[number, unknown]> {
  const response = await fetch(`http://localhost:${stage.workspace.port}/sandbox/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return [response.status, await response.json()];
}

it('a provider is told by attempt', async () => {
  const order = { attempt: made.attempt, answer: 'fail' };
  expect(await call('POST', 'provider', order)).toEqual([200, {}]);
  const { rows } = await stage.finance.pool.query('select state from finance.transactions where id = $1', [
    made.id,
  ]);
  expect(rows).toEqual([{ state: 'payout_failed' }]);
});

it.each([
  [{ attempt: 'pa_none', answer: 'fail' }, 'pa_none'],
  [{ provider: 'nobody', answer: 'fail' }, 'provider'],
  [{ provider: 'kuzey-pay', answer: 'maybe' }, 'answer'],
  [{ provider: 'kuzey-pay', answer: 'fail', after: 'soon' }, 'soon'],
  [{ provider: 'kuzey-pay', attempt: 'pa_none', answer: 'fail' }, 'either'],
  [{ answer: 'fail' }, 'either'],
])('%o is refused in words', async (order, word) => {
  const [status, body] = await call('POST', 'provider', order);
  expect([status, (body as { error: string }).error]).toEqual([400, expect.stringContaining(word)]);
});

it('the platform tells its calls and their effects', async () => {
  const reply = await fetch(`${stage.environment['PLATFORM_URL']}/v1/payouts/${made.id}/reject`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stage.environment['PLATFORM_TOKEN']}`, 'idempotency-key': 'k-1' },
    body: '{"reason":"given up"}',
  });
  expect(reply.status).toBe(202);
  const at = expect.stringMatching(/^2026-01-15T05:3\d:\d\d\.\d{3}Z$/);
  const about = { at, action: 'reject', subject: made.id };
  expect(await call('GET', 'platform')).toEqual([
    200,
    {
      calls: [{ ...about, idempotency_key: 'k-1', status: 202 }],
      effects: [{ ...about, amount: '12.50', currency: 'EUR' }],
    },
  ]);
});

it.each(['platform', 'platform.retry', 'provider'])('faults of %s can be planted', async (target) => {
  expect(await call('POST', 'faults', { target, kind: '500' })).toEqual([200, expect.any(Object)]);
});
