import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Surroundings } from '../src/cli/arguments.ts';
import { makeLog } from '../src/log.ts';
import { openSandboxClock } from './clock.ts';
import { readSecrets } from './home.ts';
import { notRunning, readRunning, runningDatabases } from './running.ts';
import { sandboxConfig, sandboxPolicy, STARTS_AT } from './settings.ts';

/**
 * The surroundings of a command beside a sandbox that runs on this machine: its databases, workspace, clock and policy.
 * Undefined when none does.
 */
export async function sandboxSurroundings(
  environment: Surroundings['environment'],
): Promise<(Surroundings & { home: string; close(): Promise<void> }) | undefined> {
  const home = environment['MUTABIK_HOME'] || '.mutabik';
  if (!existsSync(join(home, 'sandbox.json'))) return undefined;
  const running = readRunning(home);
  const secrets = readSecrets(home);
  const databases = runningDatabases(running, secrets);
  const log = makeLog('warn');
  const clock = await openSandboxClock({ databaseUrl: databases.sandbox, startAt: STARTS_AT, log }).catch(
    (error: unknown) => {
      throw notRunning(home, error);
    },
  );
  const config = sandboxConfig({
    databases,
    secrets,
    slackApiUrl: `${running.sandbox}/api/`,
    platformUrl: running.platform,
    transport: running.transport,
    port: 0,
    logLevel: environment['LOG_LEVEL'],
  });
  return {
    home,
    environment: Object.fromEntries(Object.entries(config).map(([name, value]) => [name, String(value)])),
    clock,
    policy: async () => sandboxPolicy(environment['POLICY_FILE']),
    close: () => clock.close(),
  };
}
