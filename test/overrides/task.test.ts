import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { FindingId } from '../../src/ids.ts';
import { TURNS } from '../operations/scripted-platform.ts';
import type { Override } from '../../src/overrides/types.ts';
import { policyWith } from './cast.ts';
import { MARK_PAID, RETRY, useGround } from './ground.ts';

const ground = useGround();
const HOUR_MS = 3_600_000;

async function approved(): Promise<Override> {
  await ground.add('tx');
  const override = await ground.asked('tx');
  await ground.approve(override, 'UMAN1');
  return override;
}

describe('while it waits for votes', () => {
  it('reminds half-way and shortly before, each once, and expires', async () => {
    await ground.add('tx');
    const override = await ground.asked('tx');
    const [version] = await ground.versions(override);
    const seen: unknown[] = [];
    for (let run = 0; run < 6; run += 1) {
      const { at } = await ground.runOnce(override);
      await ground.runOnce(override);
      seen.push(at);
      if (at === null) break;
      ground.clock.set(at);
    }
    expect(seen).toEqual([version?.remindHalfAt, version?.remindLastAt, version?.expiresAt, null]);
    expect(await ground.notices(override)).toEqual(['1 remind_half', '1 remind_last', '1 expired']);
    expect(await ground.read(override)).toMatchObject({ state: 'expired', overAt: version?.expiresAt });
    expect(await ground.actions(override)).toEqual(['requested', 'reminded', 'reminded', 'expired']);
    expect(ground.platform.sends).toEqual([]);
  });

  it('reminds of what was missed once only', async () => {
    await ground.add('tx');
    const override = await ground.asked('tx');
    const [version] = await ground.versions(override);
    ground.clock.set(version?.remindLastAt ?? '');
    await ground.runOnce(override);
    expect(await ground.notices(override)).toEqual(['1 remind_last']);
  });

  it('may be asked again after it has expired, as a new one', async () => {
    await ground.add('tx');
    const override = await ground.asked('tx');
    ground.clock.advance(5 * HOUR_MS);
    await ground.runOnce(override);
    await ground.ours.pool.query(`update provider_answers set asked_at = $1`, [ground.clock.now()]);
    const again = await ground.asked('tx');
    expect(again.id).not.toBe(override.id);
    expect(again.afterRejection).toBe(false);
  });
});

describe('carrying it out', () => {
  it('rejects once, keeps the state before and after, and closes', async () => {
    const override = await approved();
    const done = await ground.drive(override);
    expect(done).toMatchObject({
      state: 'executed',
      stateBefore: { state: 'payout_failed' },
      stateAfter: { state: 'rejected' },
    });
    expect(done.readBackAt).not.toBeNull();
    expect(ground.platform.effects).toHaveLength(1);
    expect(await ground.notices(override)).toEqual(['1 approved', '1 executed']);
    expect(await ground.actions(override)).toEqual([
      'requested',
      'approved_by',
      'approved',
      'executing',
      'executed',
      'read_back',
    ]);
    const { rows } = await ground.ours.pool.query(
      `select action, override_version, attempts_before, proof is not null as proven from operations`,
    );
    expect(rows).toEqual([{ action: 'reject', override_version: 1, attempts_before: 1, proven: true }]);
    const { rows: calls } = await ground.ours.pool.query(`select call from operation_calls order by seq`);
    expect(calls).toEqual([{ call: 'ask' }, { call: 'send' }]);
  });

  it('marks paid on a document, whatever the provider says', async () => {
    await ground.add('tx', { attempts: ['submitted'], state: 'payout_submitted' });
    const override = await ground.asked('tx', { choice: MARK_PAID, evidence: 'receipt' });
    for (const id of ['UMAN1', 'ULEAD1']) await ground.approve(override, id);
    expect(await ground.drive(override)).toMatchObject({ state: 'executed', stateAfter: { state: 'paid' } });
  });

  it('tries again above the limit', async () => {
    await ground.add('tx', { attempts: ['failed', 'failed', 'failed'] });
    const override = await ground.asked('tx', { choice: RETRY });
    await ground.approve(override, 'UMAN1');
    const done = await ground.drive(override);
    expect(done).toMatchObject({ state: 'executed', stateAfter: { state: 'payout_pending' } });
    expect(done.stateAfter).toMatchObject({ attempts: { length: 4 } });
  });

  it('closes the finding that it was asked from, naming it, unconfirmed', async () => {
    await ground.add('tx');
    const findingId = randomUUID() as FindingId;
    await insertFinding(findingId);
    const override = await ground.asked('tx', { from: { findingId } });
    await ground.approve(override, 'UMAN1');
    await ground.approve(override, 'UMAN2');
    await ground.drive(override);
    const { rows } = await ground.ours.pool.query(
      `select f.state, f.closed_by, f.confirmed_at, h.change, h.note
         from findings f join finding_history h on h.finding_id = f.id where f.id = $1 order by h.seq desc limit 1`,
      [findingId],
    );
    expect(rows).toEqual([
      {
        state: 'resolved',
        closed_by: 'job:override',
        confirmed_at: null,
        change: 'resolved',
        note: `override ${override.id}`,
      },
    ]);
  });
});

