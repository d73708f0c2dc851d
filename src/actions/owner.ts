import { AppError } from '../errors.ts';
import type { SlackUser } from '../ports.ts';
import type { ActionDeps } from './deps.ts';

/** Who an owner is: a member of our own workspace, somebody who can't be one, or nobody knows now. */
export type OwnerSeen = SlackUser | 'unfit' | 'unread';

/** Asks Slack; never throws for a Slack that does not answer. No call inside a transaction. */
export async function seeOwner(
  { directory }: Pick<ActionDeps, 'directory'>,
  ownerId: string,
): Promise<OwnerSeen> {
  try {
    const user = await directory.user(ownerId);
    if (user === undefined || user.isDeleted || user.isGuest || user.isStranger || user.isBot) return 'unfit';
    return user;
  } catch (error) {
    if (error instanceof AppError) return 'unread';
    throw error;
  }
}
