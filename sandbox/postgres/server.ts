import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AppError } from '../../src/errors.ts';
import type { Binaries } from './binaries.ts';
import { POSTGRES_ENV } from './cluster.ts';
import type { Identity } from './identity.ts';
import { readPostmaster } from './postmaster.ts';

const READY_WITHIN_MS = 30_000;
const POLL_MS = 20;

/**
 * The watchdog: PostgreSQL runs in the background, and when standard input closes (because we closed it, or because
 * our process is gone, however it went) it is shut down fast. The exit code is PostgreSQL's.
 */
const WATCHDOG = [
  'exec 3<&0',
  '"$@" </dev/null 3<&- & server=$!',
  '{ cat <&3 >/dev/null; kill -INT $server 2>/dev/null; } & watcher=$!',
  'exec 3<&-',
  'wait $server; code=$?',
  'kill $watcher 2>/dev/null',
  'exit $code',
].join('\n');

export interface Server {
  port: number;
  /** Fast shutdown; resolves when the process is gone. Safe to call twice. */
  stop(): Promise<void>;
}

interface Start {
  binaries: Binaries;
  clusterDir: string;
  logFile: string;
  identity: Identity | undefined;
  settings: Record<string, string>;
}

/** Starts the server on a free loopback port (PostgreSQL refuses port 0) and waits until it answers. */
export async function startServer(start: Start): Promise<Server> {
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    const child = spawnServer(start, port);
    const stop = makeStop(child, start);
    if (await isReady(child, start.clusterDir, port)) return { port, stop };
    await stop();
    const log = readFileSync(start.logFile, 'utf8').trimEnd();
    // Somebody took the port between our look and PostgreSQL's.
    if (log.includes('Address already in use') && tries < 3) continue;
    throw new AppError(
      'database_unavailable',
      `PostgreSQL did not start:\n${log.split('\n').slice(-6).join('\n')}`,
      { retryable: false },
    );
  }
}

function spawnServer(start: Start, port: number): ChildProcess {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...start.settings,
  };
  const args = [
    '-D',
    start.clusterDir,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const log = openSync(start.logFile, 'w', 0o600);
  try {
    // Detached: a Ctrl-C is for us alone, and the database ends last.
    const options = { ...start.identity, env: POSTGRES_ENV, cwd: '/', detached: true } as const;
    return process.platform === 'win32'
      ? spawn(start.binaries.postgres, args, { ...options, detached: false, stdio: ['pipe', log, log] })
      : spawn('/bin/sh', ['-c', WATCHDOG, 'sh', start.binaries.postgres, ...args], {
          ...options,
          stdio: ['pipe', log, log],
        });
  } finally {
    closeSync(log);
  }
}

function makeStop(child: ChildProcess, start: Start): () => Promise<void> {
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  child.stdin?.on('error', () => undefined);
  return async () => {
    if (process.platform === 'win32' && child.exitCode === null) {
      const args = ['stop', '-D', start.clusterDir, '-m', 'fast', '-w'];
      await promisify(execFile)(start.binaries.pgCtl, args).catch(() => child.kill());
    }
    child.stdin?.end();
    await gone;
  };
}

async function isReady(child: ChildProcess, clusterDir: string, port: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS && child.exitCode === null; waitedMs += POLL_MS) {
    const postmaster = readPostmaster(clusterDir);
    if (postmaster?.ready === true && postmaster.port === port) return true;
    await sleep(POLL_MS);
  }
  return false;
}

async function freePort(): Promise<number> {
  return await new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === 'object'
          ? resolve(address.port)
          : reject(new Error('no port')),
      );
    });
  });
}