describe('nothing is sent', () => {
  it('when it changed between quorum and execution', async () => {
    const override = await approved();
    await ground.finance.pool.query(`update finance.transactions set amount = 451`);
    expect((await ground.drive(override)).state).toBe('void');
    expect(await ground.notices(override)).toEqual(['1 approved', '1 voided']);
    expect((await ground.ours.pool.query('select from operations')).rowCount).toBe(0);
  });

  it.each([
    ['the state', `update finance.transactions set state = 'payout_pending'`, 'state'],
    ['the payee', `update finance.transactions set payee_ref = 'another'`, 'payee'],
  ])('when %s changed just before sending', async (_what, sql, what) => {
    const override = await approved();
    await ground.runOnce(override);
    await ground.finance.pool.query(sql);
    expect((await ground.drive(override)).state).toBe('void');
    const [version] = await ground.versions(override);
    expect(version?.changes?.map((change) => change.what)).toContain(what);
    expect(ground.platform.sends).toEqual([]);
  });

  it('when the provider falls silent before sending, and may be renewed', async () => {
    const override = await approved();
    ground.platform.answers.set('tx-1', 'silent');
    expect((await ground.drive(override)).state).toBe('void');
    expect((await ground.versions(override))[0]?.changes).toMatchObject([{ what: 'condition' }]);
    expect(ground.platform.sends).toEqual([]);
    ground.platform.answers.set('tx-1', 'failed');
    await ground.ours.pool.query(`update provider_answers set answer = 'failed'`);
    expect((await ground.renew(override)).ok).toBe(true);
    await ground.approve(await ground.read(override), 'UMAN1');
    const done = await ground.drive(override);
    expect(done).toMatchObject({ state: 'executed', version: 2 });
    expect(ground.platform.effects).toHaveLength(1);
  });

  it('after it has expired: before it was begun', async () => {
    const override = await approved();
    const [version] = await ground.versions(override);
    ground.clock.set(version?.expiresAt ?? '');
    expect((await ground.drive(override)).state).toBe('expired');
    expect((await ground.ours.pool.query('select from operations')).rowCount).toBe(0);
  });

  it('after it has expired: once it was begun', async () => {
    await ground.add('tx');
    const override = await ground.asked('tx');
    const [version] = await ground.versions(override);
    ground.clock.set(new Date((version?.expiresAt.getTime() ?? 0) - 60_000));
    await ground.approve(override, 'UMAN1');
    await ground.runOnce(override);
    expect((await ground.read(override)).state).toBe('executing');
    ground.clock.set(version?.expiresAt ?? '');
    expect((await ground.drive(override)).state).toBe('expired');
    expect(ground.platform.sends).toEqual([]);
  });

  it('after it has expired: while providers are asked', async () => {
    await ground.add('tx');
    const override = await ground.asked('tx');
    const [version] = await ground.versions(override);
    ground.clock.set(new Date((version?.expiresAt.getTime() ?? 0) - 60_000));
    await ground.approve(override, 'UMAN1');
    await ground.runOnce(override);
    expect((await ground.read(override)).state).toBe('executing');
    ground.platform.whileAsked = () => ground.clock.set(version?.expiresAt ?? '');
    expect((await ground.drive(override)).state).toBe('expired');
    expect(ground.platform.sends).toEqual([]);
  });

  it('once more after it has expired: what is unknown is looked up only', async () => {
    await ground.add('tx');
    const override = await ground.asked('tx');
    const [version] = await ground.versions(override);
    ground.clock.set(new Date((version?.expiresAt.getTime() ?? 0) - 5_000));
    await ground.approve(override, 'UMAN1');
    ground.platform.turns = [TURNS.dropped];
    ground.platform.blindLookUps = 3;
    await ground.drive(override, HOUR_MS);
    expect(ground.platform.sends).toHaveLength(1);
    expect(ground.platform.effects).toEqual([]);
    expect((await ground.read(override)).state).toBe('executing');
  });

  it('while a retry of the same payout is under way', async () => {
    const override = await approved();
    await insertRetry('accepted');
    expect((await ground.drive(override)).state).toBe('void');
    expect(ground.platform.effects).toEqual([]);
  });
});

