import type { Policy } from '../policy.ts';
import { ok, problem, warning, type Diagnosis } from './types.ts';

/** What the app's calls need, and the call that needs it. docs.slack.dev/reference/scopes */
const SCOPES: Record<string, string> = {
  'chat:write': 'chat.postMessage, chat.update',
  'channels:read': 'conversations.list, conversations.info',
  'groups:read': 'the same for private channels',
  'channels:history': 'conversations.history and conversations.replies, before a message is posted again',
  'groups:history': 'the same for private channels',
  'files:write': "files.getUploadURLExternal, the digest's CSV",
};
const LIMIT_MS = 5_000;
/** Slack refuses requests whose time differs by more than five minutes; half of it is a warning. */
const MOST_SKEW_MS = 300_000;

export interface SlackFacts {
  team: string;
  scopes: string[] | undefined;
  channels: { name: string; id: string; isMember: boolean; isExternallyShared: boolean }[];
  /** Slack's clock minus ours, in milliseconds; undefined when its answers carry no date. */
  skewMs: number | undefined;
}

/** Asks Slack who we are, what we may, and which channels there are. Throws when it can't be reached or refuses. */
export async function askSlack(options: { apiUrl: string; token: string; now: Date }): Promise<SlackFacts> {
  const who = await call(options, 'auth.test', {});
  const date = who.headers.get('date');
  const channels: SlackFacts['channels'] = [];
  let cursor = '';
  do {
    const page = await call(options, 'conversations.list', {
      types: 'public_channel,private_channel',
      exclude_archived: 'true',
      limit: '200',
      cursor,
    });
    for (const channel of (page.body['channels'] ?? []) as Record<string, unknown>[]) {
      channels.push({
        name: String(channel['name'] as string),
        id: String(channel['id'] as string),
        isMember: channel['is_member'] === true,
        isExternallyShared: channel['is_ext_shared'] === true,
      });
    }
    cursor = (page.body['response_metadata'] as { next_cursor?: string } | undefined)?.next_cursor ?? '';
  } while (cursor !== '');
  return {
    team: String((who.body['team'] as string | undefined) ?? ''),
    scopes: who.headers
      .get('x-oauth-scopes')
      ?.split(',')
      .map((scope) => scope.trim()),
    channels,
    skewMs: date === null ? undefined : new Date(date).getTime() - options.now.getTime(),
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
    ...Object.entries(policy.channels).map(([name, { slack }]) => diagnoseChannel(name, slack, facts)),
    diagnoseSkew(facts.skewMs),
  ];
}

function diagnoseChannel(name: string, slack: string, facts: SlackFacts): Diagnosis {
  const channel = facts.channels.find((each) => each.id === slack || each.name === slack.replace(/^#/, ''));
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

interface Answer {
  headers: Headers;
  body: Record<string, unknown>;
}

async function call(
  options: { apiUrl: string; token: string },
  method: string,
  args: Record<string, string>,
): Promise<Answer> {
  const response = await fetch(
    new URL(method, options.apiUrl.endsWith('/') ? options.apiUrl : `${options.apiUrl}/`),
    {
      method: 'POST',
      headers: { authorization: `Bearer ${options.token}` },
      body: new URLSearchParams(args),
      signal: AbortSignal.timeout(LIMIT_MS),
      redirect: 'error',
    },
  );
  const body = (await response.json()) as Record<string, unknown>;
  if (body['ok'] !== true) throw new Error(`Slack answers ${method} with ${String(body['error'] as string)}`);
  return { headers: response.headers, body };
}
