import { execFile } from 'node:child_process';
import {
  chownSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import type { Identity } from './identity.ts';

/** A locale or an encoding of the machine never reaches the cluster (LANG=C would make it SQL_ASCII). */
const INITDB_FLAGS = [
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--username=postgres',
  '--no-sync',
];

/** The whole environment of PostgreSQL's processes. */
export const POSTGRES_ENV = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', TZ: 'UTC' };

/** Makes the cluster unless it stands, about a second; made beside its place and renamed, so it is whole or absent. */
export async function ensureCluster(
  binaries: Binaries,
  clusterDir: string,
  identity: Identity | undefined,
  auth: { superuserPassword: string; trust: boolean },
): Promise<void> {
  if (existsSync(join(clusterDir, 'PG_VERSION'))) {
    giveTo(identity, clusterDir);
    return;
  }
  mkdirSync(dirname(clusterDir), { recursive: true });
  const half = `${clusterDir}.new`;
  const passwordFile = `${clusterDir}.password`;
  rmSync(half, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  mkdirSync(half, { mode: 0o700 });
  writeFileSync(passwordFile, `${auth.superuserPassword}\n`, { mode: 0o600, flag: 'wx' });
  try {
    giveTo(identity, half);
    giveTo(identity, passwordFile);
    await promisify(execFile)(
      binaries.initdb,
      [
        ...INITDB_FLAGS,
        `--auth=${auth.trust ? 'trust' : 'scram-sha-256'}`,
        `--pwfile=${passwordFile}`,
        `--pgdata=${half}`,
      ],
      { ...identity, env: POSTGRES_ENV, cwd: '/' },
    );
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(half, clusterDir);
}

/** Hands a folder that root made (or copied) to the user PostgreSQL runs as. */
function giveTo(identity: Identity | undefined, path: string): void {
  if (identity === undefined) return;
  chownSync(path, identity.uid, identity.gid);
  if (!existsSync(join(path, 'PG_VERSION'))) return;
  chmodSync(path, 0o700);
  for (const entry of readdirSync(path, { recursive: true, encoding: 'utf8' })) {
    chownSync(join(path, entry), identity.uid, identity.gid);
  }
}
