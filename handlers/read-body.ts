import type { BlockAction, SlashCommand, ViewSubmitAction } from '@slack/bolt';
import type { UserId } from '../src/ids.ts';
import type { Clicker } from '../src/people/types.ts';
import type { Place, PlaceView, Request, ViewValues } from './desk.ts';

type RawView = NonNullable<BlockAction['view']>;

/** What an interaction of a message, a modal or Home says about who and where. docs.slack.dev/reference/interaction-payloads */
export function readPressBody(body: BlockAction): Request {
  const { container } = body;
  const view = body.view === undefined ? null : readView(body.view);
  const place: Place = {
    channelId: body.channel?.id ?? null,
    messageTs: textOf(container['message_ts']),
    threadTs: textOf(container['thread_ts']) ?? body.message?.thread_ts ?? null,
    responseUrl: body.response_url === '' ? null : (body.response_url ?? null),
    isEphemeral: container['is_ephemeral'] === true,
    isHome: body.view?.type === 'home',
    view,
  };
  return { clicker: clickerOf(body.user, body.team), triggerId: body.trigger_id, place };
}

export function readSubmitBody(body: ViewSubmitAction): Request & { view: PlaceView } {
  const view = readView(body.view);
  const place: Place = { ...NOWHERE, view };
  return {
    clicker: clickerOf(body.user, body.team),
    triggerId: (body as { trigger_id?: string }).trigger_id ?? '',
    place,
    view,
  };
}

export function readCommandBody(body: SlashCommand): Request & { text: string } {
  return {
    clicker: { userId: body.user_id as UserId, teamId: body.team_id },
    triggerId: body.trigger_id,
    // PostgreSQL keeps no NUL character in a text, and no command needs one.
    text: body.text.replaceAll('\0', '').trim(),
    place: { ...NOWHERE, channelId: body.channel_id, responseUrl: body.response_url },
  };
}

const NOWHERE: Place = {
  channelId: null,
  messageTs: null,
  threadTs: null,
  responseUrl: null,
  isEphemeral: false,
  isHome: false,
  view: null,
};

/** On Slack Connect the person's own team stands with the user, the app's with the payload: the person's counts. */
function clickerOf(user: { id: string; team_id?: string | undefined }, team: { id: string } | null): Clicker {
  return { userId: user.id as UserId, teamId: user.team_id ?? team?.id ?? '' };
}

function readView(view: RawView): PlaceView {
  return {
    id: view.id,
    hash: view.hash,
    depth: depthOf(view),
    metadata: view.private_metadata,
    values: view.state.values as ViewValues,
  };
}

function depthOf({ previous_view_id: previous, root_view_id: root }: RawView): number {
  if ((previous ?? null) === null) return 0;
  return previous === root ? 1 : 2;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
