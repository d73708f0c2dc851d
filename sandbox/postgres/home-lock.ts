import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { AppError } from '../../src/errors.ts';

/**
 * Keeps two apps off one data folder. The file holds pid and, where the system tells, the start time of its process,
 * so that a lock left by a killed process (whose pid may be somebody else's by now) is taken over.
 */
export function takeLock(path: string): { release(): void } {
  const mine = `${process.pid} ${startOf(process.pid)}`;
  for (let tries = 0; ; tries += 1) {
    try {
      writeFileSync(path, mine, { flag: 'wx' });
      return { release: () => rmSync(path, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries > 3) throw error;
    }
    const holder = readHolder(path);
    if (holder !== undefined && isAlive(holder)) {
      throw new AppError(
        'config_invalid',
        `${path} is held by process ${holder.pid}, which runs on this data.`,
        {
          retryable: false,
        },
      );
    }
    rmSync(path, { force: true });
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
  return isRunning(holder.pid) && startOf(holder.pid) === holder.start;
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

/** Field 22 of /proc/<pid>/stat (proc_pid_stat(5)); empty where there is no /proc. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
