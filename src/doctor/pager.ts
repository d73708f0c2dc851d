import type { Config } from '../config.ts';
import { ok, warning, type Diagnosis } from './types.ts';

/** Without a pager what should wake somebody stays a Slack message, which wakes nobody while Slack is away. */
export function diagnosePager(config: Pick<Config, 'PAGER_URL' | 'PAGER_SIGNING_SECRET'>): Diagnosis {
  if (config.PAGER_URL === undefined) {
    return warning(
      'pager',
      'Sev-1, exhausted escalations and a Slack out of reach wake nobody: set PAGER_URL (docs/pager.md)',
    );
  }
  const signed = config.PAGER_SIGNING_SECRET === undefined ? 'unsigned' : 'signed';
  return ok('pager', `pages go to ${new URL(config.PAGER_URL).host}, ${signed}`);
}
