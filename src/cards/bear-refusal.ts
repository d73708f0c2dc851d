import { raiseAlert } from '../alerts/raise-alert.ts';
import { ALERT_CARD } from '../alerts/types.ts';
import { withTransaction } from '../database/pool.ts';
import { AppError, SlackRefusedError } from '../errors.ts';
import type { TaskContext } from '../jobs/types.ts';
import type { CardRow } from './card-row.ts';
import { noteCardError } from './card-store.ts';
import type { CardDeps } from './deps.ts';

/** Words of Slack's about the workspace and our place in it: a person mends that, and the message can stay as it is. */
const MENDED_BY_PEOPLE = new Set([
  'account_inactive',
  'channel_not_found',
  'invalid_auth',
  'is_archived',
  'missing_scope',
  'not_authed',
  'not_in_channel',
  'restricted_action',
  'token_expired',
  'token_revoked',
]);

/**
 * What a card's task makes of an error. A bot that nobody has invited, or a token that is being changed, must not lose
 * the message: the alert is raised at once, and the card goes on trying until somebody has mended it. Everything else
 * stays what it is.
 */
export async function bearRefusal(
  deps: CardDeps,
  context: TaskContext,
  row: CardRow,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof SlackRefusedError) || !MENDED_BY_PEOPLE.has(error.slackError)) return error;
  await withTransaction(deps.pool, async (tx) => {
    await context.guard(tx);
    await noteCardError(tx, row.id, error.message);
    const isTold = row.lastError === error.message;
    // An alert about an alert's card would be refused as well.
    if (isTold || row.kind === ALERT_CARD) return;
    await raiseAlert(tx, context.clock.now(), {
      kind: 'card_failed',
      subject: { kind: 'card', id: row.id },
      severity: 'sev2',
      args: { card: row.kind, channel: row.channel, error: error.message },
      actor: 'job:card',
    });
  });
  return new AppError('slack_refused', error.message, { retryable: true, cause: error });
}
