import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync, copyFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** One file a line: where it stands, what it imports, and whether the house allows it. */
const IMPORTS: readonly [file: string, line: string, allowed: boolean][] = [
  ['src/payouts/retry.ts', `import { App } from '@slack/bolt';\nexport const app = App;`, false],
  ['src/payouts/show.ts', `import { x } from '../../blocks/x.ts';\nexport const y = x;`, false],
  ['src/payouts/click.ts', `import { x } from '../../handlers/x.ts';\nexport const y = x;`, false],
  ['src/payouts/fake.ts', `import { x } from '../../sandbox/x.ts';\nexport const y = x;`, false],
  ['src/payouts/lazy.ts', `export const y = await import('../../sandbox/x.ts');`, false],
  ['src/payouts/good.ts', `import { x } from '../x.ts';\nexport const y = x;`, true],
  ['src/audit/raise.ts', `import { x } from '../findings/x.ts';\nexport const y = x;`, false],
  ['src/finance/judge.ts', `import { x } from '../reconciliation/x.ts';\nexport const y = x;`, false],
  ['src/findings/scan.ts', `import { x } from '../reconciliation/x.ts';\nexport const y = x;`, false],
  ['src/findings/read.ts', `import { x } from '../finance/x.ts';\nexport const y = x;`, true],
  ['src/reconciliation/rules/pay.ts', `import { x } from '../../payouts/x.ts';\nexport const y = x;`, false],
  ['src/incidents/climb.ts', `import { x } from '../escalations/x.ts';\nexport const y = x;`, false],
  ['src/escalations/open.ts', `import { x } from '../incidents/x.ts';\nexport const y = x;`, true],
  ['src/calendar.ts', `import { x } from './findings/x.ts';\nexport const y = x;`, false],
  ['src/payouts/look.ts', `import { x } from '../reconciliation/x.ts';\nexport const y = x;`, true],
  ['src/policy.ts', `import { x } from './findings/x.ts';\nexport const y = x;`, false],
  ['src/ports.ts', `import type { x } from './database/x.ts';\nexport type Y = typeof x;`, false],
  ['src/texts.ts', `import { x } from './money.ts';\nexport const y = x;`, true],
  ['src/main/cards.ts', `import { x } from '../../blocks/x.ts';\nexport const y = x;`, true],
  ['blocks/reads.ts', `import { x } from '../src/database/x.ts';\nexport const y = x;`, false],
  ['blocks/asks.ts', `import pg from 'pg';\nexport const y = pg;`, false],
  ['blocks/typed.ts', `import type { x } from '../src/database/x.ts';\nexport type Y = typeof x;`, true],
  ['blocks/counts.ts', `import { x } from '../src/money.ts';\nexport const y = x;`, true],
  ['handlers/stores.ts', `import pg from 'pg';\nexport const y = pg;`, false],
  ['handlers/writes.ts', `import { x } from '../src/database/x.ts';\nexport const y = x;`, false],
  ['handlers/starts.ts', `import { x } from '../src/main.ts';\nexport const y = x;`, false],
  ['handlers/asks.ts', `import { x } from '../src/findings/x.ts';\nexport const y = x;`, true],
  ['handlers/plays.ts', `import { x } from '../sandbox/x.ts';\nexport const y = x;`, false],
  ['handlers/calls.ts', `import { x } from '../src/x.ts';\nexport const y = x;`, true],
];

let house: string;
let complaints: string;

beforeAll(() => {
  house = mkdtempSync(join(tmpdir(), 'mutabik-house-'));
  copyFileSync(join(ROOT, '.oxlintrc.json'), join(house, '.oxlintrc.json'));
  copyFileSync(join(ROOT, 'tsconfig.json'), join(house, 'tsconfig.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(house, 'node_modules'));
  for (const target of [
    'blocks',
    'handlers',
    'sandbox',
    'src',
    'src/database',
    'src/findings',
    'src/finance',
    'src/reconciliation',
  ])
    write(`${target}/x.ts`, 'export const x = 1;');
  write('src/money.ts', 'export const x = 1;');
  write('src/main.ts', 'export const x = 1;');
  for (const [file, line] of IMPORTS) write(file, line);
  const lint = spawnSync(join(ROOT, 'node_modules/.bin/oxlint'), ['--format', 'unix'], {
    cwd: house,
    encoding: 'utf8',
  });
  complaints = lint.stdout;
});

afterAll(() => rmSync(house, { recursive: true, force: true }));

function write(file: string, content: string): void {
  mkdirSync(join(house, dirname(file)), { recursive: true });
  writeFileSync(join(house, file), `${content}\n`);
}

test.each(IMPORTS)('%s', (file, _line, allowed) => {
  const about = complaints.split('\n').filter((line) => line.startsWith(file));
  expect(about.some((line) => line.includes('no-restricted-imports'))).toBe(!allowed);
});
