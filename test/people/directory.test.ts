import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSlackDirectory } from '../../src/adapters/slack-directory.ts';
import { makeLog } from '../../src/log.ts';
import { BOT_TOKEN, openWorkspace, type OpenWorkspace } from '../workspace/open-workspace.ts';
import { idOf, TEAM } from './cast.ts';

/** A directory on a server that answers every method with this. */
const answering = (answer: object) =>
  makeSlackDirectory({
    token: BOT_TOKEN,
    apiUrl: 'http://127.0.0.1:1/api/',
    log: makeLog('silent'),
    fetch: async () => Response.json({ ok: true, ...answer }),
  });

describe('the local workspace', () => {
  let slack: OpenWorkspace;
  beforeAll(async () => {
    slack = await openWorkspace();
  });
  afterAll(() => slack.stop());
  const directory = () =>
    makeSlackDirectory({ token: BOT_TOKEN, apiUrl: `${slack.url()}/api/`, log: makeLog('silent') });

  test('knows its people', async () => {
    expect(await directory().user(idOf('ops1'))).toEqual({
      id: idOf('ops1'),
      teamId: TEAM,
      name: 'ops1',
      realName: 'Defne Aydın',
      locale: 'tr-TR',
      timeZone: 'Europe/Istanbul',
      isDeleted: false,
      isGuest: false,
      isStranger: false,
      isBot: false,
    });
    expect(await directory().user('U0NOBODY99')).toBeUndefined();
    expect(await directory().users()).toHaveLength(14);
  });
  test('knows its groups', async () => {
    const groups = await directory().groups();
    expect(groups.find(({ handle }) => handle === 'sre')?.userIds).toEqual([
      idOf('engineer1'),
      idOf('engineer2'),
    ]);
  });
});

describe('an answer', () => {
  const group = { id: 'S1', handle: 'ops', users: ['U1'], date_delete: 0 };

  test('without locale, zone or team is still a user', async () => {
    expect(await answering({ user: { id: 'U1', name: 'a' } }).user('U1')).toEqual({
      id: 'U1',
      teamId: '',
      name: 'a',
      realName: 'a',
      locale: null,
      timeZone: null,
      isDeleted: false,
      isGuest: false,
      isStranger: false,
      isBot: false,
    });
  });
  test.each([
    ['is_restricted', { isGuest: true }],
    ['is_ultra_restricted', { isGuest: true }],
    ['is_stranger', { isStranger: true }],
    ['is_bot', { isBot: true }],
    ['is_workflow_bot', { isBot: true }],
    ['deleted', { isDeleted: true }],
    // An account that authorised the app itself, which is no bot.
    ['is_app_user', { isBot: false }],
  ])('with %s says so', async (mark, said) => {
    expect(await answering({ user: { id: 'U1', [mark]: true } }).user('U1')).toMatchObject(said);
  });
  test.each([
    ['about somebody else', {}, (of: ReturnType<typeof answering>) => of.user('U1')],
    ['without members', {}, (of: ReturnType<typeof answering>) => of.users()],
    ['without groups', {}, (of: ReturnType<typeof answering>) => of.groups()],
    [
      'whose group has no members',
      { usergroups: [{ ...group, users: undefined, user_count: 3 }] },
      (of: ReturnType<typeof answering>) => of.groups(),
    ],
  ])('%s proves nothing', async (_what, answer, ask) => {
    await expect(ask(answering(answer))).rejects.toMatchObject({ code: 'slack_unavailable' });
  });
  test('of groups leaves out disabled and foreign ones', async () => {
    const usergroups = [
      group,
      { ...group, id: 'S2', date_delete: 1_700_000_000 },
      { ...group, id: 'S3', is_external: true },
      { ...group, id: 'S4', users: undefined, user_count: '0' },
    ];
    expect((await answering({ usergroups }).groups()).map(({ id, userIds }) => [id, userIds])).toEqual([
      ['S1', ['U1']],
      ['S4', []],
    ]);
  });
  test.each(['user_not_found', 'user_not_visible'])('%s is nobody', async (error) => {
    expect(await answering({ ok: false, error }).user('U1')).toBeUndefined();
  });
});
