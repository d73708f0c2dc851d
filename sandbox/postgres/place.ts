import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { AppError } from '../../src/errors.ts';
import type { Identity } from './identity.ts';

const RECORD = 'moved-to';

/** May somebody else's process reach this path, going through every folder above it? */
export function isReachable(path: string, identity: Identity | undefined): boolean {
  if (identity === undefined) return true;
  for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat !== undefined && !mayTraverse(stat, identity)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function mayTraverse(stat: { mode: number; uid: number; gid: number }, identity: Identity): boolean {
  if (stat.uid === identity.uid) return (stat.mode & 0o100) !== 0;
  if (stat.gid === identity.gid) return (stat.mode & 0o010) !== 0;
  return (stat.mode & 0o001) !== 0;
}

/**
 * Where the cluster of `dataDir` really lives: in `dataDir`, unless the user PostgreSQL runs as can't get there (a
 * home below root's 0700 folder). Then it lives in `outsideOf(dataDir)`, and `dataDir` keeps a note of that. The
 * note is the truth: a `dataDir` that was deleted begins anew even though its old cluster still stands outside, and
 * one that was moved finds its cluster again.
 */
export function clusterDirOf(dataDir: string, identity: Identity | undefined): string {
  const record = join(dataDir, RECORD);
  if (existsSync(record)) return readFileSync(record, 'utf8').trim();
  if (existsSync(join(dataDir, 'PG_VERSION')) || isReachable(dataDir, identity)) return dataDir;
  const outside = join(outsideOf(dataDir), 'cluster');
  rmSync(outside, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(record, `${outside}\n`);
  return outside;
}

/**
 * A folder of ours that everybody can reach and nobody else can write: /var/tmp/mutabik-<hash of the path> (/var/tmp
 * outlives a reboot, /tmp often doesn't). It is ours or it is refused, since anybody may make folders there.
 */
export function outsideOf(dataDir: string): string {
  const base = statSync('/var/tmp', { throwIfNoEntry: false })?.isDirectory() ? '/var/tmp' : tmpdir();
  const hash = createHash('sha256').update(resolve(dataDir)).digest('hex').slice(0, 16);
  const outside = join(base, `mutabik-${hash}`);
  mkdirSync(outside, { recursive: true, mode: 0o711 });
  const stat = lstatSync(outside);
  if (!stat.isDirectory() || stat.uid !== process.getuid?.() || (stat.mode & 0o022) !== 0) {
    throw new AppError(
      'config_invalid',
      `${outside} belongs to somebody else: remove it, or set MUTABIK_HOME to a folder every user may pass through.`,
      { retryable: false },
    );
  }
  return outside;
}

/** Removes a cluster that nobody runs on, wherever it lives; deleting `dataDir` alone may leave 40 MB outside. */
export function removeData(dataDir: string): void {
  if (process.getuid?.() === 0) rmSync(outsideOf(dataDir), { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
}

/** The lock, the log and the first password stand beside the cluster, since initdb wants its folder empty. */
export function besideOf(dataDir: string, ending: 'lock' | 'log'): string {
  return join(dirname(resolve(dataDir)), `${basename(resolve(dataDir))}.${ending}`);
}
