import { parseArgs, type ParseArgsConfig } from 'node:util';
import { AppError } from '../errors.ts';
import type { Policy } from '../policy.ts';
import type { Clock } from '../ports.ts';

type ParseArgsOptionsConfig = NonNullable<ParseArgsConfig['options']>;

/** One command of the command line. `run` gives the exit code. */
export interface Command {
  /** As typed, for example "audit verify". */
  name: string;
  summary: string;
  /** The help text below the usage line: what it does, options, exit codes. */
  help: string;
  usage: string;
  run(args: string[], surroundings: Surroundings): Promise<number>;
}

/** Where a command finds itself: the real environment, or a sandbox that runs on this machine. */
export interface Surroundings {
  environment: Record<string, string | undefined>;
  clock: Clock;
  /** Reads the policy; throws config_invalid with everything that is wrong in it. */
  policy: () => Promise<Policy>;
}

type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options }>
>['values'];

/** Parses a command's options; anything else on the line is a config_invalid fault that names the usage. */
export function parseOptions<const Options extends ParseArgsOptionsConfig>(
  args: string[],
  options: Options,
  usage: string,
): Values<Options> {
  try {
    return parseArgs({ args, options, allowPositionals: false, strict: true }).values as Values<Options>;
  } catch (error) {
    throw new AppError('config_invalid', `${(error as Error).message}\nUsage: ${usage}`, {
      retryable: false,
    });
  }
}
