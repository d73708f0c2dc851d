import { SlackRefusedError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { CallSlack } from './slack-client.ts';
import { isMethodMissing, unavailable } from './slack-errors.ts';
import { eachPage } from './slack-pages.ts';

const CHANNEL_ID = /^[CDG][A-Z0-9]{6,}$/;
/** A person: what is for them goes into their direct message. */
const USER_ID = /^[UW][A-Z0-9]{2,}$/;
/** A direct message with one person: between us and them, and never shared. */
const DIRECT = /^D[A-Z0-9]{6,}$/;
/** How long an answer about sharing may be used; real time, since it is a fact of the workspace. */
const SHARED_KNOWN_MS = 5 * 60_000;

interface ListedChannel {
  id: string;
  name?: string;
}

export interface SlackChannels {
  channelId(nameOrId: string): Promise<string>;
  isExternallyShared(channelId: string): Promise<boolean>;
}

/** Channels by name and what they are; names are listed once and again when one is not among them. */
export function makeSlackChannels(call: CallSlack, log: Log): SlackChannels {
  let ids = new Map<string, string>();
  const direct = new Map<string, string>();
  const shared = new Map<string, { external: boolean; untilMs: number }>();

  async function listChannels(types: string): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const args = { types, exclude_archived: true, limit: 200 };
    await eachPage<{ channels?: ListedChannel[] }>(call, 'conversations.list', args, (page) => {
      for (const channel of page.channels ?? []) if (channel.name) found.set(channel.name, channel.id);
    });
    return found;
  }

  /** Private channels need a scope of their own, which a workspace may not have granted. */
  async function listAllChannels(): Promise<Map<string, string>> {
    try {
      return await listChannels('public_channel,private_channel');
    } catch (error) {
      if (!(error instanceof SlackRefusedError) || error.slackError !== 'missing_scope') throw error;
      log.warn({ detail: error.message }, 'private channels cannot be listed: public ones only');
      return await listChannels('public_channel');
    }
  }

  /** Files and histories need the direct message's own id; opening one that is open gives it again. */
  async function openDirect(userId: string): Promise<string> {
    const known = direct.get(userId);
    if (known !== undefined) return known;
    const answer = await call<{ channel?: { id?: string } }>('conversations.open', { users: userId });
    const id = answer.channel?.id;
    if (!id) throw unavailable('conversations.open', new Error('the answer names no channel'));
    direct.set(userId, id);
    return id;
  }

  return {
    async channelId(nameOrId) {
      if (CHANNEL_ID.test(nameOrId)) return nameOrId;
      if (USER_ID.test(nameOrId)) return await openDirect(nameOrId);
      const name = nameOrId.replace(/^#/, '');
      const known = ids.get(name);
      if (known !== undefined) return known;
      try {
        ids = await listAllChannels();
      } catch (error) {
        if (!isMethodMissing(error)) throw error;
        log.warn({ channel: name }, 'this server cannot list channels: the name is used as it is');
        return name;
      }
      const id = ids.get(name);
      if (id === undefined)
        throw new SlackRefusedError('conversations.list', 'channel_not_found', [`#${name}`]);
      return id;
    },

    async isExternallyShared(channelId) {
      // Who it is with was identified as one of ours; asking would need a scope (im:read) for nothing.
      if (DIRECT.test(channelId)) return false;
      const known = shared.get(channelId);
      if (known !== undefined && known.untilMs > performance.now()) return known.external;
      const external = await askIfShared(call, log, channelId);
      shared.set(channelId, { external, untilMs: performance.now() + SHARED_KNOWN_MS });
      return external;
    },
  };
}

async function askIfShared(call: CallSlack, log: Log, channelId: string): Promise<boolean> {
  try {
    const answer = await call<{
      channel?: { is_ext_shared?: boolean; is_pending_ext_shared?: boolean };
    }>('conversations.info', { channel: channelId });
    return answer.channel?.is_ext_shared === true || answer.channel?.is_pending_ext_shared === true;
  } catch (error) {
    if (!isMethodMissing(error)) throw error;
    log.warn({ channelId }, 'this server cannot tell whether a channel is shared: taken as ours alone');
    return false;
  }
}
