import type { HomeView } from '@slack/types';
import { renderClosedHome, renderHome, renderMemberHome, type HomeLinks } from '../blocks/home.ts';
import { describeError } from '../src/errors.ts';
import { loadHome, readExemptions, readPromises } from '../src/home/load-home.ts';
import { ROLES, type Clicker, type Person } from '../src/people/types.ts';
import type { SloDeps } from '../src/slo/deps.ts';
import { makeTexts } from '../src/texts.ts';
import { admit, admitPerson } from './admit.ts';
import type { Desk } from './desk.ts';
import type { Listeners } from './listener.ts';
import type { FindingsParts } from './review-finding.ts';

export interface HomeParts extends Pick<FindingsParts, 'linkToRun'> {
  /** Makes links to messages; null where the server does not say what they begin with. */
  permalinks(): Promise<HomeLinks['permalink']>;
  slos: SloDeps['slos'];
}

/** Home is drawn when somebody looks at it, asks for it anew, or pressed something on it. */
export function listenToHome(listeners: Listeners, desk: Desk, parts: HomeParts): void {
  listeners.home((clicker) => publishHome(desk, parts, clicker));
  listeners.press({
    noun: 'home',
    verb: 'refresh',
    roles: 'members',
    about: 'person',
    // What is pressed on Home draws it anew.
    run: async () => ({ as: 'nothing' }),
  });
}

async function publishHome(desk: Desk, parts: HomeParts, clicker: Clicker): Promise<void> {
  const subject = { kind: 'person', id: clicker.userId } as const;
  const wanted = { action: 'home.open', subject };
  const member = await admit(desk, { clicker }, { roles: 'members', ...wanted });
  const own = member.ok ? await drawMemberHome(desk, parts, member.person) : null;
  const admitted = member.ok
    ? await admitPerson(desk, { clicker }, member.person, {
        roles: own === null ? ROLES : 'members',
        ...wanted,
      })
    : member;
  const view = admitted.ok
    ? (own ?? (await drawHome(desk, parts, admitted.person)))
    : renderClosedHome(admitted.words, makeTexts(admitted.locale));
  await desk.views
    .publishHome(clicker.userId, view)
    .catch((error: unknown) => desk.log.warn({ error: describeError(error) }, 'Home could not be drawn'));
}

/**
 * Somebody without a role sees the exemptions that are theirs, and how the promises stand if they may ask; null: there is
 * none of it, or they hold a role.
 */
async function drawMemberHome(desk: Desk, { slos }: HomeParts, person: Person): Promise<HomeView | null> {
  if (person.roles.size > 0) return null;
  const { pool, policy, clock } = desk;
  const now = clock.now();
  const of = { person, policy, slos, now, onUnread: noteUnread(desk) };
  const [exemptions, promises] = await Promise.all([readExemptions(pool, of), readPromises(pool, of)]);
  if (exemptions.count === 0 && promises?.length === 0) return null;
  const timeZone = policy.business.time_zone;
  return renderMemberHome({ exemptions, promises, now, timeZone }, makeTexts(person.locale));
}

function noteUnread({ log }: Desk): (error: unknown) => void {
  return (error) => log.error({ error: describeError(error) }, 'Home stands without its service levels');
}

async function drawHome(desk: Desk, parts: HomeParts, person: Parameters<typeof loadHome>[1]['person']) {
  const { slos } = parts;
  const { policy, clock } = desk;
  const of = { person, policy, slos, now: clock.now(), onUnread: noteUnread(desk) };
  const model = await loadHome(desk.pool, of);
  const { last } = model.state;
  // A link is no reason to show nothing.
  const [digest, permalink] = await Promise.all([
    last === null ? null : parts.linkToRun(last.id).catch(() => null),
    parts.permalinks().catch(() => () => null),
  ]);
  return renderHome(model, makeTexts(person.locale), { digest, permalink });
}
