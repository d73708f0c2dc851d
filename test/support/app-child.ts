import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface AppChild {
  port: number;
  runnerId: string;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Starts the app in a process of its own, from an environment as `mutabik start` reads it. */
export async function spawnApp(environment: Record<string, string>): Promise<AppChild> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', fileURLToPath(new URL('app-process.ts', import.meta.url))],
    { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const { port, runnerId } = await readyLine(child);
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
    return child.exitCode;
  };
  return { port, runnerId, kill: async () => void (await end('SIGKILL')), stop: () => end('SIGTERM') };
}

async function readyLine(child: ChildProcess): Promise<{ port: number; runnerId: string }> {
  if (child.stdout === null) throw new Error('the child has no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('{')) return JSON.parse(line) as { port: number; runnerId: string };
  }
  throw new Error('the app ended before it was ready');
}
