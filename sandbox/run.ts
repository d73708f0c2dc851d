import { parseOptions } from '../src/cli/arguments.ts';
import { stopOnSignal } from '../src/cli/signals.ts';
import { makeLog } from '../src/log.ts';
import { joinSandbox } from './join.ts';
import { noteRunning, type Ready } from './running.ts';
import { startSandbox } from './start.ts';

const usage = 'mutabik sandbox [--fresh] [--headless] [--socket] [--no-app] [--join]';

/** `mutabik sandbox`: prints the ready line on standard output, then runs until it is told to stop. */
export async function runSandbox(args: string[]): Promise<number> {
  const values = parseOptions(
    args,
    {
      fresh: { type: 'boolean', default: false },
      headless: { type: 'boolean', default: false },
      socket: { type: 'boolean', default: false },
      'no-app': { type: 'boolean', default: false },
      join: { type: 'boolean', default: false },
    },
    usage,
  );
  const home = process.env['MUTABIK_HOME'] || '.mutabik';
  const log = makeLog(process.env['LOG_LEVEL'] ?? 'warn');
  const stopping = stopRequested(values.headless === true);
  const transport = values.socket === true ? 'socket' : 'http';
  const common = { home, environment: process.env, log };
  const running =
    values.join === true
      ? await joinSandbox(common)
      : await startSandbox({
          ...common,
          fresh: values.fresh === true,
          app: values['no-app'] !== true,
          transport,
          say,
        });
  const forget = values.join === true ? () => undefined : noteRunning(home, { ...running.ready, transport });
  process.stdout.write(`${JSON.stringify(running.ready)}\n`);
  if (values.join !== true && values.headless !== true) welcome(running.ready);
  await stopping;
  say('Stopping.');
  forget();
  await running.stop();
  return 0;
}

/** Told on standard error, so that standard output holds the ready line alone. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function welcome(ready: Ready): void {
  say(
    `\nMutabık's sandbox is ready. Open ${ready.sandbox} and move its clock to 09:00.\nCtrl-C stops it; the next start goes on from here.\n`,
  );
}

/** A signal; or, headless, the end of whoever started us: a killed npm can't pass a signal on. */
function stopRequested(headless: boolean): Promise<void> {
  const parent = process.ppid;
  const orphaned = new Promise<void>((resolve) => {
    if (!headless) return;
    setInterval(() => {
      if (process.ppid !== parent) resolve();
    }, 500).unref();
  });
  return Promise.race([stopOnSignal(), orphaned]);
}
