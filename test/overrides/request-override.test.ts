import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { CardId } from '../../src/ids.ts';
import { policyWith } from './cast.ts';
import { MARK_PAID, REJECT, RETRY, useGround } from './ground.ts';

const ground = useGround();

async function why(outcome: Promise<{ ok: true } | { ok: false; refusal: { why: string } }>) {
  const settled = await outcome;
  return settled.ok ? 'taken' : settled.refusal.why;
}

describe('what is asked for', () => {
  it('is kept with its version, its task, its messages and its audit row', async () => {
    await ground.add('tx');
    const override = await ground.asked('tx');
    expect(await ground.read(override)).toMatchObject({
      state: 'open',
      target: 'reject',
      basis: 'attempts_dead',
      tenantId: 'anadolu',
      subject: { kind: 'transaction', id: 'tx' },
      amountMinor: 45_050n,
      amountReportingMinor: 45_050n,
      payeeRef: 'payee_tx',
      requestedBy: 'person:UOPS1',
      requesterKey: 'ops1',
    });
    const [version] = await ground.versions(override);
    expect(version).toMatchObject({
      version: 1,
      expiresAt: new Date('2026-01-15T10:00:00.000Z'),
      remindHalfAt: new Date('2026-01-15T08:00:00.000Z'),
      remindLastAt: new Date('2026-01-15T09:45:00.000Z'),
      quorum: { needed: 1, leads: 0, rules: ['small'] },
      holders: { leads: ['ULEAD1', 'ULEAD2'] },
    });
    expect(version?.requestHash).toMatch(/^[0-9a-f]{64}$/);
    expect(await ground.actions(override)).toEqual(['requested']);
    const { rows: tasks } = await ground.ours.pool.query(`select kind, due_at from tasks where key = $1`, [
      `override:${override.id}`,
    ]);
    expect(tasks).toEqual([{ kind: 'override', due_at: version?.remindHalfAt }]);
    const line = await ground.card('override_line', override.id);
    const { rows: cards } = await ground.ours.pool.query(
      `select channel, thread_card_id from cards where kind = 'override' and subject_id = $1`,
      [override.id],
    );
    expect(cards).toEqual([{ channel: 'finance-approvals', thread_card_id: line }]);
  });

  it('stands in the thread of the message it was asked from', async () => {
    await ground.add('tx');
    const cardId = randomUUID() as CardId;
    await ground.ours.pool.query(
      `insert into cards (id, kind, subject_kind, subject_id, channel, locale, state, channel_id, ts, not_before, created_at)
       values ($1, 'payout', 'payout', 'p', 'finance-ops', 'en', 'posted', 'C1', '1.2', $2, $2)`,
      [cardId, ground.clock.now()],
    );
    const override = await ground.asked('tx', { from: { cardId } });
    const { rows } = await ground.ours.pool.query(
      `select channel, thread_card_id from cards where kind = 'override' and subject_id = $1`,
      [override.id],
    );
    expect(rows).toEqual([{ channel: 'finance-ops', thread_card_id: cardId }]);
  });

  it('keeps what a person wrote beside the chain', async () => {
    await ground.add('tx');
    const override = await ground.asked('tx', { reason: 'private words' });
    const { rows } = await ground.ours.pool.query<{ data: string; body: string }>(
      `select l.data::text as data, p.body from audit_log l join audit_personal p using (seq) where subject_id = $1`,
      [override.id],
    );
    expect(rows[0]?.body).toContain('private words');
    expect(rows[0]?.data).not.toContain('private words');
  });

  it('finds the tenant when none is named', async () => {
    await ground.add('tx');
    expect((await ground.asked('tx', { tenantId: '' })).tenantId).toBe('anadolu');
  });
});

