import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateSigningKey, parseSigningKey } from '../../src/audit/keys.ts';
import { auditCommands } from '../../src/cli/audit.ts';
import { overrideCommand } from '../../src/cli/override.ts';
import { storeOverride } from '../overrides/proof-ground.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { runCommand } from './in-process.ts';

const PRIVATE = generateSigningKey();
const KEY = parseSigningKey(PRIVATE);
let ours: TestDatabase;
let folder: string;
let id: string;
let bundle: string;
let keyFile: string;

/** `audit verify ...`, `override explain ...`: the first two words name the command. */
function mutabik([noun = '', verb = '', ...args]: string[], environment: Record<string, string> = {}) {
  const name = `${noun} ${verb}`;
  return runCommand(
    [...auditCommands, overrideCommand].find((one) => one.name === name),
    args,
    environment,
  );
}

const database = () => ({ DATABASE_URL: ours.url });
const signing = () => ({ ...database(), AUDIT_SIGNING_KEY: PRIVATE });
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

beforeAll(async () => {
  ours = await createOurDatabase();
  folder = mkdtempSync(join(tmpdir(), 'mutabik-proof-'));
  id = await storeOverride(ours.pool);
  keyFile = file('key.pem', KEY.publicKey);
  const exported = await mutabik(['audit', 'export', '--override', id], signing());
  expect(exported.err).toBe('');
  bundle = exported.out;
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await ours.drop();
});

test('an exported bundle is whole, with no database there', async () => {
  const path = file('whole.jsonl', bundle);
  const { code, out } = await mutabik(['audit', 'verify', path, '--public-key', keyFile]);
  expect([code, out]).toEqual([0, expect.stringContaining(`Whole: the override ${id}, signed by the key`)]);
  const carried = await mutabik(['audit', 'verify', path]);
  expect([carried.code, carried.out]).toEqual([
    0,
    expect.stringMatching(/^Whole as far as its own key goes/),
  ]);
});

test('a broken part is named, whichever way the line is written', async () => {
  const path = file('broken.jsonl', bundle.replace('"user_id":"UM1"', '"user_id":"UM9"'));
  for (const args of [
    ['--public-key', keyFile, path],
    [`--public-key=${keyFile}`, path],
  ]) {
    const { code, out } = await mutabik(['audit', 'verify', ...args]);
    expect([code, out]).toEqual([1, expect.stringMatching(/^BROKEN: part votes: /)]);
  }
});

test('the key of another is told', async () => {
  const other = file('other.pem', parseSigningKey(generateSigningKey()).publicKey);
  const { code, out } = await mutabik(['audit', 'verify', file('a.jsonl', bundle), '--public-key', other]);
  expect([code, out]).toEqual([1, expect.stringContaining('part manifest: it was signed with another key')]);
});

test('without a signing key nothing is exported, unless told', async () => {
  const refused = await mutabik(['audit', 'export', '--override', id], database());
  expect([refused.code, refused.out, refused.err]).toEqual([
    1,
    '',
    expect.stringContaining('AUDIT_SIGNING_KEY is missing'),
  ]);
  const bare = await mutabik(['audit', 'export', '--override', id, '--unsigned'], database());
  const { code, out } = await mutabik(['audit', 'verify', file('bare.jsonl', bare.out)]);
  expect([bare.code, code, out]).toEqual([0, 1, expect.stringMatching(/^NOT PROVEN/)]);
});

test('the page comes in the language asked for', async () => {
  const args = ['audit', 'export', '--override', id, '--format', 'markdown', '--locale', 'tr'];
  const { code, out } = await mutabik(args, signing());
  expect([code, out]).toEqual([0, expect.stringContaining('## Kim karar verdi')]);
});

test('options of the log do not go with an override', async () => {
  const { code, out, err } = await mutabik(['audit', 'export', '--override', id, '--from', 'x'], signing());
  expect([code, out, err]).toEqual([1, '', expect.stringMatching(/are of the log/)]);
});

test('an override that never was is told', async () => {
  const { code, err } = await mutabik(['audit', 'export', '--override', 'x'], signing());
  expect([code, err]).toEqual([1, expect.stringContaining('there is no override x')]);
});

test('explain needs a transaction and the money', async () => {
  const bare = await mutabik(['override', 'explain'], database());
  expect([bare.code, bare.err]).toEqual([1, expect.stringContaining('a transaction is missing')]);
  const blind = await mutabik(['override', 'explain', 'tx_stuck'], database());
  expect([blind.code, blind.err]).toEqual([1, expect.stringContaining('FINANCE_DATABASE_URL: is missing')]);
});
