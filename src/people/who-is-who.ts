import type { Policy } from '../policy.ts';

/** What the policy says of people: pure look-ups in `policy.people`. */
type Book = Pick<Policy, 'people'>;

/** A Slack account: people of the policy are known by either. */
export interface Account {
  id: string;
  /** The user name (not the display name, which everybody chooses for themselves). */
  name: string;
}

/** Is it a Slack id (U... or W...)? Everything else in the policy is a user name. docs.slack.dev/reference/objects/user-object */
export function isUserId(word: string): boolean {
  return /^[UW][A-Z0-9]{2,}$/.test(word);
}

/** A user name as it is compared: Slack's are in lower case, and people write an @ before them. */
export function plainName(word: string): string {
  return word.replace(/^@/, '').toLowerCase();
}

/** Does a word of the policy, an id or a name, mean this account? */
export function isMeant(word: string, account: Account): boolean {
  return word === account.id || (!isUserId(word) && plainName(word) === plainName(account.name));
}

/** One key for all Slack accounts of one person; the Slack id of somebody whom the policy doesn't name. */
export function personKeyOf({ people }: Book, account: Account): string {
  const entry = Object.entries(people).find(([, { slack }]) => slack.some((word) => isMeant(word, account)));
  return entry?.[0] ?? account.id;
}

/** Are two accounts one person's? */
export function samePerson(book: Book, one: Account, other: Account): boolean {
  return one.id === other.id || personKeyOf(book, one) === personKeyOf(book, other);
}

/** The key of whoever leads them; null when the policy names nobody. */
export function leadOf({ people }: Book, key: string): string | null {
  return own(people, key)?.lead ?? null;
}

/** The keys of those who stand in for them on a business day YYYY-MM-DD, in the policy's order. */
export function deputiesOf({ people }: Book, key: string, day: string): string[] {
  const deputies = own(people, key)?.deputies ?? [];
  return deputies.filter(({ from, to }) => from <= day && day <= to).map(({ person }) => person);
}

/** The platform accounts that are theirs. */
export function accountsOf({ people }: Book, key: string): readonly { tenant: string; account: string }[] {
  return own(people, key)?.accounts ?? [];
}

/** Their Slack accounts as the policy writes them; of somebody whom it doesn't name, the key is the Slack id. */
export function slackOf({ people }: Book, key: string): readonly string[] {
  return own(people, key)?.slack ?? (isUserId(key) ? [key] : []);
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
