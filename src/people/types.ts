import type { Subject, UserId } from '../ids.ts';
import { ROLES, type Role } from '../policy/people.ts';
import type { Locale } from '../texts.ts';

export { ROLES, type Role };

/** Who clicked, as the signed payload names them: nothing else in a payload says who somebody is. */
export interface Clicker {
  userId: UserId;
  teamId: string;
}

/** Somebody who may act, with what they may. */
export interface Person {
  userId: UserId;
  /** One per human, whatever Slack id they use: the key in policy.people, or the Slack id of people who are not in it. */
  key: string;
  /** As Slack shows them; foreign text. */
  name: string;
  locale: Locale;
  roles: ReadonlySet<Role>;
  /** The user groups could not be read, so these are the roles by user list alone: whoever lacks one may still hold it. */
  groupsUnread?: true;
}

/** Why somebody may not act. `unreadable`: who holds which role could not be read, so nobody does. */
export type Unauthorised =
  | 'stranger'
  | 'guest'
  | 'deactivated'
  | 'bot'
  | 'no_role'
  | 'wrong_role'
  | 'unreadable';

/**
 * Why somebody who may act may not decide this: what it is about is theirs, or the role it takes is not. `not_yours`: they
 * would renew or cancel what somebody else asked for.
 */
export type RefusedVote = 'requester' | 'beneficiary' | 'not_eligible' | 'role_new' | 'not_yours';

/** What is audited when somebody wanted what they may not. `forged`: they pressed what no button of ours carries. */
export type Refused = Unauthorised | RefusedVote | 'forged';

export type Identified =
  | { ok: true; person: Person }
  | {
      ok: false;
      why: Exclude<Unauthorised, 'wrong_role'>;
      locale: Locale;
      /** With `no_role`: who they are all the same, for the few things that are theirs without a role. */
      member?: Person;
    };

/** Who may do something: whoever holds one of the roles, or every member of our own workspace, who then sees what is theirs. */
export type MayAct = readonly Role[] | 'members';

/** Who is who and may do what, now. */
export interface People {
  /**
   * Reads who clicked and what roles they hold, from a snapshot younger than 45 s (real time) or one short call; 700 ms
   * at most. Never throws for a Slack that doesn't answer: that is `unreadable`.
   */
  identify(clicker: Clicker): Promise<Identified>;
  /** The language somebody reads, as far as it is known without asking Slack; English otherwise. */
  localeOf(userId: UserId): Promise<Locale>;
  /** Notes that somebody was refused, in the audit log once a minute per person and subject. */
  noteRefusal(refusal: {
    clicker: Clicker;
    why: Refused;
    /** As in `findings.close`. */
    action: string;
    subject: Subject;
  }): Promise<void>;
}

/** Does the person hold one of these roles? An empty list allows nobody. */
export function holdsOne(person: Person, roles: readonly Role[]): boolean {
  return roles.some((role) => person.roles.has(role));
}

/** The actor of an audit row. */
export function actorOf(person: Pick<Person, 'userId'>): string {
  return `person:${person.userId}`;
}
