import { readFile } from 'node:fs/promises';
import { systemClock } from '../adapters/system-clock.ts';
import { AppError } from '../errors.ts';
import { parsePolicy } from '../policy.ts';
import type { Surroundings } from './arguments.ts';

/** The real thing: the process's environment, the machine's clock, the policy file. */
export function realSurroundings(environment: Surroundings['environment']): Surroundings {
  const file = environment['POLICY_FILE'] || 'policy.yml';
  return {
    environment,
    clock: systemClock,
    async policy() {
      const text = await readFile(file, 'utf8').catch(() => {
        throw new AppError(
          'config_invalid',
          `POLICY_FILE: ${file} can't be read; policy.example.yml is one to start from`,
          { retryable: false },
        );
      });
      return parsePolicy(text);
    },
  };
}
