import type { Tx } from '../database/pool.ts';
import { isOnePerson } from '../findings/one-person.ts';
import { userOf } from '../findings/actors.ts';
import type { UserId } from '../ids.ts';
import type { Person } from '../people/types.ts';
import type { Policy } from '../policy.ts';
import type { Override } from './types.ts';

/** Did this person ask for it, by whichever of their Slack ids? */
export async function isRequester(
  tx: Tx,
  policy: Policy,
  { requestedBy, requesterKey }: Override,
  person: Pick<Person, 'userId' | 'key'>,
): Promise<boolean> {
  const userId = (userOf(requestedBy) ?? requestedBy) as UserId;
  return await isOnePerson(tx, policy, { userId, key: requesterKey }, person);
}
