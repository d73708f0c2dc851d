import type { Log } from '../src/log.ts';
import { startApp } from '../src/main.ts';
import { openSandboxClock } from './clock.ts';
import { readSecrets } from './home.ts';
import { notRunning, readRunning, runningDatabases } from './running.ts';
import { sandboxConfig, sandboxPolicy, STARTS_AT } from './settings.ts';
import type { RunningSandbox } from './start.ts';

/** One more app process for the sandbox that runs in this home: same databases, same workspace, same clock. */
export async function joinSandbox(options: {
  home: string;
  environment: Record<string, string | undefined>;
  log: Log;
}): Promise<RunningSandbox> {
  const { transport, ...running } = readRunning(options.home);
  const secrets = readSecrets(options.home);
  const databases = runningDatabases(running, secrets);
  const clock = await openSandboxClock({
    databaseUrl: databases.sandbox,
    startAt: STARTS_AT,
    log: options.log,
  }).catch((error: unknown) => {
    throw notRunning(options.home, error);
  });
  try {
    const app = await startApp({
      config: sandboxConfig({
        databases,
        secrets,
        slackApiUrl: `${running.sandbox}/api/`,
        platformUrl: running.platform,
        transport,
        port: Number(options.environment['PORT'] ?? 0),
        logLevel: options.environment['LOG_LEVEL'],
      }),
      policy: sandboxPolicy(options.environment['POLICY_FILE']),
      clock,
      log: options.log,
    });
    return {
      ready: { ...running, app: `http://localhost:${app.port}` },
      async stop() {
        await app.stop();
        await clock.close();
      },
    };
  } catch (error) {
    // Its connection would keep a process alive that has nothing to do.
    await clock.close();
    throw error;
  }
}