describe('what is refused', () => {
  it('a second one about the same, with where the first stands', async () => {
    await ground.add('tx');
    const first = await ground.asked('tx');
    expect(await ground.ask('tx')).toMatchObject({
      ok: false,
      refusal: { why: 'open_already', overrideId: first.id, by: 'person:UOPS1' },
    });
  });

  it('all but one of many at once', async () => {
    await ground.add('tx');
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => why(ground.ask('tx'))));
    expect(outcomes.toSorted()).toEqual([...Array.from({ length: 5 }, () => 'open_already'), 'taken']);
  });

  it('what is sent again', async () => {
    await ground.add('tx');
    const override = await ground.asked('tx', { requestId: 'same' });
    await ground.cancel(override);
    expect(await why(ground.ask('tx', { requestId: 'same' }))).toBe('repeated');
  });

  it('a payment that is not there, and a kind that nobody has', async () => {
    expect(await why(ground.ask('nothing'))).toBe('not_found');
    await ground.add('tx');
    expect(await why(ground.ask('tx', { kind: 'other' }))).toBe('not_found');
    expect(await why(ground.ask('tx', { tenantId: 'bosphorus' }))).toBe('not_found');
  });

  it.each([
    ['no ticket', { ticket: 'none' }, 'ticket_missing'],
    ['no reason', { reason: '  ' }, 'reason_missing'],
    ['no evidence where it rests on a document', { choice: MARK_PAID }, 'evidence_missing'],
    ['what does not hold', { choice: RETRY }, 'not_offered'],
    ['what nobody knows', { choice: { target: 'burn', basis: 'it' } }, 'not_offered'],
  ])('%s', async (_what, given, refusal) => {
    await ground.add('tx');
    expect(await why(ground.ask('tx', given))).toBe(refusal);
    expect((await ground.ours.pool.query('select from overrides')).rowCount).toBe(0);
  });

  it('anything about a payout that is over', async () => {
    await ground.add('tx', { state: 'paid' });
    expect(await ground.ask('tx')).toMatchObject({ refusal: { why: 'no_target' } });
  });

  it('to reject while the provider is silent, forged or not', async () => {
    await ground.add('tx');
    await ground.ours.pool.query(`update provider_answers set answer = 'silent'`);
    for (const choice of [REJECT, { target: 'reject', basis: 'provider_cancellation' }])
      expect(await why(ground.ask('tx', { choice, evidence: 'a letter' }))).toBe('not_offered');
    expect(await why(ground.ask('tx', { choice: MARK_PAID, evidence: 'receipt' }))).toBe('taken');
  });

  it('when the money can not be read', async () => {
    await ground.add('tx');
    ground.financeFault = new AppError('finance_unavailable', 'gone', { retryable: true });
    expect(await why(ground.ask('tx'))).toBe('unreadable');
  });

  it('when nobody could approve it', async () => {
    await ground.add('tx');
    ground.policy = policyWith((policy) => {
      policy['roles'] = { ...policy['roles'], managers: {}, leads: {} };
    });
    expect(await ground.ask('tx')).toMatchObject({
      refusal: { why: 'nobody_approves', needed: 1, eligible: 0 },
    });
  });

  it('when a lead is needed and there is none', async () => {
    await ground.add('tx', { amount: '10000' });
    ground.policy = policyWith((policy) => {
      policy['roles'] = { ...policy['roles'], leads: {} };
    });
    expect(await why(ground.ask('tx'))).toBe('nobody_approves');
  });

  it('while who holds which role was never read', async () => {
    await ground.add('tx');
    ground.policy = policyWith((policy) => {
      policy['roles'] = { ...policy['roles'], managers: { groups: ['finance-managers'] } };
    });
    expect(await why(ground.ask('tx'))).toBe('roles_unread');
  });
});

describe('how many approve', () => {
  it('splitting over payments of one account gains nothing', async () => {
    await ground.add('tx1', { amount: '999', account: 'acc' });
    await ground.add('tx2', { amount: '999', account: 'acc' });
    await ground.add('tx3', { amount: '999', account: 'other' });
    await ground.asked('tx1');
    const quorums = [];
    for (const id of ['tx2', 'tx3']) quorums.push((await ground.versions(await ground.asked(id)))[0]?.quorum);
    expect(quorums).toEqual([
      { needed: 2, leads: 0, rules: ['from_two'], sumReportingMinor: '199800', others: 1 },
      { needed: 1, leads: 0, rules: ['small'], sumReportingMinor: '99900', others: 0 },
    ]);
  });

  it('ten requests of 999 to one payee come to need a lead', async () => {
    const quorums = [];
    for (let n = 1; n <= 11; n += 1) {
      await ground.add(`tx${n}`, { amount: '999', payee: 'same' });
      quorums.push((await ground.versions(await ground.asked(`tx${n}`)))[0]?.quorum);
    }
    expect(quorums.map((quorum) => `${quorum?.needed}/${quorum?.leads}`)).toEqual([
      '1/0',
      ...Array.from({ length: 9 }, () => '2/0'),
      '2/1',
    ]);
  });

  it('without a rate it is the top tier', async () => {
    await ground.add('tx', { currency: 'TRY' });
    expect((await ground.versions(await ground.asked('tx')))[0]?.quorum).toMatchObject({
      needed: 2,
      leads: 1,
      rules: ['no_rate'],
    });
  });

  it('what is asked again after a rejection needs two', async () => {
    await ground.add('tx');
    await ground.reject(await ground.asked('tx'), 'UMAN1');
    const again = await ground.asked('tx');
    expect(again.afterRejection).toBe(true);
    expect((await ground.versions(again))[0]?.quorum).toMatchObject({
      needed: 2,
      rules: ['after_rejection'],
    });
  });
});
