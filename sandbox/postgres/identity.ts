import { readFileSync, statSync } from 'node:fs';
import { AppError } from '../../src/errors.ts';

/** The user PostgreSQL runs as. Undefined: ours, whoever that is. */
export interface Identity {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root lends it to the owner of the data, and new data to `nobody`; no user
 * has to be added. Everybody else (and Windows) runs it as themselves.
 */
export function identityFor(dataDir: string): Identity | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(dataDir, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const nobody = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([name]) => name === 'nobody');
  if (nobody === undefined) {
    throw new AppError(
      'config_invalid',
      'PostgreSQL does not run as root and there is no user "nobody" to lend it to: start as a normal user.',
      { retryable: false },
    );
  }
  // macOS writes -2, which the system calls want as an unsigned number.
  return { uid: Number(nobody[2]) >>> 0, gid: Number(nobody[3]) >>> 0 };
}
