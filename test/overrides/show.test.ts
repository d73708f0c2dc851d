import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { payoutKey } from '../../src/findings/deps.ts';
import { loadForm } from '../../src/overrides/load-form.ts';
import { loadNotice, loadOverride } from '../../src/overrides/load-model.ts';
import { listOpenOverrides } from '../../src/overrides/open-overrides.ts';
import { listWaitingFor } from '../../src/overrides/waiting-for.ts';
import { readOverrideLines } from '../../src/overrides/read-override-line.ts';
import { choiceKey } from '../../src/overrides/types.ts';
import { policyWith } from './cast.ts';
import { MARK_PAID, REJECT, useGround } from './ground.ts';

const ground = useGround();

function form(subjectId = 'tx', userId = 'UOPS1') {
  return loadForm(ground.deps(), ground.clock.now(), {
    kind: 'payout',
    tenantId: '',
    subjectId,
    person: ground.person(userId),
  });
}

describe('the form', () => {
  it('asks providers, and has every choice with who would approve', async () => {
    await ground.add('tx', { amount: '10000' });
    const outcome = await form();
    expect(outcome).toMatchObject({ ok: true, form: { askedNow: true, beneficiary: null, isOwn: false } });
    if (!outcome.ok) return;
    expect(outcome.form.verdicts).toHaveLength(5);
    expect(outcome.form.quorums[choiceKey(REJECT)]).toMatchObject({ needed: 2, leads: 1 });
    expect(outcome.form.unreachable).toEqual([]);
  });

  it('marks what too few could approve', async () => {
    await ground.add('tx');
    ground.policy = policyWith((policy) => {
      policy['roles'] = { ...policy['roles'], managers: { users: ['UMAN1'] }, leads: {} };
    });
    const outcome = await form();
    expect(outcome.ok && outcome.form.unreachable).toContain(choiceKey(MARK_PAID));
    expect(outcome.ok && outcome.form.unreachable).not.toContain(choiceKey(REJECT));
  });

  it('says whose account it is', async () => {
    await ground.add('tx', { account: 'acc_own' });
    expect(await form('tx', 'UOWN')).toMatchObject({
      form: { isOwn: true, beneficiary: { key: 'owner1' } },
    });
  });

  it('is refused as asking would be', async () => {
    expect(await form('nothing')).toMatchObject({ refusal: { why: 'not_found' } });
    await ground.add('paid', { state: 'paid' });
    expect(await form('paid')).toMatchObject({ refusal: { why: 'no_target' } });
    await ground.add('tx');
    await ground.asked('tx');
    expect(await form()).toMatchObject({ refusal: { why: 'open_already' } });
    ground.financeFault = new AppError('finance_unavailable', 'gone', { retryable: true });
    expect(await form()).toMatchObject({ refusal: { why: 'unreadable' } });
  });
});

describe('the card', () => {
  it('names who may approve, without the requester and the beneficiary', async () => {
    await ground.add('tx', { account: 'acc_own' });
    const override = await ground.asked('tx');
    const model = await loadOverride(ground.ours.pool, override.id, ground.deps());
    expect(model).toMatchObject({
      approvers: {
        userIds: ['UDEP', 'ULEAD1', 'ULEAD2', 'UMAN1', 'UMAN2'],
        leadIds: ['UDEP', 'ULEAD1', 'ULEAD2'],
        isUnknown: false,
      },
      tenantName: 'Anadolu Wallet',
      tiers: { twoFrom: '1000', leadFrom: '10000' },
      votes: [],
      clearedVotes: 0,
      operation: null,
      message: null,
    });
  });

  it('tells of cleared votes, and each notice of its own version', async () => {
    await ground.add('tx', { amount: '2000' });
    const override = await ground.asked('tx');
    await ground.approve(override, 'UMAN1');
    await ground.finance.pool.query(`update finance.transactions set amount = 2001`);
    await ground.approve(override, 'UMAN2');
    await ground.renew(override);
    const model = await loadOverride(ground.ours.pool, override.id, ground.deps());
    expect(model).toMatchObject({ version: { version: 2 }, clearedVotes: 1, votes: [] });
    const { rows } = await ground.ours.pool.query<{ id: string }>('select id from override_notices');
    const notice = await loadNotice(ground.ours.pool, rows[0]?.id ?? '', ground.deps());
    expect(notice).toMatchObject({ notice: { kind: 'voided', version: 1 }, version: { version: 1 } });
    expect(notice?.version.changes).toMatchObject([{ what: 'amount' }]);
  });

  it('is none where there is no such override', async () => {
    for (const id of ['nothing', 'ffffffff-ffff-4fff-8fff-ffffffffffff'])
      expect(await loadOverride(ground.ours.pool, id, ground.deps())).toBeNull();
  });
});

