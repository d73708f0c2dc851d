#!/usr/bin/env node
import type { Command, Surroundings } from './cli/arguments.ts';
import { auditCommands } from './cli/audit.ts';
import { doctorCommand } from './cli/doctor.ts';
import { migrateCommand } from './cli/migrate.ts';
import { reconCommand } from './cli/recon.ts';
import { startCommand } from './cli/start.ts';
import { realSurroundings } from './cli/surroundings.ts';
import { AppError, describeError } from './errors.ts';

/** Loaded lazily: production has no sandbox, and needs none of its packages. */
const sandboxCommand: Command = {
  name: 'sandbox',
  summary: 'the whole product on this machine, with stand-ins for the outside world',
  usage: 'mutabik sandbox [--fresh] [--headless] [--no-app] [--join]',
  help: `Starts PostgreSQL, a payment platform, a local workspace and the app, and prints one JSON line when ready.
  --fresh     begin anew: removes what an earlier start left in MUTABIK_HOME
  --headless  opens nothing; ends when the process that started it ends
  --no-app    everything but the app
  --join      one more app process for the sandbox that runs in MUTABIK_HOME`,
  async run(args) {
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
  sandboxCommand,
];

async function main(args: string[]): Promise<number> {
  const command = COMMANDS.find(({ name }) => name.split(' ').every((word, index) => args[index] === word));
  if (command === undefined) {
    const asked = args.length === 0 || args[0] === 'help' || args[0] === '--help';
    (asked ? process.stdout : process.stderr).write(overview(asked ? undefined : args[0]));
    return asked ? 0 : 1;
  }
  const rest = args.slice(command.name.split(' ').length);
  if (rest.includes('--help')) {
    process.stdout.write(`Usage: ${command.usage}\n\n${command.help}\n`);
    return 0;
  }
  return await withSurroundings(command, (surroundings) => command.run(rest, surroundings));
}

/** Commands that look and ask; beside a sandbox, with no database named, they look at the sandbox. */
const BESIDE_SANDBOX: readonly Command[] = [doctorCommand, reconCommand, ...auditCommands];

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

function overview(unknown?: string): string {
  const lines = COMMANDS.map(({ name, summary }) => `  mutabik ${name.padEnd(14)} ${summary}`);
  const first = unknown === undefined ? [] : [`There is no command ${unknown}.`, ''];
  return [...first, 'Commands (each answers --help):', ...lines, ''].join('\n');
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const known = error instanceof AppError;
    process.stderr.write(`${known ? describeError(error) : String((error as Error).stack ?? error)}\n`);
    process.exitCode = 1;
  },
);
