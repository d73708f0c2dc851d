import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProviderTruth } from '../../sandbox/data/provider-truth.ts';
import { disagreements } from '../data/invariants.ts';
import { openPlatformStage, type PlatformStage } from '../support/platform.ts';

const MINUTE = 60_000;
const OPEN = 'processing';

let stage: PlatformStage;
beforeAll(async () => {
  stage = await openPlatformStage();
});
afterAll(() => stage.close());

describe('a provider answers', () => {
  it.each([
    ['payout_failed', 'failed'],
    [OPEN, 'pending'],
    ['paid', 'succeeded'],
  ])('about an attempt of a payout that is %s: %s', async (state, answer) => {
    const { attempt } = await stage.make(state);
    expect(await stage.ask(attempt)).toBe(answer);
  });

  it.each([
    ['pending', 'pending'],
    ['silent', 'no_answer'],
    ['not_found', 'not_found'],
  ])('%s when told so, from then on', async (told, answer) => {
    const { id, attempt } = await stage.make('payout_failed');
    await stage.tell({ attempt, answer: told, after: '10m' });
    expect(await stage.ask(attempt)).toBe('failed');
    await stage.pass(11 * MINUTE);
    expect(await stage.ask(attempt)).toBe(answer);
    expect(await stage.stateOf(id)).toBe('payout_failed');
  });

  it('not_found to a reference that is not exact', async () => {
    const { attempt } = await stage.make('payout_failed', { provider: 'kuzey-pay' });
    const { status, body } = await stage.get(
      `/v1/attempts/${attempt}?provider=kuzey-pay&reference=kuzey-pay-1`,
    );
    expect([status, body]).toEqual([
      200,
      { attempt, provider: 'kuzey-pay', reference: 'kuzey-pay-1', provider_status: 'not_found' },
    ]);
  });
});

describe('a provider decides', () => {
  it('success, late: pending before, paid then', async () => {
    const { id, attempt } = await stage.make(OPEN);
    await stage.tell({ attempt, answer: 'succeed', after: '35m' });
    await stage.pass(34 * MINUTE);
    expect([await stage.ask(attempt), await stage.stateOf(id)]).toEqual(['pending', OPEN]);
    await stage.pass(2 * MINUTE);
    expect([await stage.ask(attempt), await stage.stateOf(id)]).toEqual(['succeeded', 'paid']);
  });

  it('failure, at once', async () => {
    const { id, attempt } = await stage.make(OPEN);
    await stage.tell({ attempt, answer: 'fail' });
    expect([await stage.ask(attempt), await stage.stateOf(id)]).toEqual(['failed', 'payout_failed']);
  });

  it('success of a payout that failed: only the answer tells', async () => {
    const { id, attempt } = await stage.make('payout_failed');
    await stage.tell({ attempt, answer: 'succeed', after: '5m' });
    expect(await stage.ask(attempt)).toBe('pending');
    await stage.pass(6 * MINUTE);
    expect([await stage.ask(attempt), await stage.stateOf(id)]).toEqual(['succeeded', 'payout_failed']);
  });

  it('and its webhook may be lost: only the answer tells', async () => {
    const { id, attempt } = await stage.make(OPEN);
    await stage.platform.plant({
      target: 'provider',
      kind: 'lost_reply',
      times: 1,
      retryAfter: 1,
      error: '',
    });
    await stage.tell({ attempt, answer: 'succeed' });
    expect([await stage.ask(attempt), await stage.stateOf(id)]).toEqual(['succeeded', OPEN]);
  });

  it('about the newest order alone', async () => {
    const { id, attempt } = await stage.make(OPEN);
    await stage.tell({ attempt, answer: 'succeed', after: '10m' });
    await stage.tell({ attempt, answer: 'fail', after: '20m' });
    await stage.pass(15 * MINUTE);
    expect([await stage.ask(attempt), await stage.stateOf(id)]).toEqual(['pending', OPEN]);
    await stage.pass(6 * MINUTE);
    expect([await stage.ask(attempt), await stage.stateOf(id)]).toEqual(['failed', 'payout_failed']);
  });

  it('nothing that was not there', async () => {
    await expect(stage.tell({ attempt: 'pa_none', answer: 'fail' })).rejects.toThrow('pa_none');
  });
});

describe('a provider that was told', () => {
  it('does so with open and future attempts, unless one was told apart', async () => {
    const [open, apart, failed] = [
      await stage.make(OPEN, { provider: 'atlas-bank' }),
      await stage.make(OPEN, { provider: 'atlas-bank' }),
      await stage.make('payout_failed', { provider: 'atlas-bank' }),
    ];
    await stage.tell({ attempt: apart.attempt, answer: 'not_found' });
    await stage.tell({ provider: 'atlas-bank', answer: 'silent' });
    const { body } = await stage.change(failed.id, 'retry', 'k-silent');
    const { attempt } = body as { attempt: string };
    await stage.pass(10 * MINUTE);
    expect(
      await Promise.all(
        [open.attempt, apart.attempt, failed.attempt, attempt].map((each) => stage.ask(each)),
      ),
    ).toEqual(['no_answer', 'not_found', 'failed', 'no_answer']);
    // Of a provider that says nothing nothing is heard.
    expect(await stage.stateOf(failed.id)).toBe('processing');
  });

  it('fails future attempts where it was told to', async () => {
    const { id } = await stage.make('payout_failed', { provider: 'mavi-wire' });
    await stage.tell({ provider: 'mavi-wire', answer: 'fail' });
    const { body } = await stage.change(id, 'retry', 'k-fails');
    await stage.pass(2 * MINUTE);
    expect(await stage.stateOf(id)).toBe('payout_failed');
    expect(await stage.ask((body as { attempt: string }).attempt)).toBe('failed');
  });
});

it('the truth can be read without the API', async () => {
  const truth = await readProviderTruth(stage.finance.pool, stage.clock.now());
  for (const { attemptId, answer } of truth)
    expect((await stage.ask(attemptId)).replace('no_answer', 'silent')).toBe(answer);
  expect(new Set(truth.map(({ answer }) => answer)).size).toBe(5);
});

it('money stays in agreement', async () => {
  const found = await disagreements(stage.finance.pool, stage.clock.now());
  expect(found.filter((line) => !/^(failed payout waits|stuck|attempt open too long)/.test(line))).toEqual(
    [],
  );
});
