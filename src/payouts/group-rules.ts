/** Why payouts stand still together. */
export interface GroupCause {
  rule: string;
  provider: string;
  errorCode: string;
}

/** Groups that are open at once, after which causes are told apart less finely: each is a message. */
const MOST_BY_CODE = 20;
const MOST_BY_PROVIDER = 40;
/** Messages of single payouts at once: beyond it new ones share one a provider, however different their error codes. */
const MOST_ALONE = 50;
const ANY = '*';

export function causeText({ rule, provider, errorCode }: GroupCause): string {
  return JSON.stringify([rule, provider, errorCode]);
}

export interface Grouping<T> {
  /** Those that get a message of their own. */
  alone: T[];
  /** By cause: those that one message stands for. */
  together: { cause: GroupCause; members: T[] }[];
}

/**
 * Which new episodes get a message of their own and which share one: from `groupFrom` open episodes of one cause on, the
 * new ones share. Those that have a message keep it. Pure.
 */
export function decideGroups<T extends GroupCause>(
  fresh: readonly T[],
  open: {
    /** Open groups, by causeText. */
    groups: ReadonlySet<string>;
    /** Open episodes with a message of their own, by causeText. */
    singles: ReadonlyMap<string, number>;
  },
  groupFrom: number,
): Grouping<T> {
  const byCause = new Map<string, T[]>();
  for (const each of fresh) {
    const key = causeText(each);
    byCause.set(key, [...(byCause.get(key) ?? []), each]);
  }
  const alone: T[] = [];
  const together = new Map<string, { cause: GroupCause; members: T[] }>();
  const groups = new Set(open.groups);
  const join = (cause: GroupCause, members: readonly T[]) => {
    const text = causeText(cause);
    groups.add(text);
    const known = together.get(text);
    if (known === undefined) together.set(text, { cause, members: [...members] });
    else known.members.push(...members);
  };
  for (const [key, members] of byCause) {
    const count = members.length + (open.singles.get(key) ?? 0);
    if (groups.has(key) || count >= groupFrom) join(boundedCause(members[0]!, groups), members);
    else alone.push(...members);
  }
  const openAlone = [...open.singles.values()].reduce((sum, count) => sum + count, 0);
  for (const one of alone.splice(Math.max(0, MOST_ALONE - openAlone)))
    join(boundedCause({ ...one, errorCode: ANY }, groups), [one]);
  return { alone, together: [...together.values()] };
}

/** Error codes are foreign text and may be any number: beyond a limit they no longer make a message each. */
function boundedCause({ rule, provider, errorCode }: GroupCause, groups: ReadonlySet<string>): GroupCause {
  const exact = { rule, provider, errorCode };
  if (groups.has(causeText(exact)) || (errorCode !== ANY && groups.size < MOST_BY_CODE)) return exact;
  const byProvider = { rule, provider, errorCode: ANY };
  if (groups.has(causeText(byProvider)) || groups.size < MOST_BY_PROVIDER) return byProvider;
  return { rule, provider: ANY, errorCode: ANY };
}
