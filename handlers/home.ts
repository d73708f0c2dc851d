import { renderClosedHome, renderHome, type HomeLinks } from '../blocks/home.ts';
import { describeError } from '../src/errors.ts';
import { loadHome } from '../src/home/load-home.ts';
import { ROLES, type Clicker } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import { admit } from './admit.ts';
import type { Desk } from './desk.ts';
import type { Listeners } from './listener.ts';
import type { FindingsParts } from './review-finding.ts';

export interface HomeParts extends Pick<FindingsParts, 'linkToRun'> {
  /** Makes links to messages; null where the server does not say what they begin with. */
  permalinks(): Promise<HomeLinks['permalink']>;
}

/** Home is drawn when somebody looks at it, asks for it anew, or pressed something on it. */
export function listenToHome(listeners: Listeners, desk: Desk, parts: HomeParts): void {
  listeners.home((clicker) => publishHome(desk, parts, clicker));
  listeners.press({
    noun: 'home',
    verb: 'refresh',
    roles: ROLES,
    about: 'person',
    // What is pressed on Home draws it anew.
    run: async () => ({ as: 'nothing' }),
  });
}

async function publishHome(desk: Desk, parts: HomeParts, clicker: Clicker): Promise<void> {
  const subject = { kind: 'person', id: clicker.userId } as const;
  const admitted = await admit(desk, { clicker }, { roles: ROLES, action: 'home.open', subject });
  const view = admitted.ok
    ? await drawHome(desk, parts, admitted.person)
    : renderClosedHome(admitted.words, makeTexts(admitted.locale));
  await desk.views
    .publishHome(clicker.userId, view)
    .catch((error: unknown) => desk.log.warn({ error: describeError(error) }, 'Home could not be drawn'));
}

async function drawHome(desk: Desk, parts: HomeParts, person: Parameters<typeof loadHome>[1]['person']) {
  const model = await loadHome(desk.pool, { person, policy: desk.policy, now: desk.clock.now() });
  const { last } = model.state;
  // A link is no reason to show nothing.
  const [digest, permalink] = await Promise.all([
    last === null ? null : parts.linkToRun(last.id).catch(() => null),
    parts.permalinks().catch(() => () => null),
  ]);
  return renderHome(model, makeTexts(person.locale), { digest, permalink });
}
