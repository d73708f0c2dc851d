import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseFaultOrder } from '../../sandbox/slack/faults.ts';
import { openPlatformStage, type PlatformStage } from '../support/platform.ts';

let stage: PlatformStage;
let id: string;
let attempt: string;
beforeAll(async () => {
  stage = await openPlatformStage();
});
beforeEach(async () => {
  ({ id, attempt } = await stage.make('payout_failed'));
});
afterAll(() => stage.close());

async function plant(body: object): Promise<boolean> {
  const order = parseFaultOrder(body);
  if (typeof order === 'string') throw new Error(order);
  return await stage.platform.plant(order);
}
const effects = async () => (await stage.platform.effects()).filter(({ subject }) => subject === id).length;
const lastCall = async () => (await stage.platform.calls()).at(-1);

describe('a fault of the platform', () => {
  it.each([
    [{ kind: '429', retry_after: 7 }, 429, { fault: 'too_many_requests' }],
    [{ kind: '500' }, 500, { code: 'internal_error' }],
    [{ kind: 'error', error: 'unauthorised' }, 401, { error: { code: 'unauthorised' } }],
    [{ kind: 'error', error: 'frozen_by_audit' }, 422, { type: 'frozen_by_audit' }],
    [{ kind: 'error', error: 'not_json' }, 200, undefined],
  ])('%o answers, and does nothing', async (fault, status, body) => {
    await plant({ target: 'platform', ...fault });
    const reply = await stage.change(id, 'retry', `k-${id}`);
    expect(reply.status).toBe(status);
    if (body === undefined) expect(reply.text).toContain('<html>');
    else expect(reply.body).toMatchObject(body);
    expect(reply.headers.get('retry-after')).toBe(status === 429 ? '7' : null);
    expect([await effects(), (await lastCall())?.status]).toEqual([0, status]);
  });

  it('cuts the connection before anything is done', async () => {
    await plant({ target: 'platform.retry', kind: 'drop' });
    await expect(stage.change(id, 'retry', `k-${id}`)).rejects.toThrow('fetch failed');
    expect([await effects(), await lastCall()]).toMatchObject([0, { subject: id, status: null }]);
    expect((await stage.get(`/v1/operations/k-${id}`)).status).toBe(404);
  });

  it('cuts the connection after it was done', async () => {
    await plant({ target: 'platform', kind: 'lost_reply' });
    await expect(stage.change(id, 'retry', `k-${id}`)).rejects.toThrow('fetch failed');
    expect([await effects(), await lastCall()]).toMatchObject([
      1,
      { action: 'retry', subject: id, status: 202 },
    ]);
    expect((await stage.get(`/v1/operations/k-${id}`)).body).toMatchObject({ status: 'accepted' });
  });

  it('holds a call without doing it, until the client leaves', async () => {
    await plant({ target: 'platform', kind: 'timeout' });
    const call = fetch(`${stage.platform.url}/v1/payouts/${id}/retry`, {
      method: 'POST',
      signal: AbortSignal.timeout(150),
    });
    await expect(call).rejects.toThrow('timeout');
    expect(await effects()).toBe(0);
  });

  it('hits one action alone where it names it', async () => {
    await plant({ target: 'platform.lookup', kind: '500', times: 1 });
    expect((await stage.change(id, 'retry', `k-${id}`)).status).toBe(202);
    expect((await stage.get(`/v1/operations/k-${id}`)).status).toBe(500);
    expect((await stage.get(`/v1/operations/k-${id}`)).status).toBe(200);
  });

  it('is cleared by none, and knows its targets', async () => {
    await plant({ target: 'platform', kind: '500', times: 9 });
    await plant({ target: 'platform', kind: 'none' });
    expect((await stage.change(id, 'retry', `k-${id}`)).status).toBe(202);
    expect(await plant({ target: 'platform.nothing', kind: '500' })).toBe(false);
  });
});

describe('a fault of the providers', () => {
  it.each(['timeout', 'drop', '500'])('%s makes them silent', async (kind) => {
    await plant({ target: 'provider', kind });
    expect([await stage.ask(attempt), await stage.ask(attempt)]).toEqual(['no_answer', 'failed']);
  });
});

it('hooks stand around what a call does', async () => {
  const seen: string[] = [];
  const stop = stage.platform.onCall(async (action, phase) => {
    seen.push(`${action} ${phase} ${await effects()}`);
  });
  await stage.change(id, 'retry', `k-${id}`);
  stop();
  await stage.ask(attempt);
  expect(seen).toEqual(['retry before 0', 'retry after 1']);
});
