import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signBody } from '../../sandbox/slack/deliveries/sign.ts';
import type { RunningApp } from '../../src/main.ts';
import { ageSnapshot } from '../people/age-snapshot.ts';
import { waitFor } from '../support/wait-for.ts';
import { openOverrideStage, type AskedOverride, type OverrideStage } from './override-stage.ts';
import type { FailedPayout } from './retry-stage.ts';

let scene: OverrideStage;
let app: RunningApp;
/** The account of this one is owner1's. */
let owned: FailedPayout;

beforeAll(async () => {
  scene = await openOverrideStage({ policy: (text) => text.replace('group_from: 6', 'group_from: 60') });
  const made = await scene.make();
  const { rows } = await scene.stage.finance.pool.query<{ tenant_id: string; account_id: string }>(
    'select tenant_id, account_id from finance.transactions where id = $1',
    [made.id],
  );
  const { tenant_id: tenant, account_id: account } = rows[0]!;
  const file = scene.stage.environment['POLICY_FILE']!;
  const policy = readFileSync(file, 'utf8').replace(
    'manager2: { slack: [manager2]',
    `manager2: { slack: [manager2], accounts: [{ tenant: ${tenant}, account: "${account}" }]`,
  );
  expect(policy).toContain(account);
  writeFileSync(file, policy);
  app = await scene.stage.startApp();
  await scene.pass(320);
  owned = { ...made, payoutId: (await scene.episodeOf(made.id))! };
}, 60_000);

afterAll(async () => {
  await app?.stop();
  await scene?.stage.close();
});

async function failed(more: object = {}): Promise<FailedPayout> {
  const [payout] = await scene.fail(1, more);
  return payout!;
}

async function refusalsOf(user: string, overrideId: string): Promise<string[]> {
  const { rows } = await scene.stage.ours.pool.query<{ data: string }>(
    `select data from audit_log where action = 'access.refused' and actor = $1 and subject_id like $2 order by seq`,
    [`person:${await scene.people.idOf(user)}`, `${overrideId}%`],
  );
  return rows.map(({ data }) => (JSON.parse(data) as { why: string }).why);
}

async function approve(user: string, { overrideId }: AskedOverride, words: string): Promise<void> {
  await scene.decide(user, 'approve', overrideId);
  await scene.people.toldWith(user, words);
  await scene.stage.idle();
}

/** The provider leaves the newest attempt open. */
async function keepPending({ id }: FailedPayout): Promise<void> {
  const { rows } = await scene.stage.finance.pool.query<{ id: string }>(
    'select id from finance.payout_attempts where transaction_id = $1 order by created_at desc limit 1',
    [id],
  );
  await scene.tell({ attempt: rows[0]!.id, answer: 'pending' });
}

const stateOf = async ({ id }: FailedPayout) => (await scene.overridesOf(id)).at(-1)!.state;

