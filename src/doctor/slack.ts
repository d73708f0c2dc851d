import type { CallSlack } from '../adapters/slack-client.ts';
import { eachPage } from '../adapters/slack-pages.ts';
import { SlackRefusedError } from '../errors.ts';
import type { Policy } from '../policy.ts';
import { callByHand, type CallOptions } from './call-by-hand.ts';
import { ok, problem, warning, type Diagnosis } from './types.ts';

/** What the app's calls need, and the call that needs it. docs.slack.dev/reference/scopes */
const SCOPES: Record<string, string> = {
  'chat:write': 'chat.postMessage, chat.update, chat.postEphemeral',
  'channels:read': 'conversations.list, conversations.info',
  'groups:read': 'the same for private channels',
  'channels:history': 'conversations.history and conversations.replies, before a message is posted again',
  'groups:history': 'the same for private channels',
  'im:history': 'the same for direct messages',
  'im:write': 'conversations.open, the proof of an override in a direct message',
  'files:write': "files.getUploadURLExternal, the digest's CSV",
  commands: '/recon and the other slash commands',
  'usergroups:read': 'usergroups.list, who holds a role that the policy gives to a group',
  'users:read': 'users.info and users.list, who somebody is',
};
/** Slack refuses requests whose time differs by more than five minutes; half of it is a warning. */
const MOST_SKEW_MS = 300_000;

interface SlackChannel {
  name: string;
  id: string;
  isMember: boolean;
  isExternallyShared: boolean;
}

export interface SlackFacts {
  team: string;
  scopes: string[] | undefined;
  /** Undefined when the token may not list them: which scope is missing is said by itself. */
  channels: SlackChannel[] | undefined;
  /** Slack's clock minus ours, in milliseconds; undefined when its answers carry no date. */
  skewMs: number | undefined;
}

/** Asks Slack who we are, what we may, and which channels there are. Throws when it can't be reached or refuses. */
export async function askSlack(options: { apiUrl: string; token: string; now: Date }): Promise<SlackFacts> {
  const who = await callByHand(options, 'auth.test', {});
  const date = who.headers.get('date');
  return {
    team: String((who.body['team'] as string | undefined) ?? ''),
    scopes: who.headers
      .get('x-oauth-scopes')
      ?.split(',')
      .map((scope) => scope.trim()),
    channels: await listChannels(options),
    skewMs: date === null ? undefined : new Date(date).getTime() - options.now.getTime(),
  };
}

async function listChannels(options: CallOptions): Promise<SlackChannel[] | undefined> {
  const channels: SlackChannel[] = [];
  const ask: CallSlack = async <Answer extends object>(method: string, args = {}) =>
    (await callByHand(options, method, args as Record<string, string>)).body as Answer;
  const args = { types: 'public_channel,private_channel', exclude_archived: 'true', limit: '200' };
  try {
    await eachPage<{ channels?: ListedChannel[] }>(ask, 'conversations.list', args, (page) => {
      channels.push(...(page.channels ?? []).map(asChannel));
    });
  } catch (error) {
    if (error instanceof SlackRefusedError && error.slackError === 'missing_scope') return undefined;
    throw error;
  }
  return channels;
}

interface ListedChannel {
  id: string;
  name?: string;
  is_member?: boolean;
  is_ext_shared?: boolean;
}

function asChannel(channel: ListedChannel): SlackChannel {
  return {
    name: channel.name ?? '',
    id: channel.id,
    isMember: channel.is_member === true,
    isExternallyShared: channel.is_ext_shared === true,
  };
}

/** Pure: what Slack's answers mean for this policy. */
export function diagnoseSlack(facts: SlackFacts, policy: Policy): Diagnosis[] {
  const granted = facts.scopes;
  const missing =
    granted === undefined ? [] : Object.entries(SCOPES).filter(([scope]) => !granted.includes(scope));
  const scopes =
    granted === undefined
      ? [warning('slack', 'the server does not say which scopes the token has')]
      : missing.map(([scope, why]) =>
          problem('slack', `scope ${scope} is missing (${why}): add it and reinstall the app`),
        );
  return [
    ok('slack', `the token is of ${facts.team || 'a workspace'}`),
    ...(granted !== undefined && missing.length === 0 ? [ok('slack', 'all scopes are granted')] : scopes),
    ...diagnoseChannels(facts.channels, policy),
    diagnoseSkew(facts.skewMs),
  ];
}

function diagnoseChannels(channels: SlackFacts['channels'], policy: Policy): Diagnosis[] {
  if (channels === undefined)
    return [warning('slack', 'the channels were not looked at: the token may not list them')];
  return Object.entries(policy.channels).map(([name, { slack }]) => diagnoseChannel(name, slack, channels));
}

function diagnoseChannel(name: string, slack: string, channels: readonly SlackChannel[]): Diagnosis {
  const channel = channels.find((each) => each.id === slack || each.name === slack.replace(/^#/, ''));
  if (channel === undefined) {
    return problem(
      'slack',
      `channels.${name}: there is no channel ${slack}, or it is private and the app was not invited`,
    );
  }
  if (channel.isExternallyShared) {
    return problem(
      'slack',
      `channels.${name}: #${channel.name} is shared with another organisation: nothing is posted there`,
    );
  }
  return channel.isMember
    ? ok('slack', `#${channel.name} is there`)
    : problem('slack', `channels.${name}: the app is not in #${channel.name}: type /invite @mutabik there`);
}

function diagnoseSkew(skewMs: number | undefined): Diagnosis {
  if (skewMs === undefined) return warning('clock', "the server's answers carry no date to compare with");
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) > MOST_SKEW_MS / 2) {
    return problem(
      'clock',
      `this machine's clock is ${seconds} s from Slack's: signatures older than 5 min are refused; set up NTP`,
    );
  }
  return ok('clock', `within ${seconds} s of Slack's`);
}
