import { beforeEach, describe, expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import type { OverrideOrder } from '../../src/operations/accept-override.ts';
import type { Checked } from '../../src/operations/types.ts';
import { ownOperations, useGround } from './ground.ts';
import { accept, insertOverride } from './override.ts';
import { TURNS } from './scripted-platform.ts';
import { waitForBlocked } from './waiting.ts';

const ground = useGround();
const HOUR_MS = 3_600_000;
const HOLDS: Checked = { ok: true, proof: null, attempts: 1, calls: [] };
let overrideId: string;

beforeEach(async () => {
  const { ours, transactionId, clock } = ground;
  overrideId = await insertOverride(ours.pool, { transactionId, now: clock.now() });
  ground.checkOverride = async () => HOLDS;
});

const take = (given: Partial<OverrideOrder> = {}) =>
  accept(ground.ours.pool, ground.clock.now(), {
    overrideId,
    transactionId: ground.transactionId,
    ...given,
  });

async function accepted(given: Partial<OverrideOrder> = {}): Promise<string> {
  const outcome = await take(given);
  if (outcome.as !== 'accepted') throw new Error('it was not accepted');
  return outcome.operationId;
}

async function audited() {
  const { rows } = await ground.ours.pool.query<{ action: string; data: string }>(
    'select action, data from audit_log where subject_id = $1 order by seq',
    [ground.transactionId],
  );
  return rows.map(({ action, data }) => ({
    action: action.replace('operation.', ''),
    data: JSON.parse(data) as Record<string, unknown>,
  }));
}

const stateOfPayment = async () => {
  const { rows } = await ground.finance.pool.query<{ state: string }>(
    'select state from finance.transactions where id = $1',
    [ground.transactionId],
  );
  return rows[0]?.state;
};

/** A retry whose only try was lost, and which nobody can say anything about any more. */
async function lostRetry(): Promise<string> {
  ground.platform.turns = [TURNS.dropped];
  const id = await ground.press();
  await ground.runOnce(id);
  ground.platform.blindLookUps = 1_000;
  await ground.drive(id, 25 * HOUR_MS);
  return id;
}

describe('an operation of an override', () => {
  test.each([
    ['mark_paid', 'paid'],
    ['reject', 'rejected'],
    ['retry', 'payout_pending'],
  ] as const)('%s is sent once, naming it', async (action, state) => {
    const operation = await ground.drive(await accepted({ action }));
    expect(operation).toMatchObject({ state: 'succeeded', tries: 1, overrideId, overrideVersion: 1 });
    expect(ground.platform.overrides).toEqual([overrideId]);
    expect(await stateOfPayment()).toBe(state);
    const rows = await audited();
    expect(rows.map(({ action: word }) => word)).toEqual(['accepted', 'sent', 'succeeded']);
    for (const { data } of rows) expect(data.override).toEqual({ id: overrideId, version: 1 });
  });

  test('is told of by a button as none', async () => {
    await ground.drive(await ground.press());
    expect(ground.platform.overrides).toEqual(['']);
  });

  test.each(['void', 'expired', 'changed', 'not_there'] as const)(
    'is not sent when its check says %s',
    async (means) => {
      ground.checkOverride = async () => ({ ok: false, means, reasons: [], calls: [] });
      expect(await ground.drive(await accepted())).toMatchObject({
        state: 'refused',
        tries: 0,
        refusal: { by: 'us', means },
      });
      expect(ground.platform.sends).toEqual([]);
    },
  );

  test('is not sent when the platform does not offer it any more', async () => {
    const id = await accepted();
    ground.platform.offer = 'not_named';
    expect(await ground.drive(id)).toMatchObject({ state: 'refused', refusal: { reasons: ['not_named'] } });
  });

  test('is not sent where nobody knows what it stands on', async () => {
    const id = await accepted();
    ground.checkOverride = null;
    await expect(ground.runOnce(id)).rejects.toThrow('nothing is known that makes an override safe');
    expect(ground.platform.sends).toEqual([]);
  });

  test('is sent again with its key only while its check holds', async () => {
    ground.platform.turns = [TURNS.dropped];
    const id = await accepted();
    await ground.runOnce(id);
    ground.checkOverride = async () => ({ ok: false, means: 'expired', reasons: [], calls: [] });
    expect(await ground.drive(id, HOUR_MS)).toMatchObject({ state: 'unknown', tries: 1 });
    ground.checkOverride = async () => HOLDS;
    const operation = await ground.drive(id);
    expect(operation).toMatchObject({ state: 'succeeded', tries: 2 });
    expect(ground.platform.sends).toEqual([operation.idempotencyKey, operation.idempotencyKey]);
    expect(ground.platform.effects).toHaveLength(1);
  });

  test.each(['killed_before', 'killed_after'] as const)(
    'whose process was %s has one effect',
    async (turn) => {
      ground.platform.turns = [TURNS[turn]];
      const id = await accepted();
      expect((await ground.runOnce(id)).alive).toBe(false);
      expect(await ground.drive(id)).toMatchObject({ state: 'succeeded' });
      expect(ground.platform.effects).toHaveLength(1);
    },
  );
});

describe('what stays unknown', { timeout: 60_000 }, () => {
  test('is ended by an override that names it, and told', async () => {
    const id = await lostRetry();
    const ours = ground.ours.pool;
    const alerts = async () =>
      (await ours.query('select state from alerts where subject_id = $1', [id])).rows;
    expect(await alerts()).toEqual([{ state: 'open' }]);
    const own = await accepted({ endsOperationId: id });
    expect(await ground.read(id)).toMatchObject({
      state: 'refused',
      refusal: { by: 'override', code: null, means: 'overridden', reasons: [] },
      settledAt: ground.clock.now(),
    });
    expect((await audited()).slice(-2)).toMatchObject([
      { action: 'overridden', data: { operation: id, endedBy: { id: overrideId, version: 1 } } },
      { action: 'accepted', data: { operation: own, override: { id: overrideId } } },
    ]);
    await ground.runOnce(id);
    expect(await alerts()).toEqual([{ state: 'resolved' }]);
    expect(await ground.drive(own)).toMatchObject({ state: 'succeeded', intentNo: 2 });
    expect(ground.platform.sends).toHaveLength(2);
    expect(await verifyAudit(ours)).toMatchObject({ state: 'whole_tail_unproven' });
  });

  test('may have made an attempt, which is still waited for', async () => {
    const id = await lostRetry();
    expect(await ownOperations(ground)).toMatchObject({ isOpen: true, attemptsExpected: 0 });
    await accepted({ endsOperationId: id });
    expect(await ownOperations(ground)).toEqual({ isOpen: true, attemptsExpected: 2, attemptIds: [] });
  });

  test.each([
    ['names nothing', () => ({})],
    ['names another', () => ({ endsOperationId: '00000000-0000-4000-8000-000000000000' })],
    ['comes before its window is over', (id: string) => ({ endsOperationId: id, keepsMs: 26 * HOUR_MS })],
  ])('is not ended by an override that %s', async (_title, given) => {
    const id = await lostRetry();
    expect(await take(given(id))).toEqual({
      as: 'under_way',
      operation: { id, action: 'retry', state: 'unknown' },
    });
    expect(await ground.read(id)).toMatchObject({ state: 'unknown' });
    expect(await ownOperations(ground)).toMatchObject({ isOpen: true });
  });

  test('is ended with its override or not at all', async () => {
    const id = await lostRetry();
    const payoutId = '00000000-0000-4000-8000-00000000dead';
    await expect(take({ endsOperationId: id, payoutId })).rejects.toThrow();
    expect(await ground.read(id)).toMatchObject({ state: 'unknown' });
  });

  test('ended while it is looked up stays ended', async () => {
    const id = await lostRetry();
    const before = await ground.read(id);
    ground.clock.set(before.nextAt!);
    ground.platform.whileLookedUp = async () => void (await accepted({ endsOperationId: id }));
    await expect(ground.runOnce(id)).rejects.toMatchObject({ code: 'internal', retryable: true });
    expect(await ground.read(id)).toMatchObject({ state: 'refused', refusal: { means: 'overridden' } });
    expect(await ground.runOnce(id)).toEqual({ alive: true, at: null });
  });

  test('and is found done just then, is done', async () => {
    const id = await lostRetry();
    const { ours, clock, transactionId } = ground;
    const other = await ours.pool.connect();
    await other.query('begin');
    await other.query(
      `update operations set state = 'succeeded', settled_at = $2, result = '{"attemptId":null,"answers":[]}' where id = $1`,
      [id, clock.now()],
    );
    const { rows } = await ours.pool.query<{ id: string }>(
      'select id from payouts where transaction_id = $1',
      [transactionId],
    );
    const taking = take({ endsOperationId: id, payoutId: rows[0]!.id });
    await waitForBlocked(ours.pool);
    // What settles a retry writes its episode too: neither may wait for the other.
    await other.query(
      'update payouts set offers_retry = false, offer_until = null where transaction_id = $1',
      [transactionId],
    );
    await other.query('commit');
    other.release();
    expect(await taking).toMatchObject({ as: 'accepted' });
    expect(await ground.read(id)).toMatchObject({ state: 'succeeded', refusal: null });
    expect((await audited()).map(({ action }) => action)).not.toContain('overridden');
  });

  test('of what is over is no matter', async () => {
    await ground.drive(await ground.press('recheck'));
    expect(await take()).toMatchObject({ as: 'accepted' });
  });
});
