import { beforeEach, describe, expect, test } from 'vitest';
import { appendAudit } from '../../src/audit/append.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { refuseThird } from '../../src/exemptions/refuse-third.ts';
import { standingOf } from '../../src/exemptions/standing.ts';
import { insertExtension, writeExemption } from '../../src/exemptions/store.ts';
import type { Exemption } from '../../src/exemptions/types.ts';
import type { Override } from '../../src/overrides/types.ts';
import { useExtensionGround } from './extension-ground.ts';

const ground = useExtensionGround();
const ZONE = 'Europe/Istanbul';
/** A Tuesday, 09:00 in Istanbul, four days before the deadline. */
const LATE = '2026-02-10T06:00:00Z';
let exemption: Exemption;

/** Opened on 15 January, until 14 February. */
beforeEach(async () => {
  exemption = await ground.open();
  ground.clock.set(LATE);
});

async function approved(override: Override, ...voters: string[]): Promise<void> {
  for (const voter of voters) expect(await ground.approve(override, voter)).toMatchObject({ ok: true });
}

async function escalate(): Promise<void> {
  const now = ground.clock.now();
  await withTransaction(ground.ours.pool, async (tx) => {
    const entries = await ground.exemptions().escalate(tx, now, { exemption, startedBy: 'job:exemption' });
    await appendAudit(tx, now, entries);
  });
}

describe('more time', () => {
  test('is given once two approved, and all of it is kept', async () => {
    const override = await ground.moreOf(exemption, 21);
    await approved(override, 'UMAN1');
    await ground.runOnce(override);
    expect(await ground.see(exemption)).toEqual(exemption);
    await approved(override, 'USEC1');
    await ground.ours.pool.query(`delete from tasks where kind = 'exemption'`);
    await ground.runOnce(override);
    const extension = { number: 1, override: override.id, decidedOn: '2026-02-10', was: '2026-02-14' };
    expect(await ground.extensions(exemption)).toEqual([{ ...extension, deadline: '2026-03-03' }]);
    expect(await ground.see(exemption)).toEqual({ ...exemption, deadline: '2026-03-03', extensions: 1 });
    expect(await ground.read(override)).toMatchObject({
      state: 'executed',
      operationId: null,
      overAt: ground.clock.now(),
      readBackAt: ground.clock.now(),
      stateBefore: { kind: 'exemption', deadline: '2026-02-14', extensions: 0 },
      stateAfter: { kind: 'exemption', deadline: '2026-03-03', extensions: 1, firstDeadline: '2026-02-14' },
    });
    expect(await ground.notices(override)).toEqual(['1 approved', '1 executed']);
    expect(await ground.actions(override)).toEqual([
      'requested',
      'approved_by',
      'approved_by',
      'approved',
      'executed',
    ]);
    expect(await ground.audited(exemption.id)).toEqual(['exemption.added', 'exemption.extended']);
    const { rows } = await ground.ours.pool.query<{ key: string; due_at: Date }>(
      `select key, due_at from tasks where kind = 'exemption'`,
    );
    expect(rows).toEqual([{ key: `exemption:${exemption.id}`, due_at: ground.clock.now() }]);
    // Looked at again, nothing more happens.
    await ground.runOnce(override);
    expect(await ground.extensions(exemption)).toHaveLength(1);
  });

  test('counts from the business day of the last vote', async () => {
    ground.clock.set('2026-02-10T14:30:00Z');
    const override = await ground.moreOf(exemption, 30);
    await approved(override, 'USEC1');
    // Half past midnight in Istanbul; it is carried out a day later.
    ground.clock.set('2026-02-10T21:30:00Z');
    await approved(override, 'UMAN1');
    ground.clock.set('2026-02-11T06:30:00Z');
    await ground.runOnce(override);
    expect(await ground.extensions(exemption)).toMatchObject([
      { decidedOn: '2026-02-11', deadline: '2026-03-13' },
    ]);
  });

  test.each([7, 14, 21, 30])('is offered where it is later: %d days', async (days) => {
    ground.clock.set('2026-01-23T06:00:00Z');
    const outcome = await ground.more(exemption, days);
    expect(outcome.ok).toBe(days === 30);
    if (!outcome.ok) expect(outcome.refusal).toEqual({ why: 'not_offered', reasons: ['not_later'] });
  });

  test('ends what was escalated about it', async () => {
    ground.clock.set('2026-02-16T06:00:00Z');
    await escalate();
    await ground.extended(exemption, ['UMAN1', 'USEC1']);
    expect(await ground.escalations(exemption)).toEqual(['over extended']);
  });

  test('leaves it overdue by the first deadline', async () => {
    await ground.extended(exemption, ['UMAN1', 'USEC1']);
    ground.clock.set('2026-02-20T06:00:00Z');
    const twice = await ground.extended(await ground.see(exemption), ['ULEAD1', 'USEC2']);
    expect(twice).toMatchObject({ extensions: 2, deadline: '2026-03-22', firstDeadline: '2026-02-14' });
    expect(standingOf(twice, ground.clock.now(), ZONE)).toMatchObject({
      isOverdue: true,
      isPastDeadline: false,
      daysLeft: 30,
    });
    expect(await ground.extensions(exemption)).toMatchObject([
      { number: 1, was: '2026-02-14' },
      { number: 2, was: '2026-03-12' },
    ]);
  });
});

