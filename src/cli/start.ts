import { parseConfig } from '../config.ts';
import { makeLog } from '../log.ts';
import { parseOptions, type Command } from './arguments.ts';
import { stopOnSignal } from './signals.ts';

const usage = 'mutabik start';

export const startCommand: Command = {
  name: 'start',
  summary: 'the app, against real Slack, PostgreSQL and finance data',
  usage,
  help: `Reads the environment (docs/configuration.md) and the policy (docs/policy.md); wrong input is said in one message.
SIGTERM stops it: it takes no more work, finishes what is under way, and closes.`,
  async run(args, { environment, clock, policy: readPolicy }) {
    parseOptions(args, {}, usage);
    const config = parseConfig(environment);
    const policy = await readPolicy();
    const log = makeLog(config.LOG_LEVEL);
    // Loaded here, since the other commands need neither Bolt nor the queue and should answer at once.
    const { startApp } = await import('../main.ts');
    const app = await startApp({ config, policy, clock, log });
    log.info({ port: app.port, policy: policy.hash }, 'ready');
    await stopOnSignal();
    await app.stop();
    return 0;
  },
};
