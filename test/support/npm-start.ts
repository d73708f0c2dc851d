import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import type { Ready } from '../../sandbox/running.ts';
import { refusedCalls, type LoggedCall } from './channel.ts';
import { CHECKOUT } from './checkout.ts';

export interface Started {
  ready: Ready;
  /** Real milliseconds from the start to the ready line. */
  readyMs: number;
  post(path: string, body: object): Promise<unknown>;
  get(path: string): Promise<unknown>;
  /** Ends npm and waits until the sandbox is gone as well. Throws when the app made a call that was refused. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface StartOptions {
  home: string;
  cwd?: string;
  environment?: Record<string, string>;
  args?: string[];
  user?: { uid: number; gid: number };
}

/** `npm start -- --headless` on free ports, in an environment with node, npm and the base system. */
export async function npmStart(options: StartOptions): Promise<Started> {
  const began = performance.now();
  const { child, output } = spawnNpmStart(options);
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const line = output.stdout.split('\n').find((each) => each.startsWith('{') && each.endsWith('}'));
      if (line !== undefined) resolve(JSON.parse(line) as Ready);
    });
    child.on('exit', (code) => reject(new Error(`npm start ended with ${code}: ${output.stderr}`)));
  });
  const call = async (path: string, init: RequestInit): Promise<unknown> => {
    const response = await fetch(`${ready.sandbox}${path}`, init);
    return await response.json();
  };
  return {
    ready,
    readyMs: performance.now() - began,
    post: (path, body) => call(path, { method: 'POST', body: JSON.stringify(body) }),
    get: (path) => call(path, {}),
    async stop(signal = 'SIGTERM') {
      const { calls } = (await call('/sandbox/log', {})) as { calls: LoggedCall[] };
      const gone = once(child, 'exit');
      child.kill(signal);
      await gone;
      const refused = refusedCalls(calls);
      if (refused.length > 0) throw new Error(`refused calls: ${JSON.stringify(refused, null, 2)}`);
    },
  };
}

/** Starts it and waits for its end: the exit code and all it said. */
export async function npmStartFails(options: StartOptions): Promise<{ code: number | null; said: string }> {
  const { child, output } = spawnNpmStart(options);
  await once(child, 'exit');
  return { code: child.exitCode, said: output.stderr };
}

function spawnNpmStart(options: StartOptions): {
  child: ChildProcess;
  output: { stdout: string; stderr: string };
} {
  const child = spawn('npm', ['start', '--silent', '--', '--headless', ...(options.args ?? [])], {
    cwd: options.cwd ?? CHECKOUT,
    env: {
      PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      HOME: options.home,
      MUTABIK_HOME: join(options.home, 'mutabik'),
      PORT: '0',
      SANDBOX_PORT: '0',
      PLATFORM_PORT: '0',
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options.user,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  return { child, output };
}
