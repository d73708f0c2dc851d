import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportRegister } from '../../src/exemptions/export-register.ts';
import { planImport, type ImportInput } from '../../src/exemptions/import-plan.ts';
import { importRegister, readKnown, type PlannedAdd } from '../../src/exemptions/import-register.ts';
import type { SlackUser } from '../../src/ports.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { MESSY, messyCsv, messyMarkdown } from './import-rows.ts';

const NOW = new Date('2026-01-15T09:00:00Z');
const ZONE = 'Europe/Istanbul';

const user = (id: string, name: string, realName: string, more: Partial<SlackUser> = {}): SlackUser => ({
  id,
  teamId: 'T1',
  name,
  realName,
  locale: null,
  timeZone: null,
  isDeleted: false,
  isGuest: false,
  isStranger: false,
  isBot: false,
  ...more,
});
const USERS = [
  user('U00000001', 'ada', 'Ada Aydın'),
  user('U00000002', 'cagri', 'Çağrı Işık'),
  user('U00000003', 'gone', 'Gone', { isDeleted: true }),
  user('U00000004', 'guest', 'Guest', { isGuest: true }),
  user('U00000005', 'same1', 'Same Name'),
  user('U00000006', 'same2', 'Same Name'),
];
const INPUT: ImportInput = {
  today: '2026-01-15',
  users: USERS,
  keyOf: ({ id }) => id,
  existing: [
    { number: 3, name: 'open_one', place: 'Prod', closedOn: null },
    { number: 4, name: 'CLOSED_ONE', place: 'prod', closedOn: '2025-12-01' },
    { number: 5, name: 'A1', place: 'prod', closedOn: '2025-09-01' },
  ],
  defaults: { route: 'procure' },
};

let ours: TestDatabase;
beforeAll(async () => {
  ours = await createOurDatabase();
});
afterAll(() => ours.drop());

function planned(text: string, input: Partial<ImportInput> = {}) {
  const plan = planImport(text, { ...INPUT, ...input });
  if (!plan.ok) throw new Error(plan.reason);
  return plan.rows;
}

const rightOf = (text: string) => planned(text).filter((row): row is PlannedAdd => row.verdict === 'add');
const stored = async (): Promise<Record<string, unknown>[]> =>
  (await ours.pool.query<Record<string, unknown>>('select * from exemptions order by number')).rows;

test.each([
  ['semicolons', messyCsv(';').text],
  ['commas', messyCsv(',').text],
  ['tabs', messyCsv('\t').text],
  ['Markdown', messyMarkdown()],
])('sixty messy rows are judged one by one (%s)', (_form, text) => {
  expect(MESSY.length).toBeGreaterThanOrEqual(60);
  const rows = planned(text);
  expect(rows).toHaveLength(MESSY.length);
  for (const [index, [[name], reason, day]] of MESSY.entries()) {
    const row = rows[index]!;
    if (reason !== null) {
      expect(row, name).toMatchObject({ verdict: 'refused', reason: expect.stringContaining(reason) });
      continue;
    }
    expect(row, name).toMatchObject({ verdict: 'add', fields: { name: name!.trim() } });
    if (day !== undefined) expect(row, name).toMatchObject({ fields: { deadline: day } });
  }
});

test('each row is named by the line it begins on', () => {
  const { text, lines } = messyCsv();
  expect(planned(text).map(({ line }) => line)).toEqual(lines);
});

test('what was cut or taken for something else is said', () => {
  const rows = rightOf(messyCsv().text);
  const of = (name: string) => rows.find(({ fields }) => fields.name === name)?.warnings;
  expect(of('A1')).toEqual([]);
  expect(of('A11')).toEqual([]);
  expect(of('A13')).toEqual(['deadline 2026-12-31 is more than 30 days away: cut to 2026-02-14']);
  expect(of('B7')).toEqual(['risk "critical" is taken as HIGH']);
});

test('a secret in a cell is not in what is said', () => {
  const token = MESSY.find(([, reason]) => reason?.includes('secret') === true)![0][7]!.replace('it is ', '');
  expect(messyCsv().text).toContain(token);
  expect(JSON.stringify(planned(messyCsv().text))).not.toContain(token);
});

