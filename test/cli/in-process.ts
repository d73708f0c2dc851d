import type { Command } from '../../src/cli/arguments.ts';
import { describeFailure } from '../../src/cli/describe-failure.ts';
import { realSurroundings } from '../../src/cli/surroundings.ts';

export interface Said {
  code: number;
  out: string;
  err: string;
}

/** One command as the command line runs it, in this process: a process of its own takes seconds on a busy machine. */
export async function runCommand(
  command: Command | undefined,
  args: string[],
  environment: Record<string, string>,
): Promise<Said> {
  if (command === undefined) throw new Error('there is no such command');
  const said: Said = { code: 0, out: '', err: '' };
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((text: string | Uint8Array) => {
    said.out += String(text);
    return true;
  }) as typeof process.stdout.write;
  try {
    said.code = await command.run(args, realSurroundings(environment));
  } catch (error) {
    said.code = 1;
    said.err = describeFailure(error);
  } finally {
    process.stdout.write = write;
  }
  return said;
}
