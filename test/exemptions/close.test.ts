import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decideClosing } from '../../src/exemptions/decide-closing.ts';
import { listExemptions, readMine } from '../../src/exemptions/list-exemptions.ts';
import { loadExemption } from '../../src/exemptions/load-exemption.ts';
import { reassignExemption } from '../../src/exemptions/reassign-exemption.ts';
import { submitClosing } from '../../src/exemptions/submit-closing.ts';
import type { Closing } from '../../src/exemptions/types.ts';
import { withdrawClosing } from '../../src/exemptions/withdraw-closing.ts';
import { makeExemptionGround, START, type ExemptionGround } from './ground.ts';

let ground: ExemptionGround;
beforeAll(async () => {
  ground = await makeExemptionGround();
});
afterAll(async () => {
  await ground.ours.drop();
});

const decide = (closing: Closing, by: string, verdict: 'accept' | 'refuse' = 'accept', reason = '') =>
  decideClosing(ground.deps, ground.clock.now(), {
    closingId: closing.id,
    verdict,
    reason,
    person: ground.person(by),
    requestId: ground.requestId(),
  });
const reassign = (id: string, ownerId: string, by: string) =>
  reassignExemption(ground.deps, ground.clock.now(), {
    id,
    ownerId,
    person: ground.person(by),
    requestId: ground.requestId(),
  });

