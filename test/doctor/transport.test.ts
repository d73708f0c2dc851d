import { afterAll, beforeAll, expect, test } from 'vitest';
import { diagnoseTransport } from '../../src/doctor/transport.ts';
import { BOT_TOKEN, openWorkspace, SIGNING_SECRET, type OpenWorkspace } from '../workspace/open-workspace.ts';
import { APP_TOKEN } from '../workspace/socket-client.ts';

let slack: OpenWorkspace;

beforeAll(async () => {
  const app = {
    eventsUrl: () => null,
    signingSecret: SIGNING_SECRET,
    botToken: BOT_TOKEN,
    appToken: APP_TOKEN,
  };
  slack = await openWorkspace({ app });
});
afterAll(() => slack.stop());

const diagnose = (token: string | undefined, secret?: string) =>
  diagnoseTransport({
    SLACK_API_URL: slack.workspace().apiUrl,
    SLACK_APP_TOKEN: token,
    SLACK_SIGNING_SECRET: secret,
  });

test('an app-level token that opens sockets is well', async () => {
  expect(await diagnose(APP_TOKEN)).toMatchObject({
    state: 'ok',
    text: expect.stringContaining('Socket Mode'),
  });
  expect(await diagnose(APP_TOKEN, 'another')).toMatchObject({ text: expect.stringContaining('not used') });
});

test('one that is refused is a problem with the way to mend it', async () => {
  expect(await diagnose('xapp-wrong')).toMatchObject({
    state: 'problem',
    text: expect.stringMatching(/SLACK_APP_TOKEN: Slack says invalid_auth: .*connections:write/),
  });
});

test('without one the signing secret is named', async () => {
  expect(await diagnose(undefined, 'secret')).toMatchObject({
    state: 'ok',
    text: expect.stringContaining('SLACK_SIGNING_SECRET'),
  });
});

test('a Slack out of reach is no finding about the token', async () => {
  const config = { SLACK_API_URL: 'http://127.0.0.1:9/api/', SLACK_APP_TOKEN: APP_TOKEN };
  await expect(diagnoseTransport({ ...config, SLACK_SIGNING_SECRET: undefined })).rejects.toThrow(
    "can't be reached",
  );
});
