import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exemptionsCommand } from '../../src/cli/exemptions.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { runCommand } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'mutabik-register-'));
const file = join(folder, 'register.md');
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ planted: false });
  const rows = [
    '| Secret | Risk | Owner | Deadline | Mitigation |',
    '| --- | --- | --- | --- | --- |',
    '| STRIPE_KEY | HIGH | @owner1 | T+72h | test key |',
    '| SMTP_PASSWORD | düşük | @security1 | T+90d | |',
    '| =1+1 | LOW | @owner1 | T+1d | |',
  ];
  writeFileSync(file, rows.join('\n'));
});
afterAll(async () => {
  await stage.close();
  rmSync(folder, { recursive: true });
});

const run = (...args: string[]) => runCommand(exemptionsCommand, args, stage.environment);
const count = async () => (await stage.ours.pool.query('select from exemptions')).rowCount;
const OPTIONS = ['--place', 'prod', '--route', 'rotate'];

test('a dry run says what would happen, and stores nothing', async () => {
  const { code, out, err } = await run('import', ...OPTIONS, file, '--dry-run');
  expect([code, err]).toEqual([1, '']);
  expect(out).toMatch(/^line 3: add STRIPE_KEY in prod, HIGH, rotate, owner U\w+, until \d{4}-\d\d-\d\d$/m);
  expect(out).toMatch(/^line 4: add SMTP_PASSWORD .*; deadline .* cut to /m);
  expect(out).toMatch(/^line 5: refused =1\+1: name "=1\+1" is a formula, not a name$/m);
  expect(out).toContain('Dry run: 2 would be added, 1 refused. Nothing was stored.');
  expect(await count()).toBe(0);
});

test('an import stores the right rows and names the wrong one', async () => {
  const { code, out } = await run('import', file, ...OPTIONS);
  expect(code).toBe(1);
  expect(out).toMatch(/^2 added \(EX-\d+, EX-\d+\), 1 refused\.$/m);
  expect(await count()).toBe(2);
  const again = await run('import', file, ...OPTIONS);
  expect(again.out).toContain('it is open already: EX-');
  expect(again.out).toContain('0 added, 3 refused.');
  expect(await count()).toBe(2);
});

test('an export writes what is open', async () => {
  const { code, out } = await run('export');
  expect(code).toBe(0);
  expect(out.split('\r\n')).toHaveLength(4);
  expect(out).toContain('STRIPE_KEY,prod,HIGH,rotate,U');
});

test.each([
  [[], 'import or export?'],
  [['import'], 'a file is missing'],
  [['import', '/nowhere.csv'], "/nowhere.csv can't be read"],
  [['import', file, '--route', 'ignore'], '--route: ignore is neither'],
  [['import', file], 'the header lacks place (or --place), route (or --route)'],
])('what is missing is said: %j', async (args, words) => {
  expect(await run(...args)).toMatchObject({ code: 1, err: expect.stringContaining(words) as unknown });
});
