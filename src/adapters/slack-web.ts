import type { FetchFunction } from '@slack/web-api';
import { SlackRefusedError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { MessageContent, MessageMetadata, SeenMessage, Slack } from '../ports.ts';
import { makeSlackChannels } from './slack-channels.ts';
import { makeSlackCall, type CallSlack, type OnOutcome } from './slack-client.ts';
import { unavailable } from './slack-errors.ts';
import { makeSlackFiles } from './slack-files.ts';
import { eachPage } from './slack-pages.ts';

export interface SlackOptions {
  /** A bot token. */
  token: string;
  apiUrl: string;
  log: Log;
  /** Time limit of one call in milliseconds; 5,000 unless told. */
  timeoutMs?: number;
  fetch?: FetchFunction;
  onOutcome?: OnOutcome;
}

/** Slack's Web API as jobs use it: one try a call, every failure one of the port's three faults. */
export function makeSlack({ timeoutMs = 5000, ...options }: SlackOptions): Slack {
  const call = makeSlackCall({ ...options, timeoutMs });
  const channels = makeSlackChannels(call, options.log);
  const files = makeSlackFiles(call, {
    timeoutMs,
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  });
  return {
    identity: makeIdentity(call),
    async ping() {
      await call('auth.test');
    },
    ...channels,
    ...files,

    async postMessage(post) {
      const answer = await call<{ channel?: string; ts?: string }>('chat.postMessage', {
        channel: post.channel,
        ...messageArgs(post.content, post.metadata),
        unfurl_links: false,
        unfurl_media: false,
        ...(post.threadTs === undefined ? {} : { thread_ts: post.threadTs }),
      });
      if (!answer.ts) throw unavailable('chat.postMessage', new Error('the answer names no message'));
      return { channelId: answer.channel ?? post.channel, ts: answer.ts };
    },

    async updateMessage(update) {
      await call('chat.update', {
        channel: update.channelId,
        ts: update.ts,
        ...messageArgs(update.content, update.metadata),
      });
    },

    messagesSince: (where) => readMessages(call, where),

    async permalink(message) {
      const answer = await call<{ permalink?: string }>('chat.getPermalink', {
        channel: message.channelId,
        message_ts: message.ts,
      });
      if (!answer.permalink) throw unavailable('chat.getPermalink', new Error('the answer has no link'));
      return answer.permalink;
    },
  };
}

function messageArgs(content: MessageContent, metadata: MessageMetadata): Record<string, unknown> {
  return { text: content.text, blocks: content.blocks, metadata };
}

/** Asks once who we are; a failure is not kept, so that an outage at start heals by itself. */
function makeIdentity(call: CallSlack): Slack['identity'] {
  let known: Awaited<ReturnType<Slack['identity']>> | undefined;
  return async () => {
    if (known !== undefined) return known;
    const answer = await call<{ bot_id?: string; user_id?: string; team_id?: string; url?: string }>(
      'auth.test',
    );
    if (!answer.bot_id || !answer.user_id) {
      throw new SlackRefusedError('auth.test', 'not_allowed_token_type', ['the token is not a bot token']);
    }
    known = {
      botId: answer.bot_id,
      botUserId: answer.user_id,
      teamId: answer.team_id ?? '',
      url: answer.url ?? '',
    };
    return known;
  };
}

interface RawMessage {
  ts?: string;
  bot_id?: string;
  user?: string;
  metadata?: { event_type?: string; event_payload?: Record<string, unknown> };
  files?: { id?: string }[];
}

async function readMessages(
  call: CallSlack,
  where: Parameters<Slack['messagesSince']>[0],
): Promise<SeenMessage[]> {
  const seen: SeenMessage[] = [];
  const [method, thread] =
    where.threadTs === undefined
      ? ['conversations.history', {}]
      : ['conversations.replies', { ts: where.threadTs }];
  const args = {
    channel: where.channelId,
    ...thread,
    oldest: where.oldestTs,
    inclusive: true,
    include_all_metadata: true,
    limit: 200,
  };
  await eachPage<{ messages?: RawMessage[] }>(call, method, args, (page) => {
    // A page without its list would read as "nothing there", and something would be posted twice.
    if (!Array.isArray(page.messages)) throw unavailable(method, new Error('the answer has no messages'));
    for (const message of page.messages) if (message.ts) seen.push(toSeen(message.ts, message));
  });
  return seen;
}

function toSeen(ts: string, message: RawMessage): SeenMessage {
  const type = message.metadata?.event_type;
  return {
    ts,
    botId: message.bot_id,
    userId: message.user,
    metadata: type ? { event_type: type, event_payload: message.metadata?.event_payload ?? {} } : undefined,
    fileIds: (message.files ?? []).flatMap((file) => (file.id ? [file.id] : [])),
  };
}
