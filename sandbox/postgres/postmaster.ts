import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../src/errors.ts';
import { isRunning } from './home-lock.ts';

const POLL_MS = 20;
/** The watchdog of a killed app ends its server within 0.3 s; a busy machine gets more. */
const PREVIOUS_ENDS_WITHIN_MS = 15_000;

/** postmaster.pid: line 1 the pid, line 4 the port, line 8 the state. */
export function readPostmaster(
  clusterDir: string,
): { pid: number; port: number; ready: boolean } | undefined {
  try {
    const lines = readFileSync(join(clusterDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

/**
 * Waits until the server of a killed app has ended, and deletes a postmaster.pid whose pid now belongs to a process
 * that isn't PostgreSQL (PostgreSQL itself takes over from dead pids and other users' pids only).
 */
export async function clearPostmaster(clusterDir: string): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const previous = readPostmaster(clusterDir);
    if (previous === undefined || !isRunning(previous.pid)) return;
    if (!isPostgres(previous.pid)) {
      rmSync(join(clusterDir, 'postmaster.pid'), { force: true });
      return;
    }
    if (waitedMs > PREVIOUS_ENDS_WITHIN_MS) {
      throw new AppError(
        'database_unavailable',
        `PostgreSQL (process ${previous.pid}) already runs on ${clusterDir}.`,
        { retryable: false },
      );
    }
    await sleep(POLL_MS);
  }
}

function isPostgres(pid: number): boolean {
  try {
    const proc = `/proc/${pid}/cmdline`;
    const line = existsSync(proc)
      ? readFileSync(proc, 'utf8')
      : execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
    return line.includes('postgres');
  } catch {
    // It can't be told: leave the file to PostgreSQL, which refuses rather than corrupts.
    return true;
  }
}
