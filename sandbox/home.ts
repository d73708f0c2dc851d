import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { generateSigningKey } from '../src/audit/keys.ts';
import { AppError, describeError } from '../src/errors.ts';
import { takeLock } from './postgres/home-lock.ts';
import { removeData } from './postgres/place.ts';

const secretsSchema = z.strictObject({
  superuserPassword: z.string(),
  ownerPassword: z.string(),
  appPassword: z.string(),
  financeOwnerPassword: z.string(),
  financeReaderPassword: z.string(),
  signingSecret: z.string(),
  botToken: z.string(),
  auditSigningKey: z.string(),
});

/** What a laptop's sandbox has instead of a secrets manager: made once, kept in the home, readable by its user alone. */
export type SandboxSecrets = z.infer<typeof secretsSchema>;

/** What `--fresh` removes; a file of somebody else's in the folder stays. */
const OURS = ['postgres.log', 'secrets.json', 'sandbox.json'];

export interface SandboxHome {
  path: string;
  dataDir: string;
  secrets: SandboxSecrets;
}

/** One process a home: a second one is told which process has it. Changes nothing but the lock. */
export async function lockHome(path: string): Promise<{ unlock(): void }> {
  const home = resolve(path);
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const lock = await takeLock(join(home, 'lock')).catch((error: unknown) => {
    // A folder that can't be written to is held by nobody.
    if (!(error instanceof AppError)) throw error;
    throw new AppError(
      'config_invalid',
      `A sandbox runs in ${home} already; stop it, or set MUTABIK_HOME to another folder. ${describeError(error)}`,
      { retryable: false, cause: error },
    );
  });
  return { unlock: () => lock.release() };
}

/** Opens the folder that a sandbox lives in and has locked, making it at the first start; `fresh` begins anew. */
export function openHome(path: string, options: { fresh: boolean }): SandboxHome {
  const home = resolve(path);
  if (options.fresh) {
    removeData(join(home, 'postgres'));
    for (const name of OURS) rmSync(join(home, name), { recursive: true, force: true });
  }
  return {
    path: home,
    dataDir: join(home, 'postgres'),
    secrets: readOrMakeSecrets(join(home, 'secrets.json')),
  };
}

/** The secrets of a home that a sandbox runs in, for a further app process beside it. */
export function readSecrets(path: string): SandboxSecrets {
  return secretsSchema.parse(JSON.parse(readFileSync(join(resolve(path), 'secrets.json'), 'utf8')));
}

function readOrMakeSecrets(file: string): SandboxSecrets {
  if (existsSync(file)) return secretsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const secrets = makeSecrets();
  const draft = `${file}.new`;
  writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
  return secrets;
}

function makeSecrets(): SandboxSecrets {
  const random = (): string => randomBytes(18).toString('base64url');
  return {
    superuserPassword: random(),
    ownerPassword: random(),
    appPassword: random(),
    financeOwnerPassword: random(),
    financeReaderPassword: random(),
    signingSecret: randomBytes(16).toString('hex'),
    botToken: `xoxb-sandbox-${randomBytes(12).toString('hex')}`,
    auditSigningKey: generateSigningKey(),
  };
}