describe('who approves', () => {
  test.each([
    ['whoever asked', 'UHOLD', 'requester'],
    ['the deputy', 'UINS', 'beneficiary'],
    ['somebody of ops', 'UOPS1', 'not_eligible'],
  ])('never: %s', async (_who, user, why) => {
    const override = await ground.moreOf(exemption);
    expect(await ground.approve(override, user)).toMatchObject({ ok: false, refusal: { why } });
    expect(await ground.votes(override)).toEqual([]);
  });

  test('not the owner, when somebody of security asked', async () => {
    const owned = await ground.open({
      name: 'Other',
      ownerId: 'USEC2',
      deputyId: null,
      deadline: '2026-03-01',
    });
    const override = await ground.moreOf(owned, 30, 'USEC1');
    expect(await ground.approve(override, 'USEC1')).toMatchObject({ refusal: { why: 'requester' } });
    expect(await ground.approve(override, 'USEC2')).toMatchObject({ refusal: { why: 'beneficiary' } });
  });

  test('two managers are not enough', async () => {
    const override = await ground.moreOf(exemption);
    await approved(override, 'UMAN1', 'UMAN2');
    expect(await ground.read(override)).toMatchObject({ state: 'open' });
    expect(await ground.approve(override, 'USEC1')).toMatchObject({ ok: true, reached: true });
  });

  test('the second time a lead too', async () => {
    await ground.extended(exemption, ['UMAN1', 'USEC1'], 14);
    const override = await ground.moreOf(await ground.see(exemption), 30);
    await approved(override, 'USEC1', 'USEC2', 'UMAN1');
    expect(await ground.read(override)).toMatchObject({ state: 'open' });
    expect(await ground.approve(override, 'ULEAD1')).toMatchObject({ ok: true, reached: true });
  });

  test('a vote of security that lapsed counts no more', async () => {
    const override = await ground.moreOf(exemption);
    await approved(override, 'USEC1');
    const left = { ...ground.person('USEC1'), roles: new Set<never>() };
    ground.identified.set('USEC1', { ok: true, person: left });
    expect(await ground.approve(override, 'UMAN1')).toMatchObject({ ok: true, reached: false });
    expect(await ground.actions(override)).toContain('vote_lapsed');
    expect(await ground.approve(override, 'USEC2')).toMatchObject({ ok: true, reached: true });
  });

  test('nobody, where nobody of security is left', async () => {
    const owned = await ground.open({
      name: 'Other',
      ownerId: 'USEC2',
      deputyId: null,
      deadline: '2026-03-01',
    });
    expect(await ground.more(owned, 30, 'UINS')).toMatchObject({ ok: true });
    const held = await ground.open({
      name: 'Third',
      ownerId: 'USEC2',
      deputyId: 'USEC1',
      deadline: '2026-03-01',
    });
    expect(await ground.more(held, 30, 'UINS')).toMatchObject({
      ok: false,
      refusal: { why: 'nobody_approves', lacksSecurity: true },
    });
  });

  test('one no ends it', async () => {
    const override = await ground.moreOf(exemption);
    expect(await ground.reject(override, 'USEC1')).toMatchObject({ ok: true });
    expect(await ground.read(override)).toMatchObject({ state: 'rejected' });
    await ground.runOnce(override);
    expect(await ground.see(exemption)).toEqual(exemption);
  });
});