test.each([
  ['', 'no table'],
  ['Secret,Risk,Deadline\nA,LOW,T+1d', 'the header lacks owner, place (or --place)'],
  ['Secret,Place,Name,Risk,Owner,Deadline\n', 'two columns are name'],
])('a table that can not be read is refused whole: %j', (text, reason) => {
  expect(planImport(text, INPUT)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
});

test('a quote that is never closed is named', () => {
  const rows = planned(
    'Secret,Place,Risk,Owner,Deadline\nA,p,LOW,ada,T+1d\nB,"p,LOW,ada,T+1d\nC,p,LOW,ada,T+1d\n',
  );
  expect(rows).toMatchObject([
    { line: 2, verdict: 'add' },
    { line: 3, verdict: 'refused', reason: expect.stringContaining('never closed') },
  ]);
});

test('the usual English table goes in with --place', () => {
  const text =
    '| Secret | Risk | Owner | Deadline | Mitigation |\n|---|:-:|---|---|---|\n| `KEY` | LOW | @ada | T+72h | none \\| yet |\n';
  expect(planned(text, { defaults: { place: 'prod', route: 'rotate' } })).toEqual([
    {
      line: 3,
      verdict: 'add',
      warnings: [],
      fields: expect.objectContaining({
        name: 'KEY',
        place: 'prod',
        route: 'rotate',
        deadline: '2026-01-18',
        mitigation: 'none | yet',
        ownerId: 'U00000001',
      }) as unknown,
    },
  ]);
});

test('a row the database refuses takes all others with it', async () => {
  const rows = rightOf(messyCsv().text);
  const bad = { ...rows[7]!, line: 99, fields: { ...rows[7]!.fields, name: 'late', deadline: '2026-02-15' } };
  const outcome = await importRegister(ours.pool, NOW, {
    rows: [...rows, bad],
    actor: 'cli:test',
    zone: ZONE,
  });
  expect(outcome).toEqual({
    ok: false,
    line: 99,
    reason: expect.stringContaining('the database refuses it'),
  });
  expect(await stored()).toEqual([]);
  expect((await ours.pool.query('select from audit_log')).rowCount).toBe(0);
  expect((await ours.pool.query('select from tasks')).rowCount).toBe(0);
});

test('right rows are stored, audited, and asked to be looked at', async () => {
  const rows = rightOf(messyCsv().text);
  const outcome = await importRegister(ours.pool, NOW, { rows, actor: 'cli:test', zone: ZONE });
  expect(outcome).toMatchObject({ ok: true });
  expect((await stored()).map(({ name }) => name)).toEqual(rows.map(({ fields }) => fields.name));
  expect(await stored()).toContainEqual(
    expect.objectContaining({
      name: 'ÖDEME_ŞİFRESİ',
      mitigation: 'Yalnız sınama ortamında; çğıöşü İĞÜ',
      opened_by: 'cli:test',
    }),
  );
  const { rows: audited } = await ours.pool.query<{ actor: string; data: unknown }>(
    `select actor, data from audit_log where action = 'exemption.added' order by seq`,
  );
  expect(audited).toHaveLength(rows.length);
  expect(new Set(audited.map(({ actor }) => actor))).toEqual(new Set(['cli:test']));
  expect(JSON.stringify(audited)).not.toContain('ÖDEME');
  const { rowCount } = await ours.pool.query(`select from tasks where kind = 'exemption'`);
  expect(rowCount).toBe(rows.length);
});

test('the same file again adds nothing', async () => {
  const existing = await readKnown(ours.pool, NOW, ZONE);
  const again = planned(messyCsv().text, { existing });
  const added = again
    .filter(({ verdict }) => verdict === 'add')
    .map((row) => row.verdict === 'add' && row.fields.name);
  // Of this database's own: what INPUT says is open is not.
  expect(added).toEqual(['OPEN_ONE', 'CLOSED_ONE']);
  const outcome = await importRegister(ours.pool, NOW, {
    rows: rightOf(messyCsv().text),
    actor: 'cli:test',
    zone: ZONE,
  });
  expect(outcome).toEqual({ ok: false, line: 2, reason: 'it is open already' });
});

test('an export holds no formula, and goes in again', async () => {
  const text = await exportRegister(ours.pool, { now: NOW, zone: ZONE, all: false });
  expect(text.startsWith('\uFEFFexemption,name,place,')).toBe(true);
  expect(text).not.toMatch(/(?:^|,|\n)"?[=+\-@\t]/u);
  expect(text).toContain(`"'=HYPERLINK(""http://x.example"";""y"")"`);
  const rows = planned(text, { existing: [] });
  expect(rows.filter(({ verdict }) => verdict === 'refused')).toEqual([]);
  expect(new Set(rows.map((row) => row.verdict === 'add' && row.fields.mitigation))).toEqual(
    new Set((await stored()).map(({ mitigation }) => mitigation)),
  );
});