describe('from an alert', () => {
  test('it is asked for, approved by two, carried out once, and closes what it came from', async () => {
    const payout = await failed();
    const asked = await scene.ask('ops1', payout);
    const alert = await scene.card(payout.payoutId);
    expect(alert.text).toContain('waits for approval, 0 of 2');
    const card = await scene.overrideCard(asked.overrideId);
    expect(card.thread_ts).toBe(alert.ts);
    expect(card.channel).toBe(alert.channel);
    // The line in #finance-approvals, and the alert, link to it.
    const line = await scene.line(asked.overrideId);
    const link = `p${card.ts.replace('.', '')}`;
    for (const { blocks } of [line, alert]) expect(JSON.stringify(blocks)).toContain(link);

    await approve('manager1', asked, 'Onayınız sayıldı');
    expect((await scene.card(payout.payoutId)).text).toContain('waits for approval, 1 of 2');
    expect((await scene.overrideCard(asked.overrideId)).text).toContain('1 of 2 approved');
    await approve('lead1', asked, 'Onayınız sayıldı');
    await scene.stage.idle();
    await scene.pass(320);
    await scene.expectExecuted(asked, { votes: ['manager1', 'lead1'] });
    expect(await scene.stateOf(payout.id)).toBe('paid');
    // What it came from is closed, and says by what.
    const closed = await scene.card(payout.payoutId);
    expect(closed.text).toContain('Paid at');
    expect(JSON.stringify(closed.blocks)).toContain(link);
    const { rows } = await scene.stage.ours.pool.query<{ id: string; state: string }>(
      `select id, state from findings where subject_id = $1`,
      [payout.id],
    );
    expect(rows).toMatchObject([{ state: 'resolved' }]);
    await scene.people.command('ops2', '/recon', rows[0]!.id);
    const review = await scene.people.topWith('ops2', 'done by hand');
    expect(JSON.stringify(review.blocks)).toContain(link);
    await scene.people.act('close', { user: 'ops2', view_id: review.id, all: true });
  }, 60_000);

  test('one more for the same is refused, with a link to the first', async () => {
    const payout = await failed();
    const view = await scene.openForm('ops2', payout);
    const asked = await scene.ask('ops1', payout);
    const typed = {
      what: 'mark_paid:bank_proof',
      reason: 'bank_confirmed',
      note: 'me too',
      ticket: 'OPS-1',
      evidence: 'x',
    };
    await scene.people.submit('ops2', view.id, typed);
    const words = await scene.people.topWith('ops2', 'One is open already');
    const card = await scene.overrideCard(asked.overrideId);
    expect(JSON.stringify(words.blocks)).toContain(`p${card.ts.replace('.', '')}`);
    expect(await scene.overridesOf(payout.id)).toHaveLength(1);
    await scene.people.act('close', { user: 'ops2', view_id: words.id, all: true });
    // Nothing more is offered while it waits.
    expect(JSON.stringify((await scene.card(payout.payoutId)).blocks)).not.toContain('overrides.request');
  });

  test('what is missing is said beside its field', async () => {
    const payout = await failed();
    expect((await scene.submitForm('ops2', payout, { ticket: 'none' })).errors).toEqual({
      ticket: expect.stringContaining('[A-Z]+-[0-9]+'),
    });
    expect((await scene.submitForm('ops2', payout, { note: ' ' })).errors).toHaveProperty('note');
    expect((await scene.submitForm('ops2', payout, { evidence: '' })).errors).toHaveProperty('evidence');
    expect(await scene.overridesOf(payout.id)).toEqual([]);
  });
});

