import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const READY_WITHIN_MS = 30_000;

export interface RealPrometheus {
  url: string;
  close(): Promise<void>;
}

/** Prometheus and the promtool beside it; null where there is none (PROMETHEUS_BIN, else the PATH). */
export function findPrometheus(): { prometheus: string; promtool: string } | null {
  const given = process.env['PROMETHEUS_BIN'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const prometheus = given ?? folders.map((folder) => join(folder, 'prometheus')).find(isProgram);
  if (prometheus === undefined || !isProgram(prometheus)) return null;
  const promtool = [dirname(prometheus), ...folders]
    .map((folder) => join(folder, 'promtool'))
    .find(isProgram);
  return promtool === undefined ? null : { prometheus, promtool };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * A real Prometheus on a free port of this machine that knows this history (OpenMetrics text) and scrapes nothing. Its
 * data lies in a folder of its own, which goes with it.
 */
export async function openPrometheus(
  { prometheus, promtool }: { prometheus: string; promtool: string },
  history: string,
  { flags = [], login }: { flags?: readonly string[]; login?: string } = {},
): Promise<RealPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'mutabik-prometheus-'));
  const data = join(folder, 'data');
  await writeFile(join(folder, 'history.om'), history);
  await writeFile(join(folder, 'prometheus.yml'), 'global: {}\n');
  await run(promtool, ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'history.om'), data]);
  const port = await freePort();
  const child = spawn(
    prometheus,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${port}`,
      ...flags,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let words = '';
  child.stderr.on('data', (part) => (words = (words + String(part)).slice(-4_000)));
  const close = async () => {
    await stop(child);
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await ready(url, child, login);
  } catch (error) {
    await close();
    throw new Error(`Prometheus did not start: ${words}`, { cause: error });
  }
  return { url, close };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ready(url: string, child: ChildProcess, login: string | undefined): Promise<void> {
  const headers =
    login === undefined ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
  const until = performance.now() + READY_WITHIN_MS;
  while (performance.now() < until) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    const answer = await fetch(`${url}/-/ready`, { headers }).catch(() => null);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it is not ready');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}
