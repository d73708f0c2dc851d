import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { makePool, type Pool } from '../../src/database/pool.ts';
import { makeLog } from '../../src/log.ts';
import { requestOperation } from '../../src/operations/request-operation.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { waitFor } from '../support/wait-for.ts';
import { insertEpisode } from './episode.ts';

const NOW = new Date('2026-01-15T06:00:00.000Z');
let ours: TestDatabase;
let pools: Pool[];
let serial = 0;

beforeAll(async () => {
  ours = await createOurDatabase();
  pools = [1, 2].map(() =>
    makePool(ours.url, { max: 10, applicationName: 'replica', log: makeLog('silent') }),
  );
});

afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await ours.drop();
});

let transactionId: string;

beforeEach(() => {
  serial += 1;
  transactionId = `tx_${serial}`;
});

const episode = (given: Partial<Parameters<typeof insertEpisode>[1]> = {}) =>
  insertEpisode(ours.pool, { transactionId, now: NOW, ...given });

const press = (
  payoutId: string,
  given: { intentNo?: number; action?: 'retry' | 'recheck'; by?: string } = {},
) =>
  requestOperation(ours.pool, NOW, {
    payoutId,
    intentNo: given.intentNo ?? 1,
    action: given.action ?? 'retry',
    actor: `person:${given.by ?? 'U1'}`,
  });

async function operations() {
  const { rows } = await ours.pool.query<{ state: string; intent_no: number; requested_by: string }>(
    'select state, intent_no, requested_by from operations where subject_id = $1 order by intent_no',
    [transactionId],
  );
  return rows;
}

async function settle(state: 'succeeded' | 'refused') {
  await ours.pool.query(
    `update operations set state = $2, settled_at = $3, refusal = case when $2 = 'refused' then '{}'::jsonb end
      where subject_id = $1 and settled_at is null`,
    [transactionId, state, NOW],
  );
}

describe('a press on Retry', () => {
  test('stores the intent with its task and audit row', async () => {
    const outcome = await press(await episode());
    expect(outcome.ok).toBe(true);
    expect(await operations()).toEqual([{ state: 'accepted', intent_no: 1, requested_by: 'person:U1' }]);
    const { rows } = await ours.pool.query(
      `select t.state, t.payload ->> 'id' = o.id::text as same, exists (select from jobs.jobs j where j.key = 'task:' || t.id) as queued
         from operations o join tasks t on t.key = 'operation:' || o.id where o.subject_id = $1`,
      [transactionId],
    );
    expect(rows).toEqual([{ state: 'pending', same: true, queued: true }]);
    expect(await verifyAudit(ours.pool)).toMatchObject({ state: 'whole_tail_unproven' });
  });

  test('of a hundred at once one is taken', async () => {
    const payoutId = await episode();
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        requestOperation(pools[index % 2]!, NOW, {
          payoutId,
          intentNo: 1,
          action: 'retry',
          actor: `person:U${index % 7}`,
        }),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.filter((outcome) => !outcome.ok && outcome.why === 'under_way')).toHaveLength(99);
    expect(await operations()).toHaveLength(1);
    expect(await verifyAudit(ours.pool)).toMatchObject({ state: 'whole_tail_unproven' });
  });

  test('of an intent that is over is told who did it', async () => {
    const payoutId = await episode();
    await press(payoutId, { by: 'U7' });
    await settle('refused');
    expect(await press(payoutId)).toMatchObject({
      ok: false,
      why: 'already_done',
      operation: { state: 'refused', by: 'person:U7', action: 'retry' },
    });
    expect(await operations()).toHaveLength(1);
  });

  test('after a refusal is a new intent', async () => {
    const payoutId = await episode();
    await press(payoutId);
    await settle('refused');
    expect(await press(payoutId, { intentNo: 2 })).toMatchObject({ ok: true });
    expect((await operations()).map(({ intent_no }) => intent_no)).toEqual([1, 2]);
  });

  test.each([
    ['is not offered', { offersRetry: false, reasons: ['attempt_open'] }, { reasons: ['attempt_open'] }],
    ['stands on old answers', { offerUntil: NOW }, { reasons: ['answer_old'] }],
    ['is about what is over', { state: 'over' as const }, { isOver: true }],
  ])('that %s stores nothing', async (_title, given, expected) => {
    expect(await press(await episode(given))).toMatchObject({ ok: false, why: 'not_offered', ...expected });
    expect(await operations()).toEqual([]);
  });

  test('waits for a recheck that is under way', async () => {
    const payoutId = await episode();
    await press(payoutId, { action: 'recheck' });
    expect(await press(payoutId)).toMatchObject({ why: 'under_way', operation: { action: 'recheck' } });
  });

  test.each([
    ['nothing', '', 1],
    ['another id', 'tx_1', 1],
    ['an unknown id', '00000000-0000-4000-8000-000000000000', 1],
    ['no number', '00000000-0000-4000-8000-000000000000', Number.NaN],
  ])('that carries %s finds nothing', async (_title, payoutId, intentNo) => {
    expect(await press(payoutId, { intentNo })).toEqual({ ok: false, why: 'not_found' });
  });

  test('ahead of its time finds nothing', async () => {
    const payoutId = await episode();
    expect(await press(payoutId, { intentNo: 2 })).toEqual({ ok: false, why: 'not_found' });
    await press(payoutId);
    await settle('succeeded');
    expect(await press(payoutId, { intentNo: 3 })).toEqual({ ok: false, why: 'not_found' });
  });

  test.each([
    ['commit', { ok: false, why: 'under_way', operation: { action: 'mark_paid', by: 'person:U9' } }],
    ['rollback', { ok: true }],
  ])('waits for what is asked for elsewhere: its %s decides', async (ending, expected) => {
    const payoutId = await episode();
    const other = await ours.pool.connect();
    await other.query('begin');
    await other.query(
      `insert into operations (id, tenant_id, subject_id, intent_no, action, idempotency_key, state, requested_by,
              requested_at, amount_minor, currency, seen)
       values (gen_random_uuid(), 'anadolu', $1, 1, 'mark_paid', $1, 'accepted', 'person:U9', $2, 1, 'TRY', '{}')`,
      [transactionId, NOW],
    );
    const pressing = press(payoutId);
    await waitFor('the press to wait', async () => {
      const { rows } = await ours.pool.query(
        `select from pg_stat_activity
          where datname = current_database() and cardinality(pg_blocking_pids(pid)) > 0`,
      );
      return rows[0];
    });
    await other.query(ending);
    other.release();
    expect(await pressing).toMatchObject(expected);
    expect(await operations()).toHaveLength(1);
  });
});

