import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockHome } from '../../sandbox/home.ts';
import { CHECKOUT } from '../support/checkout.ts';
import { createOurDatabase } from '../support/databases.ts';

const CLI = ['--import', 'tsx', join(CHECKOUT, 'src/cli.ts')];
const bare = { PATH: process.env['PATH'] ?? '', MUTABIK_HOME: '/nonexistent' };

function mutabik(
  args: string[],
  environment: Record<string, string>,
): Promise<{ code: unknown; err: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [...CLI, ...args],
      { cwd: CHECKOUT, env: { ...bare, ...environment } },
      (error, _out, err) => resolve({ code: error === null ? 0 : error.code, err }),
    );
  });
}

test('migrate with a login that owns nothing names the way', async () => {
  const ours = await createOurDatabase();
  try {
    const { code, err } = await mutabik(['migrate'], { DATABASE_URL: ours.url });
    expect(code).toBe(1);
    expect(err).toMatch(/^[^\n]*permission denied[^\n]*mutabik_app[^\n]*DATABASE_OWNER_URL[^\n]*\n$/);
  } finally {
    await ours.drop();
  }
});

test('a reader that has seen enough is no failure', async () => {
  const child = spawn(process.execPath, [...CLI, '--help'], { cwd: CHECKOUT, env: bare });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  expect([code, err]).toEqual([0, '']);
});

test('a home whose lock can not be taken is held by nobody', async () => {
  const home = mkdtempSync(join(tmpdir(), 'mutabik-locked-'));
  mkdirSync(join(home, 'lock'));
  try {
    await expect(lockHome(home)).rejects.not.toThrow(/A sandbox runs/);
  } finally {
    rmSync(home, { recursive: true });
  }
});
