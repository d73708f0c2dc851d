import { describe, expect, test } from 'vitest';
import { withTransaction } from '../../src/database/pool.ts';
import { readProof } from '../../src/operations/read-proof.ts';
import { failOperationTask, rescueOperations } from '../../src/operations/rescue-operations.ts';
import { keyOf, readHistory, readStanding, readStandings } from '../../src/operations/standing.ts';
import type { TaskFailure } from '../../src/jobs/types.ts';
import type { TaskId } from '../../src/ids.ts';
import { useGround } from './ground.ts';

const ground = useGround();
const payout = () => ({ tenantId: 'anadolu', transactionId: ground.transactionId });

async function tasksOf(id: string) {
  const { rows } = await ground.ours.pool.query<{ state: string; due_at: Date }>(
    'select state, due_at from tasks where key = $1 order by created_at, state',
    [`operation:${id}`],
  );
  return rows;
}

const endTask = (id: string) =>
  ground.ours.pool.query(`update tasks set state = 'failed', settled_at = $2 where key = $1`, [
    `operation:${id}`,
    ground.clock.now(),
  ]);

describe('what stands', () => {
  test('about a payout nobody touched is nothing', async () => {
    expect(await readStanding(ground.ours.pool, payout())).toEqual({
      open: null,
      last: null,
      nextIntentNo: 1,
    });
    expect(await readProof(ground.ours.pool, payout())).toBeNull();
  });

  test('is what is under way, then what it came to', async () => {
    const id = await ground.press();
    expect(await readStanding(ground.ours.pool, payout())).toMatchObject({
      open: { id, state: 'accepted', amountMinor: 45_050n },
      last: null,
      nextIntentNo: 1,
    });
    await ground.drive(id);
    expect(await readStanding(ground.ours.pool, payout())).toMatchObject({
      open: null,
      last: { id, state: 'succeeded' },
      nextIntentNo: 2,
    });
  });

  test('about many payouts is read at once', async () => {
    const id = await ground.press();
    const standings = await readStandings(ground.ours.pool, [
      payout(),
      payout(),
      { tenantId: 'bosphorus', transactionId: ground.transactionId },
    ]);
    expect([...standings.keys()]).toEqual([keyOf(payout())]);
    expect(standings.get(keyOf(payout()))?.open?.id).toBe(id);
  });

  test('keeps what the last retry was sent on', async () => {
    const id = await ground.press();
    expect(await readProof(ground.ours.pool, payout())).toBeNull();
    await ground.drive(id);
    const sentOn = {
      operationId: id,
      proof: { burns: 0, attempts: [{ attemptId: ground.failedAttempt, answer: 'failed' }] },
    };
    expect(await readProof(ground.ours.pool, payout())).toMatchObject(sentOn);
    expect((await readHistory(ground.ours.pool, payout())).map((operation) => operation.id)).toEqual([id]);
  });

  test('shows no proof under a retry that was not sent', async () => {
    await ground.drive(await ground.press());
    await ground.ours.pool.query(
      `update payouts set state = 'over', over_at = opened_at where state = 'open'`,
    );
    await ground.drive(await ground.press('retry', 2));
    expect(await readProof(ground.ours.pool, payout())).toBeNull();
  });
});

describe('an operation without a task', () => {
  test('gets one', async () => {
    const id = await ground.press();
    await endTask(id);
    const now = ground.clock.now();
    await withTransaction(ground.ours.pool, (tx) => rescueOperations(tx, now));
    await withTransaction(ground.ours.pool, (tx) => rescueOperations(tx, now));
    expect(await tasksOf(id)).toEqual([
      { state: 'failed', due_at: now },
      { state: 'pending', due_at: now },
    ]);
  });

  test('since it failed for good is taken up ten minutes later', async () => {
    const id = await ground.press();
    await endTask(id);
    await withTransaction(ground.ours.pool, (tx) => failOperationTask(tx, failureOf(id, 'operation')));
    const [, rescued] = await tasksOf(id);
    expect(rescued).toEqual({ state: 'pending', due_at: new Date(ground.clock.now().getTime() + 600_000) });
  });

  test('stays so when another task failed', async () => {
    const id = await ground.press();
    await endTask(id);
    await withTransaction(ground.ours.pool, (tx) => failOperationTask(tx, failureOf(id, 'card')));
    expect(await tasksOf(id)).toHaveLength(1);
  });

  test('that is over needs none', async () => {
    const id = await ground.press();
    await ground.drive(id);
    await endTask(id);
    await withTransaction(ground.ours.pool, (tx) => rescueOperations(tx, ground.clock.now()));
    expect(await tasksOf(id)).toHaveLength(1);
  });
});

function failureOf(id: string, kind: string): TaskFailure {
  const key = `operation:${id}`;
  return {
    taskId: 't' as TaskId,
    kind,
    key,
    payload: { id },
    error: 'e',
    code: 'internal',
    at: ground.clock.now(),
  };
}
