import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadNag } from '../../src/exemptions/load-nag.ts';
import { makeNagGround, type NagGround } from './nag-ground.ts';

let ground: NagGround;
beforeAll(async () => {
  ground = await makeNagGround();
});
afterAll(() => ground.ours.drop());
beforeEach(() => {
  ground.slackIsAway = false;
  ground.people.clear();
  for (const id of ['UOWN', 'UDEP', 'ULEAD']) ground.people.set(id, {});
  ground.clock.set('2026-01-15T06:00:00Z');
});

describe('an owner whom Slack does not reach', () => {
  it('is reported, and tried again the next morning', async () => {
    const exemption = await ground.add();
    await ground.lookAt(exemption, '2026-01-30T07:00:00Z');
    ground.clock.advance(60_000);
    await ground.refuse(exemption);
    const alert = (await ground.alerts()).find(({ kind }) => kind === 'owner_unreachable');
    expect(alert).toMatchObject({
      state: 'open',
      severity: 'sev2',
      args: { exemption: `EX-${exemption.number}`, person: 'UOWN' },
    });
    expect(await ground.look(exemption)).toBe('2026-01-31T07:00:00.000Z');
    await ground.lookAt(exemption, '2026-01-31T07:00:00Z');
    expect(await ground.told(exemption)).toEqual(['-14 owner UOWN failed', '-14 owner UOWN asked']);
    expect(await ground.audited(exemption)).toEqual([
      'exemption.nag_asked',
      'exemption.nag_failed',
      'exemption.nag_asked',
    ]);
  });

  it('is reported no more once one arrives', async () => {
    const exemption = await ground.add();
    await ground.lookAt(exemption, '2026-01-30T07:00:00Z');
    await ground.refuse(exemption);
    await ground.lookAt(exemption, '2026-01-31T07:00:00Z');
    await ground.post(exemption);
    const alerts = (await ground.alerts()).filter(({ kind }) => kind === 'owner_unreachable');
    expect(alerts.every(({ state }) => state === 'resolved')).toBe(true);
  });

  it('has the task look at once', async () => {
    const exemption = await ground.add();
    await ground.lookAt(exemption, '2026-01-30T07:00:00Z');
    await ground.refuse(exemption);
    const { rows } = await ground.ours.pool.query<{ due_at: Date }>(
      `select due_at from tasks where key = $1`,
      [`exemption:${exemption.id}`],
    );
    expect(rows.map(({ due_at: dueAt }) => dueAt.toISOString())).toEqual(['2026-01-30T07:00:00.000Z']);
  });
});

describe('an owner who left', () => {
  it('hands it to the deputy, who is reminded at once', async () => {
    const exemption = await ground.add({ deputy: 'UDEP' });
    await ground.lookAt(exemption, '2026-01-30T07:00:00Z');
    await ground.post(exemption);
    ground.people.set('UOWN', { isDeleted: true });
    expect(await ground.lookAt(exemption, '2026-02-02T06:30:00Z')).toBe('2026-02-06T07:00:00.000Z');
    expect(await ground.read(exemption)).toMatchObject({ ownerId: 'UDEP', ownerKey: 'UDEP', deputyId: null });
    expect(await ground.told(exemption)).toEqual(['-14 owner UOWN sent', '-14 owner UDEP asked']);
    expect(await ground.audited(exemption)).toContain('exemption.owner_left');
    expect((await ground.alerts()).at(-1)).toMatchObject({
      kind: 'owner_left',
      args: { exemption: `EX-${exemption.number}`, person: 'UOWN', heir: 'UDEP' },
    });
  });

  it.each([
    ['deactivated', { isDeleted: true }],
    ['a guest', { isGuest: true }],
    ['of another workspace', { isStranger: true }],
  ])('leaves it to security without a deputy: %s', async (_why, who) => {
    const exemption = await ground.add();
    ground.people.set('UOWN', who);
    await ground.lookAt(exemption, '2026-01-30T07:00:00Z');
    expect(await ground.read(exemption)).toMatchObject({ ownerId: 'security', ownerKey: 'security' });
    expect(await ground.told(exemption)).toEqual(['-14 owner security asked']);
    const [nag] = await ground.nags(exemption);
    const model = await loadNag(ground.ours.pool, nag?.id ?? '', ground.policy);
    expect(model).toMatchObject({ isCurrent: true, mentions: { users: ['USEC'] } });
  });

  it('leaves it to security when the deputy left too', async () => {
    const exemption = await ground.add({ deputy: 'UDEP' });
    ground.people.clear();
    await ground.look(exemption);
    expect(await ground.read(exemption)).toMatchObject({ ownerId: 'security', deputyId: null });
  });

  it('is never guessed while Slack is away', async () => {
    const exemption = await ground.add({ deputy: 'UDEP' });
    ground.slackIsAway = true;
    await expect(ground.lookAt(exemption, '2026-01-30T07:00:00Z')).rejects.toMatchObject({ retryable: true });
    expect(await ground.read(exemption)).toMatchObject({ ownerId: 'UOWN', deputyId: 'UDEP' });
    ground.slackIsAway = false;
    await ground.look(exemption);
    expect(await ground.told(exemption)).toEqual(['-14 owner UOWN asked']);
  });
});
