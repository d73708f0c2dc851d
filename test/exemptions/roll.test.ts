import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withTransaction } from '../../src/database/pool.ts';
import { loadRoll } from '../../src/exemptions/load-roll.ts';
import { makeOwnersTask } from '../../src/exemptions/owners-check.ts';
import { makeRollTask } from '../../src/exemptions/roll.ts';
import { refreshExemption } from '../../src/exemptions/show.ts';
import { makeNagGround, type NagGround } from './nag-ground.ts';

let ground: NagGround;
beforeAll(async () => {
  ground = await makeNagGround();
});
afterAll(() => ground.ours.drop());
beforeEach(async () => {
  ground.clock.set('2026-01-15T06:00:00Z');
  await ground.ours.pool.query(
    `update exemptions set state = 'closed', closed_at = $1 where state <> 'closed'`,
    [ground.clock.now()],
  );
});

const roll = async (iso: string) => {
  ground.clock.set(iso);
  await ground.run(makeRollTask(ground.deps));
};
const rollOf = (day: string) => loadRoll(ground.ours.pool, day, { timeZone: 'Europe/Istanbul' });
const cardsOf = async (day: string) => {
  const { rows } = await ground.ours.pool.query(
    `select channel from cards where kind = 'exemption_roll' and subject_id = $1`,
    [day],
  );
  return rows;
};

describe('the overdue of a day', () => {
  it('are not told when there are none', async () => {
    await ground.add();
    await roll('2026-02-14T07:00:00Z');
    expect(await cardsOf('2026-02-14')).toEqual([]);
    expect(await rollOf('2026-02-14')).toBeNull();
  });

  it('are one message, also when told twice', async () => {
    const exemption = await ground.add();
    await roll('2026-02-15T07:00:00Z');
    await roll('2026-02-15T08:00:00Z');
    expect(await cardsOf('2026-02-15')).toEqual([{ channel: 'security' }]);
    const model = await rollOf('2026-02-15');
    expect(model?.lines.map((line) => line.exemption.id)).toEqual([exemption.id]);
    expect(model?.lines[0]?.standing).toMatchObject({ isOverdue: true, daysLeft: -1 });
  });

  it('stand in order, the worst first, twenty of them', async () => {
    for (let each = 0; each < 20; each += 1) await ground.add({ risk: 'MED' });
    const low = await ground.add({ risk: 'LOW', deadline: '2026-01-20' });
    const old = await ground.add({ risk: 'HIGH', deadline: '2026-01-20' });
    const late = await ground.add({ risk: 'HIGH' });
    await roll('2026-02-16T07:00:00Z');
    const model = await rollOf('2026-02-16');
    expect(model?.lines).toHaveLength(20);
    expect(model?.more).toBe(3);
    expect(model?.lines.slice(0, 2).map((line) => line.exemption.id)).toEqual([old.id, late.id]);
    expect(model?.lines.some((line) => line.exemption.id === low.id)).toBe(false);
  });

  it('stay in it when they are closed, and say so', async () => {
    const exemption = await ground.add();
    await roll('2026-02-17T07:00:00Z');
    await ground.ours.pool.query(`update exemptions set state = 'closed', closed_at = $2 where id = $1`, [
      exemption.id,
      new Date('2026-02-17T09:00:00Z'),
    ]);
    await withTransaction(ground.ours.pool, (tx) => refreshExemption(tx, ground.clock.now(), exemption));
    const { rows } = await ground.ours.pool.query<{ wanted_version: string }>(
      `select wanted_version from cards where kind = 'exemption_roll' and subject_id = '2026-02-17'`,
    );
    expect(rows.map(({ wanted_version: version }) => Number(version))).toEqual([2]);
    const model = await rollOf('2026-02-17');
    expect(model?.lines.map((line) => line.exemption.state)).toEqual(['closed']);
  });

  it('are those handed in as well', async () => {
    const exemption = await ground.add();
    const closingId = await ground.handIn(exemption);
    await roll('2026-02-18T07:00:00Z');
    expect((await rollOf('2026-02-18'))?.lines[0]?.closing?.id).toBe(closingId);
  });
});

describe('the daily look for owners', () => {
  it('asks for the task of each that is not closed', async () => {
    const closed = await ground.add();
    await ground.ours.pool.query(`update exemptions set state = 'closed', closed_at = $2 where id = $1`, [
      closed.id,
      ground.clock.now(),
    ]);
    const open = await ground.add();
    const closing = await ground.add();
    await ground.handIn(closing);
    await ground.run(makeOwnersTask(ground.deps));
    const { rows } = await ground.ours.pool.query<{ key: string }>(
      `select key from tasks where kind = 'exemption' order by key`,
    );
    expect(rows.map(({ key }) => key)).toEqual([open, closing].map(({ id }) => `exemption:${id}`).toSorted());
  });
});