describe('what fails', () => {
  it('says what the platform said', async () => {
    const override = await approved();
    ground.platform.refuses = { code: 'wrong_state', means: 'wrong_state' };
    const done = await ground.drive(override);
    expect(done).toMatchObject({
      state: 'failed',
      failure: { by: 'platform', code: 'wrong_state', means: 'wrong_state' },
      stateAfter: { state: 'payout_failed' },
    });
    expect(await ground.notices(override)).toEqual(['1 approved', '1 failed']);
  });

  it('is left unknown beyond the window, and only an override that names it ends it', async () => {
    const override = await approved();
    ground.platform.keeps = HOUR_MS;
    ground.platform.turns = [TURNS.dropped];
    ground.platform.blindLookUps = 100_000;
    const failed = await ground.drive(override, 2 * HOUR_MS);
    expect(failed).toMatchObject({ state: 'failed', failure: { means: 'left_unknown' } });
    await ground.ours.pool.query(
      `insert into provider_answers (attempt_id, transaction_id, tenant_id, provider, provider_ref, answer, asked_at)
       values ('tx-1', 'tx', 'anadolu', 'kuzey-pay', 'ref-tx-1', 'failed', $1)`,
      [ground.clock.now()],
    );
    const second = await ground.asked('tx');
    expect(second.endsOperationId).toBe(failed.operationId);
    for (const id of ['UMAN1', 'UMAN2']) await ground.approve(second, id);
    expect((await ground.drive(second)).state).toBe('executed');
    expect(ground.platform.effects).toHaveLength(1);
    const { rows } = await ground.ours.pool.query(
      `select state, refusal ->> 'means' as means from operations order by intent_no`,
    );
    expect(rows).toEqual([
      { state: 'refused', means: 'overridden' },
      { state: 'succeeded', means: null },
    ]);
  });

  it('is done after all where a later look-up says so', async () => {
    const override = await approved();
    ground.platform.keeps = HOUR_MS;
    ground.platform.turns = [TURNS.lost_reply];
    ground.platform.blindLookUps = 100_000;
    expect((await ground.drive(override, 2 * HOUR_MS)).failure?.means).toBe('left_unknown');
    ground.platform.blindLookUps = 0;
    ground.platform.keeps = 48 * HOUR_MS;
    ground.clock.advance(10 * 60_000);
    await ground.runOperation(override);
    const done = await ground.drive(override);
    expect(done).toMatchObject({ state: 'executed', failure: null });
    expect(await ground.notices(override)).toContain('1 executed');
  });

  it('keeps that the state after could not be read', async () => {
    const override = await approved();
    await ground.runOnce(override);
    await ground.runOperation(override);
    ground.financeFault = new AppError('finance_unavailable', 'gone', { retryable: true });
    const done = await ground.drive(override, 3 * HOUR_MS);
    expect(done).toMatchObject({ state: 'executed', stateAfter: null });
    expect(done.readBackAt).not.toBeNull();
  });

  it('waits while the money can not be read', async () => {
    const override = await approved();
    ground.financeFault = new AppError('finance_unavailable', 'gone', { retryable: true });
    expect((await ground.runOnce(override)).at).toEqual(new Date(ground.clock.now().getTime() + 30_000));
    ground.financeFault = null;
    expect((await ground.drive(override)).state).toBe('executed');
  });
});

