import type { Config } from '../config.ts';
import { ok, warning, type Diagnosis } from './types.ts';

/** Without a key the heads in the digests are unsigned: who can write the database can forge log and head alike. */
export function diagnoseSigning(config: Pick<Config, 'AUDIT_SIGNING_KEY'>): Diagnosis {
  return config.AUDIT_SIGNING_KEY === undefined
    ? warning(
        'audit',
        'the heads in the digests are unsigned, so that a forged one would not show: set AUDIT_SIGNING_KEY\n(openssl genpkey -algorithm ed25519 | base64 -w0)',
      )
    : ok('audit', 'the heads in the digests are signed');
}
