import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startApp } from '../../src/main.ts';
import { parseConfig } from '../../src/config.ts';
import { makeLog } from '../../src/log.ts';
import { sandboxPolicy } from '../../sandbox/settings.ts';
import { openStage, type Stage } from '../support/stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ planted: false, scale: 0.01 });
});

afterAll(() => stage.close());

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('an app whose jobs cannot start answers no probe', async () => {
  await stage.ours.pool.query(
    'drop schema jobs cascade; create schema jobs; create table jobs.migrations ()',
  );
  const port = await freePort();
  const started = startApp({
    config: parseConfig({ ...stage.environment, PORT: String(port) }),
    policy: sandboxPolicy(stage.environment['POLICY_FILE']),
    clock: stage.clock,
    log: makeLog('silent'),
  });
  await expect(started).rejects.toThrow(/column/);
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
});