test('a recheck needs no offer', async () => {
  const payoutId = await episode({ offersRetry: false, reasons: ['attempt_open'] });
  expect(await press(payoutId, { action: 'recheck' })).toMatchObject({ ok: true });
});

test('the messages that show it are asked for anew', async () => {
  const payoutId = await episode();
  const groupId = randomUUID();
  await ours.pool.query(
    `insert into payout_groups (id, rule, provider, error_code, state, opened_at) values ($1, 'R23', 'kuzey-pay', '', 'open', $2)`,
    [groupId, NOW],
  );
  await ours.pool.query('update payouts set group_id = $2 where id = $1', [payoutId, groupId]);
  await ours.pool.query(
    `insert into cards (id, kind, subject_kind, subject_id, channel, locale, state, not_before, created_at)
     select gen_random_uuid(), s.kind, s.kind, s.id, 'ops-alerts', 'en', 'wanted', $3, $3
       from (values ('payout', $1), ('payout_group', $2), ('payout', 'another')) s (kind, id)`,
    [payoutId, groupId, NOW],
  );
  await press(payoutId);
  const { rows } = await ours.pool.query(
    `select c.kind, c.wanted_version, t.state, t.payload ->> 'cardId' = c.id::text as same
       from cards c left join tasks t on t.key = 'card:' || c.id order by c.subject_id = 'another', c.kind`,
  );
  expect(rows).toEqual([
    { kind: 'payout', wanted_version: 2, state: 'pending', same: true },
    { kind: 'payout_group', wanted_version: 2, state: 'pending', same: true },
    { kind: 'payout', wanted_version: 1, state: null, same: null },
  ]);
});

test('foreign letters in an id keep the chain whole', async () => {
  transactionId = `tx_ödeme_${serial}_🙂`;
  await press(await episode(), { by: 'Uğur' });
  expect(await verifyAudit(ours.pool)).toMatchObject({ state: 'whole_tail_unproven' });
});