describe('what changed since', () => {
  test('makes it void: another owner', async () => {
    const override = await ground.moreOf(exemption);
    await approved(override, 'UMAN1', 'USEC1');
    await ground.reassign(exemption, 'UHOLD2');
    await ground.runOnce(override);
    expect(await ground.read(override)).toMatchObject({ state: 'void' });
    expect(await ground.see(exemption)).toMatchObject({ extensions: 0, ownerId: 'UHOLD2' });
  });

  test('makes it void: handed in, at the vote', async () => {
    const override = await ground.moreOf(exemption);
    await approved(override, 'UMAN1');
    await ground.handIn(exemption);
    expect(await ground.approve(override, 'USEC1')).toMatchObject({
      ok: false,
      refusal: { why: 'changed', changes: [{ what: 'state' }, { what: 'condition', after: 'handed_in' }] },
    });
    expect(await ground.read(override)).toMatchObject({ state: 'void' });
  });

  test('makes it void: another deadline', async () => {
    const override = await ground.moreOf(exemption, 30);
    await approved(override, 'UMAN1', 'USEC1');
    await moveDeadline(override, '2026-02-20');
    await ground.runOnce(override);
    expect(await ground.read(override)).toMatchObject({ state: 'void' });
    expect(await ground.see(exemption)).toMatchObject({ extensions: 1, deadline: '2026-02-20' });
  });

  test('between the reading and the lock waits to be read again', async () => {
    const override = await ground.moreOf(exemption);
    await approved(override, 'UMAN1', 'USEC1');
    const kind = ground.deps().kinds.get('exemption')!;
    const now = ground.clock.now();
    const about = { tenantId: '-', subjectId: exemption.id };
    const stateBefore = await kind.load(about, { now, ask: false, limitMs: 1_000 });
    await ground.reassign(exemption, 'UHOLD2');
    const read = { ...(await ground.read(override)), stateBefore };
    expect(await withTransaction(ground.ours.pool, (tx) => kind.execute(tx, now, read))).toMatchObject({
      as: 'wait',
    });
    expect(await ground.extensions(exemption)).toEqual([]);
  });

  test('is asked anew by whoever asked, and holds then', async () => {
    const override = await ground.moreOf(exemption);
    await approved(override, 'UMAN1', 'USEC1');
    await moveDeadline(override, '2026-02-20', { undone: true });
    await ground.reassign(exemption, 'UHOLD2');
    await ground.runOnce(override);
    const renewed = await ground.renew(override, 'UHOLD');
    expect(renewed).toMatchObject({ ok: true, override: { version: 2, state: 'open' } });
    if (!renewed.ok) return;
    expect(await ground.approve(renewed.override, 'UHOLD2')).toMatchObject({
      refusal: { why: 'beneficiary' },
    });
    await approved(renewed.override, 'UMAN1', 'USEC1');
    await ground.runOnce(renewed.override);
    expect(await ground.see(exemption)).toMatchObject({ extensions: 1, ownerId: 'UHOLD2' });
  });

  async function moveDeadline(override: Override, deadline: string, { undone = false } = {}): Promise<void> {
    if (undone) return;
    await withTransaction(ground.ours.pool, async (tx) => {
      const { id: exemptionId, deadline: was } = exemption;
      const decided = { decidedOn: '2026-02-10', decidedAt: ground.clock.now() };
      await insertExtension(tx, {
        exemptionId,
        number: 1,
        overrideId: override.id,
        ...decided,
        was,
        deadline,
      });
      await writeExemption(tx, exemption, { deadline, extensions: 1 });
    });
  }
});

