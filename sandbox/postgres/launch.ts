import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { AppError } from '../../src/errors.ts';
import { prepareBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { takeLock } from './home-lock.ts';
import { identityFor } from './identity.ts';
import { besideOf, clusterDirOf } from './place.ts';
import { clearPostmaster } from './postmaster.ts';
import { startServer } from './server.ts';

export interface LaunchOptions {
  /** The cluster's folder; made when absent. Its parent also gets `<dataDir>.lock` and `<dataDir>.log`. */
  dataDir: string;
  /** Server settings on top of ours, such as { fsync: 'off' }. */
  settings?: Record<string, string>;
  /** Password of the superuser `postgres`, fixed when the cluster is made: pass the same one at every start. */
  superuserPassword: string;
  /** No passwords at all; for tests only. */
  trust?: boolean;
}

export interface Postgres {
  host: string;
  port: number;
  superuserUrl(database: string): string;
  stop(): Promise<void>;
}

/**
 * A real PostgreSQL 18 on a loopback port, from binaries in node_modules: about 1 s the first time, 0.2 s after.
 *
 * - It ends with this process, even when that is killed outright; what was committed is there at the next start.
 * - Started by root it runs as the data's owner, and new data belongs to `nobody`. When `nobody` can't reach
 *   `dataDir` or node_modules (a folder above is 0700), cluster and binaries live in
 *   /var/tmp/mutabik-<hash of dataDir>, and `dataDir` keeps a note of it, so that the next start finds them.
 * - One process at a time may launch on one `dataDir`; the second is refused with the pid of the first.
 *
 * Throws AppErrors: config_invalid (not installed, locked, not ours), database_unavailable (with the log's end).
 */
export async function launchPostgres(options: LaunchOptions): Promise<Postgres> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dirname(dataDir), { recursive: true });
  const lock = await takeLock(besideOf(dataDir, 'lock'));
  try {
    const identity = identityFor(dataDir);
    const clusterDir = clusterDirOf(dataDir, identity);
    refuseForeign(clusterDir);
    const binaries = await prepareBinaries(dataDir, identity);
    await clearPostmaster(clusterDir);
    const auth = { superuserPassword: options.superuserPassword, trust: options.trust ?? false };
    await ensureCluster(binaries, clusterDir, identity, auth);
    const logFile = besideOf(dataDir, 'log');
    const server = await startServer({
      binaries,
      clusterDir,
      logFile,
      identity,
      settings: options.settings ?? {},
    });
    const host = '127.0.0.1';
    const login = `postgres:${encodeURIComponent(options.superuserPassword)}`;
    return {
      host,
      port: server.port,
      superuserUrl: (database) => `postgresql://${login}@${host}:${server.port}/${database}`,
      async stop() {
        await server.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function refuseForeign(clusterDir: string): void {
  const uid = process.getuid?.();
  const owner = statSync(clusterDir, { throwIfNoEntry: false })?.uid;
  if (uid === undefined || uid === 0 || owner === undefined || owner === uid) return;
  throw new AppError(
    'config_invalid',
    `${clusterDir} belongs to another user (it was made by root, perhaps): remove it or use another MUTABIK_HOME.`,
    { retryable: false },
  );
}
