import { AppError } from '../errors.ts';
import { isUserId, personKeyOf } from '../people/who-is-who.ts';
import type { SlackUser } from '../ports.ts';
import type { ExemptionDeps } from './deps.ts';
import type { ExemptionRefusal } from './refusals.ts';

export type Holder = { ok: true; id: string; key: string } | { ok: false; refusal: ExemptionRefusal };

/**
 * Asks Slack whether somebody can hold an exemption: of our own workspace, still there, no guest and no app. A Slack that
 * does not answer is a refusal. No call inside a transaction.
 */
export async function readHolder(
  { directory, policy }: Pick<ExemptionDeps, 'directory' | 'policy'>,
  userId: string,
  field: 'owner' | 'deputy',
): Promise<Holder> {
  if (!isUserId(userId)) return { ok: false, refusal: { why: 'owner_unfit', field } };
  let user: SlackUser | undefined;
  try {
    user = await directory.user(userId);
  } catch (error) {
    if (error instanceof AppError) return { ok: false, refusal: { why: 'owner_unread', field } };
    throw error;
  }
  if (user === undefined || user.isDeleted || user.isGuest || user.isStranger || user.isBot) {
    return { ok: false, refusal: { why: 'owner_unfit', field } };
  }
  return { ok: true, id: user.id, key: personKeyOf(policy, user) };
}
