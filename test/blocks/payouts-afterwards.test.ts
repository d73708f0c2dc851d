import { describe, expect, it } from 'vitest';
import { renderPayout } from '../../blocks/payouts.ts';
import type { Refusal } from '../../src/operations/types.ts';
import { attempt, finished, makeModel, underWay } from './payouts-models.ts';

const english = { locale: 'en', previousPermalink: null, permalink: () => null } as const;
const SETTLED = new Date('2026-01-15T06:41:06Z');

describe('what a payout is told of afterwards', () => {
  it.each([
    { at: 'at that moment', lookedAt: SETTLED, isTold: false },
    { at: 'at a later look', lookedAt: new Date(SETTLED.getTime() + 1), isTold: true },
  ])('a done retry has reasons against it only $at', ({ lookedAt, isTold }) => {
    const model = makeModel(
      { paymentState: 'payout_failed', offersRetry: false, reasons: ['attempt_open'], lookedAt },
      finished({ state: 'succeeded', settledAt: SETTLED }),
    );
    expect(renderPayout(model, english).text.includes('No retry now')).toBe(isTold);
  });

  it.each(['succeeded', 'refused'] as const)('what was done by hand is under way no more: %s', (state) => {
    const refusal = { by: 'us', code: null, means: 'void', reasons: [] } satisfies Refusal;
    const byHand = { overrideId: 'b7c0f2c4-8a64-4f0e-9d0b-3b1f6f2f1a10', overrideVersion: 1 };
    const settled = { ...byHand, state, settledAt: SETTLED, refusal: state === 'refused' ? refusal : null };
    const { text } = renderPayout(makeModel({}, finished({ ...settled, action: 'mark_paid' })), english);
    expect(text).toMatch(/approved override, asked for by <@U00000OPS1>, begun at /);
    expect(text).not.toContain('under way since');
    const open = renderPayout(makeModel({}, underWay({ ...byHand, action: 'mark_paid' })), english);
    expect(open.text).toContain('under way since');
  });

  it.each([
    { answer: 'pending', status: 'succeeded', said: /✅ Attempt 1 .*last asked .*: still pending/ },
    { answer: 'silent', status: 'failed', said: /✖️ Attempt 1 .*last asked .*: no answer/ },
    { answer: 'silent', status: 'submitted', said: /❔ Attempt 1 .*last asked .*: no answer/ },
    { answer: 'failed', status: 'succeeded', said: /✖️ Attempt 1 .*says that it failed for good/ },
  ] as const)('an end as $status, last $answer, is told as both', ({ answer, status, said }) => {
    const model = makeModel({
      state: 'over',
      overHow: 'paid',
      paymentState: 'paid',
      attempts: [attempt({ answer, status })],
    });
    expect(renderPayout(model, english).text).toMatch(said);
  });
});