describe('a process that dies', () => {
  it.each([
    ['in the transaction that begins it', () => (ground.dieIn = 1)],
    ['right after that', () => (ground.dieAfter = 'executing')],
    ['as the operation is sent', () => (ground.dieAt = 'sent')],
    ['before the call', () => (ground.platform.turns = [TURNS.killed_before])],
    ['after the call', () => (ground.platform.turns = [TURNS.killed_after])],
    ['as the operation settles', () => (ground.dieAt = 'succeeded')],
    ['as the override settles', () => (ground.dieIn = 2)],
    ['right after it is executed', () => (ground.dieAfter = 'executed')],
    ['as it is read back', () => (ground.dieIn = 3)],
  ])('%s: one effect, and the rows tell it', async (_when, arrange) => {
    const override = await approved();
    arrange();
    const done = await ground.drive(override);
    expect(done).toMatchObject({ state: 'executed', stateAfter: { state: 'rejected' } });
    expect(ground.platform.effects).toHaveLength(1);
    const actions = await ground.actions(override);
    expect(actions.filter((action) => action === 'executed')).toHaveLength(1);
    expect(await ground.notices(override)).toEqual(['1 approved', '1 executed']);
  });

  it('two workers at once begin it once', async () => {
    const override = await approved();
    await Promise.all([ground.runOnce(override), ground.runOnce(override)]);
    expect((await ground.drive(override)).state).toBe('executed');
    expect(ground.platform.effects).toHaveLength(1);
    expect((await ground.ours.pool.query('select from operations')).rowCount).toBe(1);
  });

  it('a policy that offers it no more makes it void', async () => {
    const override = await approved();
    ground.platform.offer = 'no_lookup';
    expect((await ground.drive(override)).state).toBe('void');
    expect(ground.policy.hash).toBe(policyWith().hash);
  });
});

async function insertRetry(state: string): Promise<void> {
  await ground.ours.pool.query(
    `insert into operations (id, tenant_id, subject_kind, subject_id, intent_no, action, idempotency_key, state,
            requested_by, requested_at, amount_minor, currency, reason, seen)
     values ($1::uuid, 'anadolu', 'transaction', 'tx', 1, 'retry', $1::text, $2, 'person:U1', $3, 45050, 'USD', '', '{}')`,
    [randomUUID(), state, ground.clock.now()],
  );
}

async function insertFinding(id: FindingId): Promise<void> {
  const now = ground.clock.now();
  await ground.ours.pool.query(
    `insert into findings (id, key, rule, tenant_id, subject_kind, subject_id, class, action, evidence, cause_key,
            occurred_at, opening, state, first_seen_at, last_seen_at)
     values ($1, 'k', 'R05', 'anadolu', 'transaction', 'tx', 'HIGH', 'escalate', '{"key":"R05","args":{}}', 'c', $2, false,
             'open', $2, $2)`,
    [id, now],
  );
  await ground.ours.pool.query(
    `insert into finding_history (finding_id, seq, at, change, actor, rule, class, action)
     values ($1, 1, $2, 'opened', 'job:run', 'R05', 'HIGH', 'escalate')`,
    [id, now],
  );
}
