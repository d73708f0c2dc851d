import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { makePool, type Pool } from '../../src/database/pool.ts';
import { makeLog } from '../../src/log.ts';
import { requestOperation } from '../../src/operations/request-operation.ts';
import { acceptOverrideOperation, type OverrideOrder } from '../../src/operations/accept-override.ts';
import { insertEpisode } from './episode.ts';
import { useGround } from './ground.ts';
import { accept, insertOverride, orderFor } from './override.ts';
import { waitForBlocked } from './waiting.ts';

const ground = useGround();
let pools: Pool[];
let overrideId: string;
let payoutId: string;

beforeAll(() => {
  pools = [1, 2].map(() =>
    makePool(ground.ours.url, { max: 10, applicationName: 'replica', log: makeLog('silent') }),
  );
});
afterAll(() => Promise.all(pools.map((pool) => pool.end())));

beforeEach(async () => {
  const { ours, transactionId, clock } = ground;
  overrideId = await insertOverride(ours.pool, { transactionId, now: clock.now() });
  payoutId = await insertEpisode(ours.pool, { transactionId, now: clock.now() });
});

const take = (given: Partial<OverrideOrder> = {}, pool = ground.ours.pool) =>
  accept(pool, ground.clock.now(), {
    overrideId,
    transactionId: ground.transactionId,
    payoutId,
    ...given,
  });

const press = (pool = ground.ours.pool, intentNo = 1) =>
  requestOperation(pool, ground.clock.now(), { payoutId, intentNo, action: 'retry', actor: 'person:U2' });

async function stored() {
  const { rows } = await ground.ours.pool.query(
    `select action, state, intent_no, override_id, override_version, reason, seen, requested_by from operations
      where subject_id = $1 order by intent_no`,
    [ground.transactionId],
  );
  return rows;
}

async function audited() {
  const { rows } = await ground.ours.pool.query<{ action: string; data: string }>(
    'select action, data from audit_log where subject_id = $1 order by seq',
    [ground.transactionId],
  );
  return rows.map(({ action, data }) => ({ action, data: JSON.parse(data) as Record<string, unknown> }));
}

describe('an approved override', () => {
  test('becomes one operation with its task and audit row', async () => {
    const outcome = await take();
    expect(outcome).toEqual({ as: 'accepted', operationId: expect.any(String) });
    expect(await stored()).toEqual([
      {
        action: 'mark_paid',
        state: 'accepted',
        intent_no: 1,
        override_id: overrideId,
        override_version: 1,
        reason: 'the bank has paid it out, OPS-1',
        seen: { state: 'payout_failed' },
        requested_by: 'person:U1',
      },
    ]);
    const { rows } = await ground.ours.pool.query(
      `select t.state, t.payload ->> 'id' = o.id::text as same
         from operations o join tasks t on t.key = 'operation:' || o.id where o.subject_id = $1`,
      [ground.transactionId],
    );
    expect(rows).toEqual([{ state: 'pending', same: true }]);
    expect(await audited()).toMatchObject([
      { action: 'operation.accepted', data: { override: { id: overrideId, version: 1 }, payout: payoutId } },
    ]);
    expect(await verifyAudit(ground.ours.pool)).toMatchObject({ state: 'whole_tail_unproven' });
  });

  test('needs no episode', async () => {
    expect(await take({ payoutId: null, action: 'reject' })).toMatchObject({ as: 'accepted' });
  });

  test('accepted twice is accepted once', async () => {
    const first = await take();
    expect(await take()).toEqual(first);
    await ground.ours.pool.query(
      `update operations set state = 'succeeded', settled_at = $2 where subject_id = $1`,
      [ground.transactionId, ground.clock.now()],
    );
    expect(await take()).toEqual(first);
    expect(await stored()).toHaveLength(1);
    expect(await audited()).toHaveLength(1);
  });

  test('accepted by twenty at once is accepted once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, index) => take({}, pools[index % 2]!)));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome)))).toHaveLength(1);
    expect(outcomes[0]).toMatchObject({ as: 'accepted' });
    expect(await stored()).toHaveLength(1);
  });

  test('has a new intent when its next version is carried out', async () => {
    await take();
    await ground.ours.pool.query(
      `update operations set state = 'refused', refusal = '{}', settled_at = $2 where subject_id = $1`,
      [ground.transactionId, ground.clock.now()],
    );
    await take({ version: 2 });
    expect(await stored()).toMatchObject([
      { intent_no: 1, override_version: 1 },
      { intent_no: 2, override_version: 2 },
    ]);
  });
});