describe('a press on Approve', () => {
  let asked: AskedOverride;

  beforeAll(async () => {
    asked = await scene.ask('ops1', owned);
  });

  test.each([
    ['whoever asked', 'ops1', 'requester', 'Bunu siz istediniz'],
    ['the beneficiary', 'manager2', 'beneficiary', 'your own account'],
    ['an engineer', 'engineer2', 'not_eligible', 'Managers and leads'],
    ['a guest', 'guest1', 'guest', 'Guests'],
    ['a stranger', 'stranger1', 'no_role', 'none of the roles'],
  ])('of %s is refused in private, and audited', async (_who, user, why, words) => {
    await scene.decide(user, 'approve', asked.overrideId);
    await scene.people.toldWith(user, words);
    expect(await refusalsOf(user, asked.overrideId)).toEqual([why]);
    expect(await scene.votesOf(asked.overrideId)).toEqual([]);
  });

  test('of somebody deactivated is refused, and audited', async () => {
    await scene.people.act('user', { user: 'lead2', deleted: true });
    await ageSnapshot(scene.stage.ours.pool, 60_000);
    await scene.decide('lead2', 'approve', asked.overrideId);
    await waitFor('the audit row', async () => (await refusalsOf('lead2', asked.overrideId)).length > 0);
    expect(await refusalsOf('lead2', asked.overrideId)).toEqual(['deactivated']);
    await scene.people.act('user', { user: 'lead2', deleted: false });
  });

  test('of a manager who left the group a minute ago is refused, and audited', async () => {
    await scene.people.act('user', { user: 'manager1', groups: [] });
    await ageSnapshot(scene.stage.ours.pool, 60_000);
    await scene.decide('manager1', 'approve', asked.overrideId);
    await scene.people.toldWith('manager1', 'rol');
    expect(await refusalsOf('manager1', asked.overrideId)).toEqual(['no_role']);
    await scene.people.act('user', { user: 'manager1', groups: ['finance-managers'] });
    await ageSnapshot(scene.stage.ours.pool, 60_000);
  });

  test('that names no version of ours is refused, and audited as forged', async () => {
    await scene.decideAt(app.port, 'manager1', { ...asked, version: 0 });
    await scene.people.toldWith('manager1', 'böyle bir elle işlem yok');
    await waitFor('the audit row', async () =>
      (await refusalsOf('manager1', asked.overrideId)).includes('forged'),
    );
    expect(await scene.votesOf(asked.overrideId)).toEqual([]);
  });

  test('on Take back by anybody else is refused, and audited', async () => {
    const { channel, ts } = await scene.overrideCard(asked.overrideId);
    await scene.people.act('click', {
      user: 'ops2',
      channel,
      ts,
      action_id: 'overrides.more',
      option: `overrides.cancel:${asked.overrideId}:1`,
    });
    await scene.people.toldWith('ops2', 'who asked for it');
    expect(await refusalsOf('ops2', asked.overrideId)).toEqual(['not_yours']);
    expect(await stateOf(owned)).toBe('open');
  });

  test('counts once, however often it comes', async () => {
    await Promise.all([1, 2].map(() => scene.decide('lead1', 'approve', asked.overrideId)));
    await scene.stage.idle();
    expect(await scene.votesOf(asked.overrideId)).toMatchObject([{ by: 'lead1', role: 'leads' }]);
    expect(await stateOf(owned)).toBe('open');
  });

  test('is not needed any more once somebody eligible rejects it, with words', async () => {
    await scene.decide('ops1', 'reject', asked.overrideId);
    await scene.people.topWith('ops1', 'Bunu siz istediniz');
    await scene.decide('manager1', 'reject', asked.overrideId);
    const form = await waitFor('the form', async () => {
      const view = await scene.people.top('manager1');
      return view?.callback_id === 'overrides.decline' ? view : undefined;
    });
    expect((await scene.people.submit('manager1', form.id, { note: ' ' })).errors).toHaveProperty('note');
    await scene.people.submit('manager1', form.id, { note: 'The *receipt* is of another payment.' });
    await scene.stage.idle();
    expect(await stateOf(owned)).toBe('rejected');
    const card = await scene.overrideCard(asked.overrideId);
    expect(card.text).toContain('is of another payment');
    expect(JSON.stringify(card.blocks)).not.toMatch(/overrides\.(approve|reject)/);
    await scene.expectThread(asked.overrideId, ['rejected']);
    expect(await scene.keysByHand(owned.id)).toEqual([]);
  });
});

