import { SlackRefusedError } from '../errors.ts';
import type { CardRow } from './card-row.ts';
import type { CardDeps } from './deps.ts';

/**
 * Some workspaces refuse newer blocks (charts): a card that can do without is drawn plainly from now on, which is tried
 * once. Kept in memory only: after a restart the workspace may have learnt the block, and a refusal costs one call.
 * Gives whether drawing it again may help.
 */
export function fallBackToPlain(deps: CardDeps, row: CardRow, error: unknown): boolean {
  if (!(error instanceof SlackRefusedError) || error.slackError !== 'invalid_blocks') return false;
  if (deps.plain === undefined || deps.plain.has(row.id)) return false;
  if (deps.kinds.get(row.kind)?.renderPlain === undefined) return false;
  deps.plain.add(row.id);
  deps.log.warn({ card: row.id, kind: row.kind, messages: error.messages }, 'the card is drawn plainly');
  return true;
}
