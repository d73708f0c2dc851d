import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/ids.ts';
import { makeExemptionGround, type ExemptionGround } from './ground.ts';

let ground: ExemptionGround;
beforeAll(async () => {
  ground = await makeExemptionGround();
});
afterAll(async () => {
  await ground.ours.drop();
});

let names = 0;

/** As the app's own login, by SQL alone. */
async function insert(changes: Record<string, unknown> = {}): Promise<string> {
  const id = newId();
  names += 1;
  const row: Record<string, unknown> = {
    id,
    name: `KEY ${names}`,
    place: 'vault',
    risk: 'LOW',
    route: 'rotate',
    owner_id: 'U1',
    owner_key: 'U1',
    mitigation: '',
    ticket: '',
    links: '',
    opened_by: 'cli:x',
    opened_at: '2026-01-15T06:00:00Z',
    opened_on: '2026-01-15',
    first_deadline: '2026-02-14',
    deadline: '2026-02-14',
    state: 'open',
    ...changes,
  };
  const columns = Object.keys(row);
  await ground.ours.pool.query(
    `insert into exemptions (${columns.join(', ')}) values (${columns.map((_, at) => `$${at + 1}`).join(', ')})`,
    Object.values(row),
  );
  return id;
}

describe('no row may be stored', () => {
  it('stores one that keeps the rules', async () => {
    await expect(insert()).resolves.toBeTypeOf('string');
  });

  it.each([
    ['without an owner', { owner_id: null }],
    ['with an empty owner', { owner_id: '' }],
    ['without a key of its owner', { owner_key: '' }],
    ['without a deadline', { deadline: null }],
    ['without a first deadline', { first_deadline: null }],
    ['without a route', { route: null }],
    ['without a risk', { risk: null }],
    ['with a blank name', { name: ' ' }],
    ['with a blank place', { place: ' ' }],
    ['31 days after opening', { first_deadline: '2026-02-15', deadline: '2026-02-15' }],
    ['due before its opening', { first_deadline: '2026-01-14', deadline: '2026-01-14' }],
    ['due for ever', { first_deadline: 'infinity', deadline: 'infinity' }],
    ['opened for ever', { opened_on: 'infinity', first_deadline: 'infinity', deadline: 'infinity' }],
    ['opened ahead', { opened_on: '2026-03-01', first_deadline: '2026-03-31', deadline: '2026-03-31' }],
    ['opened as extended', { deadline: '2026-12-31', extensions: 1 }],
    ['later than promised', { deadline: '2026-02-15' }],
    ['with its owner as deputy', { deputy_id: 'U2', deputy_key: 'U1' }],
    ['with half a deputy', { deputy_id: 'U2' }],
    ['closed at no time', { state: 'closed' }],
    ['handed in without a proof', { state: 'closing' }],
  ])('%s', async (_title, changes) => {
    await expect(insert(changes)).rejects.toThrow();
  });

  it('of a name and place that is open', async () => {
    await insert({ name: 'Twice', place: 'Here' });
    await expect(insert({ name: 'TWICE', place: 'here' })).rejects.toThrow(/exemptions_one_open/);
  });
});

describe('no row may be changed', () => {
  it.each([
    ['to another opening', `opened_on = '2026-01-16'`],
    ['to another first deadline', `first_deadline = '2026-02-01'`],
    ['to a later deadline', `deadline = '2026-03-01', extensions = 1`],
    ['to no deadline', `deadline = null`],
    ['to no owner', `owner_id = null`],
    ['to have been extended', `extensions = 2`],
    ['to a third extension', `extensions = 3`],
  ])('%s', async (_title, change) => {
    const id = await insert();
    await expect(
      ground.ours.pool.query(`update exemptions set ${change} where id = $1`, [id]),
    ).rejects.toThrow();
  });

  it.each([
    'delete from exemptions',
    'truncate exemptions cascade',
    'delete from exemption_extensions',
    'update exemption_extensions set deadline = deadline',
    'alter table exemptions disable trigger all',
  ])('%s', async (statement) => {
    await expect(ground.ours.pool.query(statement)).rejects.toThrow();
  });

  it.each([
    [1, '2026-03-17', /exemption_extensions_check1/],
    [3, '2026-03-01', /number_check/],
  ])('by extension %i until %s', async (number, deadline, why) => {
    const id = await insert();
    await expect(
      ground.ours.pool.query(
        `insert into exemption_extensions (exemption_id, number, override_id, decided_on, decided_at, was, deadline)
         values ($1, $2, $3, '2026-02-14', '2026-02-14T06:00:00Z', '2026-02-14', $4)`,
        [id, number, newId(), deadline],
      ),
    ).rejects.toThrow(why);
  });
});
