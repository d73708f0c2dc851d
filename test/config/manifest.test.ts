import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BOT_SCOPES } from '../../sandbox/slack/api/scopes.ts';
import { diagnoseSlack } from '../../src/doctor/slack.ts';
import { parsePolicy } from '../../src/policy.ts';
import { MANIFEST_TEXT, manifestScopes, readManifest } from '../support/manifest.ts';
import { COMMANDS, EVENTS, METHODS } from './slack-usage.ts';

const policy = parsePolicy(readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8'));
const manifest = readManifest();

const READ = ['channels:read', 'groups:read'];
// im: the proof of an override stands in a direct message.
const HISTORY = ['channels:history', 'groups:history', 'im:history'];
/**
 * Bot scopes of each method, where the app's channels are public or private ones; https://docs.slack.dev/reference/methods.
 * A method that is called and isn't here fails below: add it, and its scope to the manifest.
 */
const METHOD_SCOPES: Record<string, readonly string[]> = {
  'auth.test': [],
  'chat.delete': ['chat:write'],
  'chat.getPermalink': [],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.scheduleMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'conversations.archive': ['channels:manage', 'groups:write'],
  'conversations.create': ['channels:manage', 'groups:write'],
  'conversations.history': HISTORY,
  'conversations.info': READ,
  'conversations.invite': ['channels:manage', 'groups:write'],
  'conversations.join': ['channels:join'],
  'conversations.list': READ,
  'conversations.members': READ,
  'conversations.open': ['im:write'],
  'conversations.replies': HISTORY,
  'conversations.setTopic': ['channels:manage', 'groups:write'],
  'files.completeUploadExternal': ['files:write'],
  'files.getUploadURLExternal': ['files:write'],
  'files.info': ['files:read'],
  'pins.add': ['pins:write'],
  'reactions.add': ['reactions:write'],
  'team.info': ['team:read'],
  'usergroups.list': ['usergroups:read'],
  'usergroups.users.list': ['usergroups:read'],
  'users.info': ['users:read'],
  'users.list': ['users:read'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.push': [],
  'views.update': [],
  // By the app-level token, whose scope is chosen where it is made.
  'apps.connections.open': [],
};
/** Scopes of each event's subscription; https://docs.slack.dev/reference/events */
const EVENT_SCOPES: Record<string, readonly string[]> = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
};

const needs = (scope: string): string[] =>
  scope === 'commands'
    ? ['slash commands']
    : METHODS.filter((method) => METHOD_SCOPES[method]?.includes(scope));

describe('scopes', () => {
  test('the sources call what is known', () => {
    expect(METHODS).toEqual(expect.arrayContaining(['auth.test', 'chat.postMessage', 'chat.update']));
    expect(METHODS.filter((method) => METHOD_SCOPES[method] === undefined)).toEqual([]);
    expect(EVENTS.filter((event) => EVENT_SCOPES[event] === undefined)).toEqual([]);
  });

  test('what is called is asked for, nothing more', () => {
    const wanted = [
      ...METHODS.flatMap((method) => METHOD_SCOPES[method] ?? []),
      ...EVENTS.flatMap((event) => EVENT_SCOPES[event] ?? []),
      ...(manifest.features.slash_commands.length > 0 ? ['commands'] : []),
    ];
    expect(manifestScopes()).toEqual([...new Set(wanted)].toSorted());
  });

  test.each(manifestScopes())('%s says which calls need it', (scope) => {
    const comment = new RegExp(`^ +- ${scope} # (.+)$`, 'm').exec(MANIFEST_TEXT)?.[1] ?? '';
    expect(needs(scope)).not.toEqual([]);
    for (const call of needs(scope)) expect(comment).toContain(call);
  });

  test('the local workspace knows each of them', () => {
    for (const scope of manifestScopes()) expect(BOT_SCOPES).toContain(scope);
  });
});

describe('the doctor', () => {
  /** How many scopes it misses, when the token has these. */
  const missing = (scopes: string[]): number =>
    diagnoseSlack({ team: 'Local', scopes, channels: [], skewMs: 0 }, policy).filter(({ text }) =>
      text.startsWith('scope '),
    ).length;

  test('is content with what the manifest asks for', () => {
    expect(missing(manifestScopes())).toBe(0);
  });

  test.each(manifestScopes())('misses %s', (scope) => {
    expect(missing(manifestScopes().filter((each) => each !== scope))).toBe(1);
  });
});

describe('what Slack sends', () => {
  test('every event listened to is subscribed, no other', () => {
    expect(manifest.settings.event_subscriptions.bot_events).toEqual(EVENTS);
  });

  const offered = manifest.features.slash_commands.map(({ command }) => command);

  test('every command answered is offered', () => {
    expect(offered).toEqual(expect.arrayContaining([...COMMANDS]));
  });

  test('every command offered is answered', () => {
    expect(COMMANDS).toEqual(expect.arrayContaining(offered));
  });

  test('Home is shown, since it is published', () => {
    expect(manifest.features.app_home).toEqual({
      home_tab_enabled: METHODS.includes('views.publish'),
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: true,
    });
  });

  test('all of it goes to one address', () => {
    const { interactivity, event_subscriptions } = manifest.settings;
    const addresses = manifest.features.slash_commands.map(({ url }) => url);
    addresses.push(interactivity.request_url, event_subscriptions.request_url);
    expect(new Set(addresses)).toEqual(new Set(['https://mutabik.example.com/slack/events']));
    expect(interactivity.is_enabled).toBe(true);
  });
});