describe('adding', () => {
  it('opens one with its task and audit row', async () => {
    const one = await ground.addOne();
    expect(one).toMatchObject({ state: 'open', ownerKey: 'owner1', openedOn: '2026-01-15' });
    expect((await ground.audited(one.id)).map(({ action }) => action)).toEqual(['exemption.added']);
    const { rows } = await ground.ours.pool.query(`select key from tasks where key = $1`, [
      `exemption:${one.id}`,
    ]);
    expect(rows).toHaveLength(1);
  });

  it('lets one of two in the same millisecond win', async () => {
    const both = await Promise.all([
      ground.add({ name: 'Race', place: 'p' }),
      ground.add({ name: 'RACE', place: 'P' }),
    ]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
    expect(both.find(({ ok }) => !ok)).toMatchObject({ refusal: { why: 'open_already' } });
  });

  it.each([
    [{ name: ' \0 ' }, { why: 'missing', field: 'name' }],
    [{ risk: 'x' }, { why: 'missing', field: 'risk' }],
    [{ ownerId: '' }, { why: 'missing', field: 'owner' }],
    [{ deadline: '' }, { why: 'missing', field: 'deadline' }],
    [{ deadline: '2026-02-30' }, { why: 'day_unreadable' }],
    [{ deadline: '2026-01-14' }, { why: 'deadline_past' }],
    [{ deadline: '2026-02-15' }, { why: 'deadline_too_late', last: '2026-02-14' }],
    [{ name: 'x'.repeat(121) }, { why: 'too_long', most: 120 }],
    [{ mitigation: `ghp_${'aB3dE6gH9j'.repeat(4).slice(0, 36)}` }, { why: 'secret', field: 'mitigation' }],
    [{ ownerId: 'UGUEST' }, { why: 'owner_unfit', field: 'owner' }],
    [{ ownerId: 'UGONE' }, { why: 'owner_unfit' }],
    [{ ownerId: 'UBOT' }, { why: 'owner_unfit' }],
    [{ deputyId: 'USTRANGER' }, { why: 'owner_unfit', field: 'deputy' }],
    [{ ownerId: 'USEC1', deputyId: 'USEC1B' }, { why: 'deputy_is_owner' }],
  ])('refuses %j', async (changes, refusal) => {
    expect(await ground.add(changes)).toMatchObject({ ok: false, refusal });
  });
});

describe('closing', () => {
  it('closes what another of security accepts', async () => {
    const one = await ground.addOne({ deputyId: 'UDEP1' });
    const { closing } = await ground.handIn(one);
    expect(await decide(closing, 'UOWN1')).toMatchObject({ refusal: { why: 'not_yours' } });
    expect(await decide(closing, 'UDEP1')).toMatchObject({ refusal: { why: 'own_review', as: 'deputy' } });
    expect(await decide(closing, 'USEC1')).toMatchObject({ ok: true, exemption: { state: 'closed' } });
    expect(ground.calls).toContain(`settle ${one.id} closed`);
    const refused = (await ground.audited(one.id)).filter(({ action }) => action === 'exemption.refused');
    expect(refused.map(({ data }) => data['why'])).toEqual(['not_yours', 'own_review']);
    const again = await ground.add({ name: one.name.toUpperCase(), place: one.place });
    expect(again).toMatchObject({ refusal: { why: 'closed_recently', number: one.number } });
    expect((await ground.audited(one.id)).at(-1)?.data).toMatchObject({ why: 'closed_recently' });
    const model = await loadExemption(ground.ours.pool, one.id, {
      now: ground.clock.now(),
      zone: 'Europe/Istanbul',
    });
    expect(model?.history.map(({ action }) => action)).toEqual([
      'exemption.added',
      'exemption.handed_in',
      'exemption.closed',
    ]);
  });

  it('is not reviewed by whoever handed it in, by any account', async () => {
    const { closing } = await ground.handIn(await ground.addOne(), 'USEC1');
    expect(await decide(closing, 'USEC1B')).toMatchObject({ refusal: { as: 'submitter' } });
  });

  it('is not reviewed by an owner who gave it away meanwhile', async () => {
    const one = await ground.addOne({ ownerId: 'USEC1', deputyId: 'UDEP1' });
    const { closing } = await ground.handIn(one, 'UDEP1');
    expect(await reassign(one.id, 'UOWN2', 'USEC1')).toMatchObject({ ok: true });
    expect(await decide(closing, 'USEC1')).toMatchObject({ refusal: { why: 'own_review' } });
  });

  it('opens again with a reason only', async () => {
    const { closing } = await ground.handIn(await ground.addOne());
    expect(await decide(closing, 'USEC1', 'refuse')).toMatchObject({ refusal: { field: 'reason' } });
    expect(await decide(closing, 'USEC1', 'refuse', 'No proof')).toMatchObject({
      exemption: { state: 'open' },
    });
    expect(await decide(closing, 'USEC2')).toMatchObject({ refusal: { why: 'not_closing' } });
  });

  it('is taken back by its owner, not by others', async () => {
    const { closing } = await ground.handIn(await ground.addOne());
    const withdraw = (by: string) =>
      withdrawClosing(ground.deps, ground.clock.now(), {
        closingId: closing.id,
        person: ground.person(by),
        requestId: ground.requestId(),
      });
    expect(await withdraw('UOPS1')).toMatchObject({ refusal: { why: 'not_yours' } });
    expect(await withdraw('UOWN1')).toMatchObject({ exemption: { state: 'open' } });
  });

  it('is handed in by nobody else, and once', async () => {
    const one = await ground.addOne();
    const hand = (by: string) =>
      submitClosing(ground.deps, ground.clock.now(), {
        id: one.id,
        evidenceLink: 'l',
        evidenceNote: 'n',
        person: ground.person(by),
        requestId: ground.requestId(),
      });
    expect(await hand('UOPS1')).toMatchObject({ refusal: { why: 'not_yours' } });
    const both = await Promise.all([hand('UOWN1'), hand('USEC2')]);
    expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it('is a breach when it is accepted after the first deadline', async () => {
    const one = await ground.addOne();
    const { closing } = await ground.handIn(one);
    ground.clock.set('2026-02-14T21:00:00Z');
    const outcome = await decide(closing, 'USEC2');
    ground.clock.set(START);
    expect(outcome).toMatchObject({ exemption: { breachedAt: new Date('2026-02-14T21:00:00Z') } });
  });
});

describe('whose it is', () => {
  it('moves by owner, deputy, security and leads only', async () => {
    const one = await ground.addOne({ deputyId: 'UDEP1' });
    expect(await reassign(one.id, 'UOPS1', 'UOPS1')).toMatchObject({ refusal: { why: 'not_yours' } });
    expect(await reassign(one.id, 'UGONE', 'ULEAD1')).toMatchObject({ refusal: { why: 'owner_unfit' } });
    expect(await reassign(one.id, 'UDEP1', 'UDEP1')).toMatchObject({
      exemption: { ownerId: 'UDEP1', deputyId: null },
    });
  });

  it.each(['open', 'mine', 'due', 'overdue', 'closed'] as const)('lists %s', async (which) => {
    const filter = { which, risk: null, userId: 'UOWN1' };
    const at = { now: ground.clock.now(), zone: 'Europe/Istanbul' };
    const list = await listExemptions(ground.ours.pool, { ...at, filter, page: 99 });
    expect(list.page).toBe(list.pages);
    const states = new Set(list.lines.map(({ exemption }) => exemption.state));
    expect(states.has('closed')).toBe(which === 'closed');
    await readMine(ground.ours.pool, { ...at, userId: 'USEC1', isSecurity: true });
  });
});