describe('of one that is', () => {
  test('closed within 90 days it opens it again', async () => {
    ground.clock.set('2026-01-20T06:00:00Z');
    await ground.close(exemption);
    ground.clock.set('2026-04-20T06:00:00Z');
    const after = await ground.extended(exemption, ['UMAN1', 'USEC1'], 14);
    expect(after).toMatchObject({ state: 'open', closedAt: null, extensions: 1, deadline: '2026-05-04' });
    const { rows } = await ground.ours.pool.query<{ data: string }>(
      `select data from audit_log where action = 'exemption.extended' order by seq`,
    );
    expect(JSON.parse(rows.at(-1)!.data)).toMatchObject({ reopened: true, was: '2026-02-14' });
    expect(standingOf(after, ground.clock.now(), ZONE)).toMatchObject({ isOverdue: true });
  });

  test('closed for longer there is none', async () => {
    ground.clock.set('2026-01-20T06:00:00Z');
    await ground.close(exemption);
    ground.clock.set('2026-04-21T06:00:00Z');
    expect(await reasonsOf(exemption)).toEqual(['closed_long_ago']);
  });

  test('open again under another number there is none', async () => {
    ground.clock.set('2026-01-20T06:00:00Z');
    await ground.close(exemption);
    ground.clock.set('2026-04-21T06:00:00Z');
    await ground.open({ deadline: '2026-05-01' });
    expect(await reasonsOf(exemption)).toEqual(['closed_long_ago', 'open_again']);
  });

  test('handed in there is none', async () => {
    await ground.handIn(exemption);
    expect(await reasonsOf(exemption)).toEqual(['handed_in']);
  });

  test('extended twice there is none: audited, escalated', async () => {
    await ground.extended(exemption, ['UMAN1', 'USEC1'], 7);
    await ground.extended(exemption, ['ULEAD1', 'USEC1'], 14);
    expect(await reasonsOf(exemption)).toEqual(['extended_twice']);
    const twice = await ground.see(exemption);
    const refuse = (user: string) =>
      refuseThird(ground.exemptions(), ground.clock.now(), {
        exemption: twice,
        person: ground.person(user),
      });
    expect(await refuse('UOPS1')).toEqual({ why: 'not_yours' });
    expect(await ground.escalations(exemption)).toEqual([]);
    for (const user of ['UHOLD', 'UHOLD', 'USEC1'])
      expect(await refuse(user)).toEqual({ why: 'extended_twice' });
    expect(await ground.escalations(exemption)).toEqual(['open']);
    const { rows } = await ground.ours.pool.query<{ actor: string; data: string }>(
      `select actor, data from audit_log where action = 'exemption.refused' and subject_id = $1 order by seq`,
      [exemption.id],
    );
    expect(rows.map(({ actor, data }) => [actor, (JSON.parse(data) as { why: string }).why])).toEqual([
      ['person:UOPS1', 'not_yours'],
      ['person:UHOLD', 'extended_twice'],
      ['person:USEC1', 'extended_twice'],
    ]);
  });

  test('asked for already there is one', async () => {
    await ground.moreOf(exemption);
    expect(await ground.more(exemption, 14, 'USEC1')).toMatchObject({ refusal: { why: 'open_already' } });
  });

  async function reasonsOf(of: Exemption): Promise<string[]> {
    const outcome = await ground.more(of, 30);
    if (outcome.ok || outcome.refusal.why !== 'no_target') throw new Error(JSON.stringify(outcome));
    return [...outcome.refusal.verdicts[3]!.reasons];
  }
});

describe('at once', () => {
  test('two approvals count both, and carry it out once', async () => {
    const override = await ground.moreOf(exemption);
    const both = await Promise.all([
      ground.approve(override, 'UMAN1'),
      ground.approve(override, 'USEC1', { pool: ground.other }),
    ]);
    expect(both.filter((outcome) => outcome.ok && outcome.reached)).toHaveLength(1);
    await Promise.all([ground.runOnce(override), ground.runOnce(override)]);
    expect(await ground.extensions(exemption)).toHaveLength(1);
    expect(await ground.audited(exemption.id)).toEqual(['exemption.added', 'exemption.extended']);
    expect((await ground.actions(override)).filter((action) => action === 'executed')).toHaveLength(1);
  });

  test('a worker that died before the commit leaves nothing', async () => {
    const override = await ground.moreOf(exemption);
    await approved(override, 'UMAN1', 'USEC1');
    ground.dieIn = 1;
    expect(await ground.runOnce(override)).toMatchObject({ alive: false });
    expect(await ground.see(exemption)).toEqual(exemption);
    await ground.runOnce(override);
    expect(await ground.extensions(exemption)).toHaveLength(1);
  });
});
