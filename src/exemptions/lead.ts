import type { Queryable } from '../database/pool.ts';
import { localeFrom } from '../people/rules.ts';
import { readBook } from '../people/snapshot.ts';
import { readLocale } from '../people/store.ts';
import { isUserId, leadOf, plainName, slackOf } from '../people/who-is-who.ts';
import type { Policy } from '../policy.ts';
import type { Locale } from '../texts.ts';
import { SECURITY_OWNER, type Exemption } from './types.ts';

/** Whoever leads its owner by the policy, as a Slack user id; null: nobody is known, or it is all of security's. */
export async function readLeadId(
  db: Queryable,
  policy: Pick<Policy, 'people'>,
  { ownerId, ownerKey }: Pick<Exemption, 'ownerId' | 'ownerKey'>,
): Promise<string | null> {
  if (ownerId === SECURITY_OWNER) return null;
  const lead = leadOf(policy, ownerKey);
  if (lead === null) return null;
  const words = slackOf(policy, lead);
  const ownId = words.find(isUserId);
  if (ownId !== undefined) return ownId;
  const { names } = await readBook(db);
  // A name that several have is nobody's.
  const ids = words.map((word) => names.get(plainName(word)) ?? []).find((owners) => owners.length === 1);
  return ids?.[0] ?? null;
}

/** The language somebody reads, as it was read last. */
export async function readLocaleOf(db: Queryable, userId: string): Promise<Locale> {
  return localeFrom(await readLocale(db, userId));
}