describe('while it waits', () => {
  test('what changes makes it void; renewed with one click, it takes new votes', async () => {
    const payout = await failed();
    const asked = await scene.ask('ops1', payout);
    await approve('manager1', asked, 'Onayınız sayıldı');
    await scene.press('ops2', 'retry', payout.payoutId);
    await scene.stage.idle();
    await keepPending(payout);
    await scene.decide('manager2', 'approve', asked.overrideId);
    await scene.people.toldWith('manager2', 'not what was asked for any more');
    await scene.stage.idle();
    expect(await stateOf(payout)).toBe('void');
    await scene.expectThread(asked.overrideId, ['voided']);
    expect((await scene.card(payout.payoutId)).text).toContain('void since something changed');

    await scene.decide('manager1', 'renew', asked.overrideId);
    await scene.people.toldWith('manager1', 'yalnızca isteyen');
    expect(await refusalsOf('manager1', asked.overrideId)).toEqual(['not_yours']);
    expect(await stateOf(payout)).toBe('void');
    // From here on nothing moves any more.
    await scene.pass(260);
    await scene.decide('ops1', 'renew', asked.overrideId);
    await scene.people.toldWith('ops1', 'Herkes yeniden oy verir');
    await scene.stage.idle();
    expect(await scene.overridesOf(payout.id)).toMatchObject([{ state: 'open', version: 2 }]);
    await scene.decideAt(app.port, 'manager1', { overrideId: asked.overrideId, version: 1 });
    await scene.people.toldWith('manager1', 'önceki bir sürümün');
    await approve('manager1', asked, 'Onayınız sayıldı');
    await approve('manager2', asked, 'Your approval');
    await scene.stage.idle();
    await scene.pass(320);
    expect(await stateOf(payout)).toBe('executed');
    expect(await scene.effectsOn(payout.id)).toEqual(['retry', 'mark_paid']);
    // Details know the version that was void, and why.
    const { channel, ts } = await scene.overrideCard(asked.overrideId);
    await scene.people.act('click', {
      user: 'manager2',
      channel,
      ts,
      action_id: 'overrides.more',
      option: `overrides.open:${asked.overrideId}:2`,
    });
    const detail = JSON.stringify(await scene.people.topWith('manager2', 'Versions'));
    expect(detail).toMatch(/version 2.*version 1[^"]*void[^"]*attempts/is);
  }, 60_000);

  test('it expires by the clock, and nothing is sent', async () => {
    const payout = await failed();
    const asked = await scene.ask('ops1', payout);
    await approve('manager1', asked, 'Onayınız sayıldı');
    await scene.pass(4 * 3_600 + 1_800);
    expect(await stateOf(payout)).toBe('expired');
    await scene.decideAt(app.port, 'manager2', { overrideId: asked.overrideId });
    await scene.people.toldWith('manager2', 'xpired');
    expect(await scene.keysByHand(payout.id)).toEqual([]);
    expect((await scene.card(payout.payoutId)).text).toContain('expired, nothing was done');
  }, 60_000);
});

describe('while the provider is silent', () => {
  test('Reject and release is not offered, and refused when forged', async () => {
    const { id, attempt } = await scene.make({ state: 'processing', age: '35m' });
    await scene.tell({ attempt, answer: 'silent' });
    await scene.pass(320);
    const payout = { id, attempt, payoutId: (await scene.episodeOf(id))! };
    const form = await scene.openForm('ops2', payout);
    const select = form.blocks.find(({ block_id: block }) => block === 'what') as {
      element: { options: { value: string }[] };
    };
    expect(select.element.options.map(({ value }) => value)).toEqual(['mark_paid:bank_proof']);
    expect(JSON.stringify(form.blocks)).toContain('the provider has not answered');

    const user = { id: await scene.people.idOf('ops2'), team_id: 'T0MUTABIK' };
    const chosen = (value: string) => ({ type: 'static_select', selected_option: { value } });
    const typed = (value: string) => ({ type: 'plain_text_input', value });
    for (const what of ['reject:attempts_dead', 'reject:provider_cancellation']) {
      const values = {
        what: { what: chosen(what) },
        reason: { reason: chosen('provider_canceled') },
        note: { note: typed('It was canceled.') },
        ticket: { ticket: typed('OPS-1') },
        evidence: { evidence: typed('https://provider.example/letter') },
      };
      const payload = {
        type: 'view_submission',
        team: { id: 'T0MUTABIK' },
        user,
        api_app_id: 'A0MUTABIK',
        trigger_id: `forged-${what}`,
        view: { ...form, callback_id: 'overrides.ask', state: { values } },
      };
      const answer = await send(payload);
      expect(answer).toContain('be done any more');
    }
    expect(await scene.overridesOf(id)).toEqual([]);
    await scene.people.act('close', { user: 'ops2', view_id: form.id, all: true });
  });

  async function send(payload: object): Promise<string> {
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const response = await fetch(`http://127.0.0.1:${app.port}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signBody(scene.stage.environment['SLACK_SIGNING_SECRET']!, timestamp, body),
      },
      body,
    });
    return await response.text();
  }
});