describe('a retry and an override of one payout', () => {
  test('one after the other are one operation', async () => {
    await press();
    expect(await take()).toMatchObject({
      as: 'under_way',
      operation: { action: 'retry', state: 'accepted' },
    });
    expect(await stored()).toHaveLength(1);
    expect(await audited()).toHaveLength(1);
  });

  test('the other way round are one operation', async () => {
    await take();
    expect(await press()).toMatchObject({ why: 'under_way', operation: { action: 'mark_paid' } });
    expect(await stored()).toMatchObject([{ action: 'mark_paid' }]);
  });

  test.each([
    ['commit', { ok: false, why: 'under_way', operation: { action: 'mark_paid' } }, 'mark_paid'],
    ['rollback', { ok: true }, 'retry'],
  ])('the press waits for the override: its %s decides', async (ending, expected, taken) => {
    for (const onEpisode of [payoutId, null]) {
      await ground.ours.pool.query('delete from operations where subject_id = $1', [ground.transactionId]);
      const other = await ground.ours.pool.connect();
      await other.query('begin');
      const order = orderFor({ overrideId, transactionId: ground.transactionId, payoutId: onEpisode });
      await acceptOverrideOperation(other, ground.clock.now(), order, async () => undefined);
      const pressing = press();
      await waitForBlocked(ground.ours.pool);
      await other.query(ending);
      other.release();
      expect(await pressing).toMatchObject(expected);
      expect(await stored()).toMatchObject([{ action: taken }]);
    }
  });

  test.each([
    ['commit', { as: 'under_way', operation: { action: 'retry' } }, 'retry'],
    ['rollback', { as: 'accepted' }, 'mark_paid'],
  ])('the override waits for the press: its %s decides', async (ending, expected, taken) => {
    for (const onEpisode of [payoutId, null]) {
      await ground.ours.pool.query('delete from operations where subject_id = $1', [ground.transactionId]);
      const other = await ground.ours.pool.connect();
      await other.query('begin');
      await requestOperation(other, ground.clock.now(), {
        payoutId,
        intentNo: 1,
        action: 'retry',
        actor: 'person:U2',
      });
      const taking = take({ payoutId: onEpisode });
      await waitForBlocked(ground.ours.pool);
      await other.query(ending);
      other.release();
      expect(await taking).toMatchObject(expected);
      expect(await stored()).toMatchObject([{ action: taken }]);
    }
  });

  test('at once, forty times, are one operation each', async () => {
    for (let round = 0; round < 40; round += 1) {
      const { ours, clock } = ground;
      const transactionId = `${ground.transactionId}_${round}`;
      const id = await insertOverride(ours.pool, { transactionId, now: clock.now() });
      const episode = await insertEpisode(ours.pool, { transactionId, now: clock.now() });
      const [pressed, taken] = await Promise.all([
        requestOperation(pools[round % 2]!, clock.now(), {
          payoutId: episode,
          intentNo: 1,
          action: 'retry',
          actor: 'person:U2',
        }),
        accept(pools[(round + 1) % 2]!, clock.now(), {
          overrideId: id,
          transactionId,
          payoutId: round % 3 === 0 ? null : episode,
        }),
      ]);
      expect([pressed.ok, taken.as === 'accepted'].filter(Boolean)).toHaveLength(1);
      const { rows } = await ours.pool.query('select from operations where subject_id = $1', [transactionId]);
      expect(rows).toHaveLength(1);
    }
    expect(await verifyAudit(ground.ours.pool)).toMatchObject({ state: 'whole_tail_unproven' });
  });
});
