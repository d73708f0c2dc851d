import { describe, expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import type { OperationState } from '../../src/operations/types.ts';
import { ownOperations, useGround } from './ground.ts';
import { TURNS } from './scripted-platform.ts';

const ground = useGround();
const HOUR_MS = 3_600_000;

async function auditedActions(): Promise<string[]> {
  const { rows } = await ground.ours.pool.query<{ action: string }>(
    'select action from audit_log where subject_id = $1 order by seq',
    [ground.transactionId],
  );
  return rows.map(({ action }) => action.replace('operation.', ''));
}

const movePayment = (set: string) =>
  ground.finance.pool.query(`update finance.transactions set ${set} where id = $1`, [ground.transactionId]);

describe('a retry', () => {
  test('is checked, sent once, and kept with its proof', async () => {
    const id = await ground.press();
    const operation = await ground.drive(id);
    expect(operation).toMatchObject({
      state: 'succeeded',
      tries: 1,
      attemptsBefore: 1,
      result: { attemptId: `pa_${ground.transactionId}_2` },
      proof: {
        state: 'payout_failed',
        burns: 0,
        attempts: [{ attemptId: ground.failedAttempt, status: 'failed', answer: 'failed' }],
      },
    });
    expect(ground.platform.effects).toEqual([operation.idempotencyKey]);
    expect(ground.shown).toEqual(['sent', 'succeeded']);
    expect(await auditedActions()).toEqual(['accepted', 'sent', 'succeeded']);
    expect(await verifyAudit(ground.ours.pool)).toMatchObject({ state: 'whole_tail_unproven' });
  });

  test('keeps every call and what it was answered', async () => {
    const id = await ground.press();
    await ground.drive(id);
    const { rows } = await ground.ours.pool.query(
      'select call, attempt_id, outcome from operation_calls where operation_id = $1 order by seq',
      [id],
    );
    expect(rows).toEqual([
      { call: 'ask', attempt_id: ground.failedAttempt, outcome: 'failed' },
      { call: 'send', attempt_id: null, outcome: 'succeeded' },
    ]);
  });

  test('makes the next one wait for its attempt', async () => {
    await ground.drive(await ground.press());
    expect(await ownOperations(ground)).toEqual({
      isOpen: false,
      attemptsExpected: 2,
      attemptIds: [`pa_${ground.transactionId}_2`],
    });
  });

  test.each([
    ['was paid meanwhile', () => movePayment(`state = 'paid'`), ['wrong_state']],
    [
      "whose provider says that it's pending",
      async () => void ground.platform.answers.set(ground.failedAttempt, 'pending'),
      ['no_final_failure'],
    ],
    [
      'whose provider succeeded late',
      async () => void ground.platform.answers.set(ground.failedAttempt, 'succeeded'),
      ['attempt_succeeded'],
    ],
    [
      'whose account was blocked',
      () =>
        ground.finance.pool.query(`update finance.accounts set status = 'blocked' where account_id = $1`, [
          `acc_${ground.transactionId}`,
        ]),
      ['account_inactive'],
    ],
  ])('of a payout that %s ends before sending', async (_title, happen, reasons) => {
    const id = await ground.press();
    await happen();
    expect(await ground.drive(id)).toMatchObject({
      state: 'refused',
      tries: 0,
      refusal: { by: 'us', means: 'not_safe', reasons },
    });
    expect(ground.platform.sends).toEqual([]);
    expect(await auditedActions()).toEqual(['accepted', 'refused']);
  });

  test('of a payout that is gone ends before sending', async () => {
    const id = await ground.press();
    await movePayment(`tenant_id = 'bosphorus'`);
    expect(await ground.drive(id)).toMatchObject({ state: 'refused', refusal: { means: 'not_there' } });
  });

  test.each(['amount = 450.51', `currency = 'KWD'`, `amount = 'NaN'`])(
    'of a payout that is not what was agreed to (%s) ends before sending',
    async (set) => {
      const id = await ground.press();
      await movePayment(set);
      expect(await ground.drive(id)).toMatchObject({ state: 'refused', refusal: { means: 'changed' } });
      expect(ground.platform.sends).toEqual([]);
    },
  );

  test('that nobody carried out for long is not sent', async () => {
    const id = await ground.press();
    ground.clock.advance(31 * 60_000);
    expect(await ground.drive(id)).toMatchObject({ state: 'refused', refusal: { means: 'too_late' } });
    expect(ground.platform.sends).toEqual([]);
  });

  test('that the platform refuses is refused in its words', async () => {
    ground.platform.refuses = { code: 'wrong_state', means: 'wrong_state' };
    expect(await ground.drive(await ground.press())).toMatchObject({
      state: 'refused',
      refusal: { by: 'platform', code: 'wrong_state' },
    });
  });
});

describe('whatever goes wrong on the way', () => {
  test.each(Object.entries(TURNS))('%s: one effect, and the truth', async (_name, turn) => {
    ground.platform.turns = [turn];
    const operation = await ground.drive(await ground.press());
    expect(operation.state).toBe('succeeded');
    expect(ground.platform.effects).toEqual([operation.idempotencyKey]);
    expect(new Set(ground.platform.sends)).toEqual(new Set([operation.idempotencyKey]));
  });

  test.each(Object.entries(TURNS).filter(([, turn]) => 'answers' in turn && turn.answers.as === 'unknown'))(
    '%s: shown as unknown until it is known',
    async (_name, turn) => {
      ground.platform.turns = [turn];
      ground.platform.blindLookUps = 3;
      await ground.drive(await ground.press());
      expect(ground.shown).toContain('unknown');
      expect(ground.shown.at(-1)).toBe('succeeded');
      expect(ground.platform.effects).toHaveLength(1);
    },
  );

  test.each(['sent', 'succeeded', 'unknown', 'refused'] satisfies OperationState[])(
    'a process that dies as it writes %s',
    async (state) => {
      if (state === 'unknown') ground.platform.turns = [TURNS.lost_reply];
      if (state === 'refused') ground.platform.refuses = { code: 'wrong_state', means: 'wrong_state' };
      ground.dieAt = state;
      const operation = await ground.drive(await ground.press());
      // A refusal whose reply was lost is looked up, and refused for good once no try can be on its way.
      expect(operation.state).toBe(state === 'refused' ? 'refused' : 'succeeded');
      expect(ground.platform.effects).toHaveLength(state === 'refused' ? 0 : 1);
    },
  );

  test('an unlisted 429 waits, and everything is checked again', async () => {
    ground.platform.turns = [TURNS.busy];
    const id = await ground.press();
    const { at } = await ground.runOnce(id);
    expect(at?.getTime()).toBe(ground.clock.now().getTime() + 7_000);
    expect(await ground.read(id)).toMatchObject({ state: 'accepted', trouble: 'busy', firstSentAt: null });
    await movePayment(`state = 'paid'`);
    expect(await ground.drive(id)).toMatchObject({ state: 'refused', refusal: { means: 'not_safe' } });
    expect(ground.platform.effects).toEqual([]);
  });

  test('a token that is refused for half an hour ends it', async () => {
    ground.platform.turns = Array.from({ length: 100 }, () => TURNS.unauthorised);
    expect(await ground.drive(await ground.press())).toMatchObject({
      state: 'refused',
      refusal: { means: 'too_late' },
    });
  });
});

describe('what is unknown', () => {
  test('is never ended by a key that is not found', async () => {
    ground.platform.turns = Array.from({ length: 1_000 }, () => TURNS.dropped);
    const operation = await ground.drive(await ground.press(), 2 * HOUR_MS);
    expect(operation).toMatchObject({ state: 'unknown', settledAt: null });
  });

  test('is sent again only while the platform keeps keys', async () => {
    ground.platform.keeps = HOUR_MS;
    ground.platform.turns = Array.from({ length: 1_000 }, () => TURNS.dropped);
    const id = await ground.press();
    await ground.drive(id, HOUR_MS);
    const sends = ground.platform.sends.length;
    expect(sends).toBeGreaterThan(1);
    expect(await ground.drive(id, 6 * HOUR_MS)).toMatchObject({ state: 'unknown' });
    expect(ground.platform.sends).toHaveLength(sends);
  });

  test('is not sent again when it is no longer safe', async () => {
    ground.platform.turns = [TURNS.dropped];
    const id = await ground.press();
    await ground.runOnce(id);
    ground.platform.answers.set(ground.failedAttempt, 'succeeded');
    expect(await ground.drive(id, HOUR_MS)).toMatchObject({ state: 'unknown', tries: 1 });
    expect(ground.platform.sends).toHaveLength(1);
  });

  test('is not ended by a later no while the first try may arrive', async () => {
    ground.platform.turns = [TURNS.dropped];
    const id = await ground.press();
    await ground.runOnce(id);
    ground.platform.refuses = { code: 'wrong_state', means: 'wrong_state' };
    expect(await ground.drive(id, 5 * 60_000)).toMatchObject({ state: 'unknown' });
    expect(await ground.drive(id)).toMatchObject({ state: 'refused', refusal: { code: 'wrong_state' } });
  });

  test('is told to people after an hour, once, until it is known', async () => {
    ground.platform.turns = [TURNS.late_success];
    ground.platform.blindLookUps = 40;
    const id = await ground.press();
    const alerts = async () =>
      (
        await ground.ours.pool.query<{ state: string; count: number }>(
          `select state, count from alerts where kind = 'operation_unknown' and subject_id = $1`,
          [id],
        )
      ).rows;
    await ground.drive(id, 50 * 60_000);
    expect(await alerts()).toEqual([]);
    await ground.drive(id, 30 * 60_000);
    expect(await alerts()).toEqual([{ state: 'open', count: 1 }]);
    await ground.drive(id, 30 * HOUR_MS);
    expect(await alerts()).toEqual([{ state: 'resolved', count: 1 }]);
  });

  test('found done in the end is done', async () => {
    ground.platform.turns = [TURNS.late_success];
    ground.platform.blindLookUps = 40;
    const operation = await ground.drive(await ground.press(), 30 * HOUR_MS);
    expect(operation).toMatchObject({ state: 'succeeded', tries: 1 });
  });
});

describe('a recheck', () => {
  test('asks about each attempt and changes nothing', async () => {
    ground.platform.answers.set(ground.failedAttempt, 'silent');
    const operation = await ground.drive(await ground.press('recheck'));
    expect(operation).toMatchObject({
      state: 'succeeded',
      result: { answers: [{ attemptId: ground.failedAttempt, answer: 'silent' }] },
    });
    expect(ground.platform.sends).toEqual([]);
    const { rows } = await ground.ours.pool.query(
      'select answer, operation_id from provider_answers where attempt_id = $1',
      [ground.failedAttempt],
    );
    expect(rows).toEqual([{ answer: 'silent', operation_id: operation.id }]);
  });
});
