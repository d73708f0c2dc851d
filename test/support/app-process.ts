import { makeLog } from '../../src/log.ts';
import { startApp } from '../../src/main.ts';
import { parseConfig } from '../../src/config.ts';
import { openSandboxClock } from '../../sandbox/clock.ts';
import { sandboxPolicy, STARTS_AT } from '../../sandbox/settings.ts';

/**
 * One app process of a test: the app as `mutabik start` composes it, on the clock that the test moves. Prints one line
 * when it is ready. It is killed, not asked, unless a test wants to see it stop.
 */
const log = makeLog(process.env['LOG_LEVEL'] ?? 'silent');
const clock = await openSandboxClock({
  databaseUrl: process.env['CLOCK_DATABASE_URL'] ?? '',
  startAt: STARTS_AT,
  log,
});
const app = await startApp({
  config: parseConfig(process.env),
  policy: sandboxPolicy(process.env['POLICY_FILE']),
  clock,
  log,
  alone: process.env['ALONE'] === '1',
});
process.stdout.write(`${JSON.stringify({ port: app.port, runnerId: app.runnerId })}\n`);
process.on('SIGTERM', () => {
  void app.stop().then(async () => {
    await clock.close();
    process.exit(0);
  });
});
