import { renderNotice } from '../blocks/notice.ts';
import type { Subject } from '../src/ids.ts';
import { holdsOne, type MayAct, type Person, type Role, type Unauthorised } from '../src/people/types.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts, type Locale } from '../src/texts.ts';
import type { Desk, Request } from './desk.ts';
import { within } from './within.ts';

/** What a person sees first should be in their language, but not late. */
const LOCALE_LIMIT_MS = 300;

export type Admitted =
  | { ok: true; person: Person }
  /** What they are told; the refusal is noted already. */
  | { ok: false; locale: Locale; words: MessageContent };

/**
 * Lets in whoever holds one of the roles, as things are now: nothing in a payload but the signed user counts. A refusal
 * has no effect but its audit row.
 */
export async function admit(
  desk: Desk,
  { clicker }: Pick<Request, 'clicker'>,
  wanted: { roles: MayAct; action: string; subject: Subject },
): Promise<Admitted> {
  const who = await desk.people.identify(clicker);
  if (who.ok) return await admitPerson(desk, { clicker }, who.person, wanted);
  // A guest, a stranger, an app and a deactivated account are no members.
  if (wanted.roles === 'members' && who.member !== undefined) return { ok: true, person: who.member };
  const words = await refuse(desk, { clicker }, { ...who, ...wanted });
  return { ok: false, locale: who.locale, words };
}

/** The same for somebody who is known already and now wants more. */
export async function admitPerson(
  desk: Desk,
  request: Pick<Request, 'clicker'>,
  person: Person,
  wanted: { roles: MayAct; action: string; subject: Subject },
): Promise<Admitted> {
  if (wanted.roles === 'members' || holdsOne(person, wanted.roles)) return { ok: true, person };
  const { locale } = person;
  const words = await refuse(desk, request, { why: whyNot(person), locale, ...wanted });
  return { ok: false, locale, words };
}

async function refuse(
  desk: Desk,
  { clicker }: Pick<Request, 'clicker'>,
  refusal: { why: Unauthorised; locale: Locale; roles: MayAct; action: string; subject: Subject },
): Promise<MessageContent> {
  const { why, action, subject } = refusal;
  await desk.people
    .noteRefusal({ clicker, why, action, subject })
    .catch((error: unknown) => desk.log.error({ err: error, why }, 'a refusal could not be noted'));
  return describeRefusal(why, refusal.roles === 'members' ? [] : refusal.roles, refusal.locale);
}

/** A role that could not be read may be theirs: it is not called the wrong one. */
function whyNot({ groupsUnread, roles }: Person): Unauthorised {
  if (groupsUnread === true) return 'unreadable';
  return roles.size === 0 ? 'no_role' : 'wrong_role';
}

/** A language is no reason to wait, nor to fail. */
export async function knownLocale(desk: Desk, { clicker }: Request): Promise<Locale> {
  const read = desk.people.localeOf(clicker.userId).catch((): Locale => 'en');
  const timely = await within(LOCALE_LIMIT_MS, read);
  return timely.inTime ? timely.value : 'en';
}

function describeRefusal(why: Unauthorised, roles: readonly Role[], locale: Locale): MessageContent {
  const texts = makeTexts(locale);
  const names = roles.map((role) => texts.t(`people.role.${role}`)).join(', ');
  return renderNotice('🔒', [texts.t(`handlers.refused.${why}`, { roles: names })]);
}