describe('what waits for one person', () => {
  const waiting = async (userId: string) =>
    (
      await listWaitingFor(ground.ours.pool, ground.deps().policy, ground.clock.now(), ground.person(userId))
    ).map(({ subjectId }) => subjectId);

  it('is found behind any number that are not for them', async () => {
    // Longer than the list of all that are open.
    for (let no = 1; no <= 21; no += 1) {
      await ground.add(`tx${no}`, { account: 'acc_own', amount: '1' });
      await ground.asked(`tx${no}`);
    }
    ground.clock.advance(1_000);
    await ground.add('last');
    await ground.asked('last');
    expect(await waiting('UOWN')).toEqual(['last']);
    expect(await waiting('UMAN1')).toHaveLength(22);
  });

  it('is what the press would take, and nothing else', async () => {
    await ground.add('voted', { amount: '2000' });
    await ground.approve(await ground.asked('voted'), 'UMAN1');
    await ground.add('canceled');
    await ground.cancel(await ground.asked('canceled'));
    ground.clock.advance(1_000);
    await ground.add('theirs');
    await ground.asked('theirs', { person: ground.person('UMAN1') });
    ground.clock.advance(1_000);
    await ground.add('tx');
    await ground.asked('tx');
    expect(await waiting('UMAN1')).toEqual(['tx']);
    expect(await waiting('UMAN2')).toEqual(['voted', 'theirs', 'tx']);
    expect(await waiting('UOPS1')).toEqual([]);
    ground.clock.advance(24 * 3_600_000);
    expect(await waiting('UMAN2')).toEqual([]);
  });
});

describe('lines', () => {
  it('list what is not over, with its progress', async () => {
    await ground.add('tx', { amount: '2000' });
    const override = await ground.asked('tx');
    await ground.approve(override, 'UMAN1');
    await ground.add('tx2');
    await ground.cancel(await ground.asked('tx2'));
    expect(await listOpenOverrides(ground.ours.pool)).toMatchObject({
      lines: [
        { id: override.id, subjectId: 'tx', state: 'open', approvals: 1, needed: 2, votedBy: ['UMAN1'] },
      ],
      count: 1,
    });
  });

  it('count what is not listed', async () => {
    for (const id of ['tx1', 'tx2', 'tx3']) {
      await ground.add(id);
      await ground.asked(id);
      ground.clock.advance(1_000);
    }
    expect(await listOpenOverrides(ground.ours.pool, 2)).toMatchObject({
      lines: [{ subjectId: 'tx1' }, { subjectId: 'tx2' }],
      count: 3,
    });
  });

  it('tell the newest of a payment', async () => {
    await ground.add('tx');
    await ground.cancel(await ground.asked('tx'));
    ground.clock.advance(1_000);
    const override = await ground.asked('tx');
    const payment = { tenantId: 'anadolu', transactionId: 'tx' };
    const lines = await readOverrideLines(ground.ours.pool, [
      payment,
      { tenantId: 'bosphorus', transactionId: 'tx' },
    ]);
    expect([...lines]).toMatchObject([[payoutKey(payment), { id: override.id, state: 'open' }]]);
  });
});
