import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../src/errors.ts';

const POLL_MS = 20;
/** A process that was just killed may still be dying when its successor starts. */
const HOLDER_DIES_WITHIN_MS = 2_000;

/**
 * Keeps two apps off one data folder. The file holds pid and, where the system tells, the start time of its process,
 * so that a lock left by a killed process (whose pid may be somebody else's by now) is taken over.
 */
export async function takeLock(path: string): Promise<{ release(): void }> {
  const mine = `${process.pid} ${readStat(process.pid)?.start ?? ''}`;
  for (let waitedMs = 0; ;) {
    if (create(path, mine)) return { release: () => rmSync(path, { force: true }) };
    const holder = readHolder(path);
    if (holder === undefined || !isAlive(holder)) {
      rmSync(path, { force: true });
    } else if (waitedMs < HOLDER_DIES_WITHIN_MS && holder.pid !== process.pid) {
      await sleep(POLL_MS);
      waitedMs += POLL_MS;
    } else {
      throw new AppError(
        'config_invalid',
        `${path} is held by process ${holder.pid}, which runs on this data.`,
        {
          retryable: false,
        },
      );
    }
  }
}

function create(path: string, content: string): boolean {
  try {
    writeFileSync(path, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(path: string): { pid: number; start: string } | undefined {
  try {
    const [pid, start = ''] = readFileSync(path, 'utf8').split(' ');
    return { pid: Number(pid), start };
  } catch {
    return undefined;
  }
}

function isAlive(holder: { pid: number; start: string }): boolean {
  const stat = readStat(holder.pid);
  if (stat === undefined) return holder.start === '' && isRunning(holder.pid);
  return stat.start === holder.start && stat.state !== 'Z';
}

/** Does a process with this pid exist, ours or not? */
export function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** State (Z: dead, not yet buried) and start time of /proc/<pid>/stat, proc_pid_stat(5); undefined without /proc. */
function readStat(pid: number): { state: string; start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the command's name, which may hold anything, come fields 3 (state) to 22 (start).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', start: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}
