#!/usr/bin/env node
import type { Command, Surroundings } from './cli/arguments.ts';
import { auditCommands } from './cli/audit.ts';
import { describeFailure } from './cli/describe-failure.ts';
import { doctorCommand } from './cli/doctor.ts';
import { exemptionsCommand } from './cli/exemptions.ts';
import { migrateCommand } from './cli/migrate.ts';
import { overrideCommand } from './cli/override.ts';
import { reconCommand } from './cli/recon.ts';
import { sloReportCommand } from './cli/slo-report.ts';
import { sloCommands } from './cli/slo.ts';
import { startCommand } from './cli/start.ts';
import { realSurroundings } from './cli/surroundings.ts';
import { AppError } from './errors.ts';

/** Loaded lazily: production has no sandbox, and needs none of its packages. */
const sandboxCommand: Command = {
  name: 'sandbox',
  summary: 'the whole product on this machine, with stand-ins for the outside world',
  usage: 'mutabik sandbox [--fresh] [--headless] [--socket] [--no-app] [--join]',
  help: `Starts PostgreSQL, a payment platform, a local workspace and the app, and prints one JSON line when ready.
  --fresh     begin anew: removes what an earlier start left in MUTABIK_HOME
  --headless  opens nothing; ends when the process that started it ends
  --socket    the app opens a socket to the workspace (Socket Mode) instead of being sent requests
  --no-app    everything but the app
  --join      one more app process for the sandbox that runs in MUTABIK_HOME`,
  async run(args) {
    // Its page is bundled from the sources at start, so the compiled app has none to show.
    if (import.meta.url.endsWith('.js')) {
      throw new AppError('config_invalid', 'the sandbox runs from the sources: npm start', {
        retryable: false,
      });
    }
    const { runSandbox } = await import('../sandbox/run.ts');
    return await runSandbox(args);
  },
};

const COMMANDS: readonly Command[] = [
  startCommand,
  migrateCommand,
  doctorCommand,
  reconCommand,
  ...auditCommands,
  overrideCommand,
  exemptionsCommand,
  ...sloCommands,
  sloReportCommand,
  sandboxCommand,
];

const HELP: ReadonlySet<string> = new Set(['--help', '-h']);

async function main(args: string[]): Promise<number> {
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, index) => args[index] === word));
  if (command === undefined) {
    const asked = args.length === 0 || args[0] === 'help' || HELP.has(args[0] ?? '');
    (asked ? process.stdout : process.stderr).write(asked ? overview() : unknown(args));
    return asked ? 0 : 1;
  }
  const rest = args.slice(command.name.split(' ').length);
  if (rest.some((arg) => HELP.has(arg))) {
    process.stdout.write(`Usage: ${command.usage}\n\n${command.help}\n`);
    return 0;
  }
  return await withSurroundings(command, (surroundings) => command.run(rest, surroundings));
}

/** Commands that look and ask; beside a sandbox, with no database named, they look at the sandbox. */
const BESIDE_SANDBOX: readonly Command[] = [
  doctorCommand,
  reconCommand,
  ...auditCommands,
  overrideCommand,
  exemptionsCommand,
  ...sloCommands,
  sloReportCommand,
];

async function withSurroundings(
  command: Command,
  work: (surroundings: Surroundings) => Promise<number>,
): Promise<number> {
  const real = realSurroundings(process.env);
  const named = process.env['DATABASE_URL'] ?? process.env['FINANCE_DATABASE_URL'];
  if (named !== undefined || !BESIDE_SANDBOX.includes(command)) return await work(real);
  const { sandboxSurroundings } = await import('../sandbox/surroundings.ts').catch(() => ({
    sandboxSurroundings: undefined,
  }));
  const beside = await sandboxSurroundings?.(process.env);
  if (beside === undefined) return await work(real);
  process.stderr.write(`DATABASE_URL is not set: looking at the sandbox in ${beside.home}.\n`);
  try {
    return await work(beside);
  } finally {
    await beside.close();
  }
}

function overview(): string {
  const lines = COMMANDS.map(({ name, summary }) => `  mutabik ${name.padEnd(18)} ${summary}`);
  return ['Commands (each answers --help):', ...lines, ''].join('\n');
}

/** "audit" alone is the beginning of a command, not an unknown one. */
function unknown([first = '', second]: string[]): string {
  const begun = COMMANDS.some(({ name }) => name.startsWith(`${first} `));
  const asked = begun && second !== undefined ? `${first} ${second}` : first;
  const said =
    begun && second === undefined ? `${first} needs a second word.` : `There is no command ${asked}.`;
  return `${said}\n\n${overview()}`;
}

// A reader that has seen enough, such as head, closes the pipe: no fault of ours, and nobody is left to tell.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${describeFailure(error)}\n`);
    process.exitCode = 1;
  },
);
