import { renderNotice } from '../blocks/notice.ts';
import { SlackRefusedError } from '../src/errors.ts';
import type { Person } from '../src/people/types.ts';
import type { Slack } from '../src/ports.ts';
import type { SloDeps } from '../src/slo/deps.ts';
import { shareStandings, type Shared } from '../src/slo/share.ts';
import { makeTexts, type TextKey } from '../src/texts.ts';
import type { Answer, Desk, Press } from './desk.ts';
import { within } from './within.ts';

/** Slack is asked about a channel while somebody waits. */
const ASK_LIMIT_MS = 700;

/** What sharing needs beside the desk; main wires it. */
export interface ShareParts {
  deps: SloDeps;
  /** Where nothing can be posted, nothing is shared. */
  channels?: Pick<Slack, 'isExternallyShared'>;
}

/** Shows the answer to the channel that it stands in; pressed twice, once. */
export async function pressShare(
  desk: Desk,
  { deps, channels }: ShareParts,
  press: Press,
  person: Person,
): Promise<Answer> {
  const { channelId, messageTs } = press.place;
  const shared = readShared(press.id, deps);
  if (!isChannel(channelId) || shared === null) return say(person, '👋', 'slo.share.nowhere');
  const obstacle = channels === undefined ? null : await obstacleIn(channels, channelId);
  if (obstacle !== null) return say(person, '👋', obstacle);
  const isNew = await shareStandings(deps, desk.clock.now(), {
    ...shared,
    channelId,
    locale: person.locale,
    person,
    // One answer is shown once, however often its button is pressed.
    requestId: `${channelId} ${messageTs ?? press.triggerId} ${person.userId} ${press.id}`,
  });
  return say(person, '📣', isNew ? 'slo.share.done' : 'slo.share.already');
}

/** A direct message has nobody to show anything to. */
export function isChannel(channelId: string | null): channelId is string {
  return channelId !== null && /^[CG]/.test(channelId);
}

/**
 * What stands against a message of ours there. When Slack is slow or away nothing does: the card waits, and who looks
 * after the app is told.
 */
export async function obstacleIn(
  channels: Pick<Slack, 'isExternallyShared'>,
  channelId: string,
): Promise<'slo.share.outside' | 'slo.share.not_member' | null> {
  const asked = channels.isExternallyShared(channelId).then(
    (isOutside) => (isOutside ? 'slo.share.outside' : null),
    // A private channel that nobody has invited us to is not there for us.
    (error: unknown) =>
      error instanceof SlackRefusedError && error.slackError === 'channel_not_found'
        ? 'slo.share.not_member'
        : null,
  );
  const timely = await within(ASK_LIMIT_MS, asked);
  return timely.inTime ? timely.value : null;
}

function say(person: Person, symbol: string, key: TextKey): Answer {
  return { as: 'words', content: renderNotice(symbol, [makeTexts(person.locale).t(key)]) };
}

/** "all", or "payout:7", as our buttons carry it; null: nothing that there is. */
function readShared(id: string, { slos }: SloDeps): Shared | null {
  if (id === 'all') return { name: null, days: null };
  const [, name = '', days = ''] = /^(.+):([1-9]\d{0,2})$/.exec(id) ?? [];
  return slos.all.some((slo) => slo.name === name) ? { name, days: Math.min(90, Number(days)) } : null;
}
