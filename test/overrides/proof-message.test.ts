import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseSigningKey } from '../../src/audit/keys.ts';
import type { UserId } from '../../src/ids.ts';
import type { RunningApp } from '../../src/main.ts';
import { requestProof, type ProofDeps } from '../../src/overrides/request-proof.ts';
import { verifyProof } from '../../src/overrides/verify-proof.ts';
import { sandboxPolicy } from '../../sandbox/settings.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { storeOverride } from './proof-ground.ts';

let stage: Stage;
let app: RunningApp;
let id: string;
let deps: ProofDeps;

beforeAll(async () => {
  stage = await openStage({ planted: false });
  app = await stage.startApp();
  id = await storeOverride(stage.ours.pool);
  const signingKey = parseSigningKey(stage.environment['AUDIT_SIGNING_KEY'] ?? '');
  deps = { pool: stage.ours.pool, policy: sandboxPolicy(undefined), signingKey };
});
afterAll(async () => {
  await app.stop();
  await stage.close();
});

interface State {
  users: { id: string; name: string }[];
  channels: { id: string; is_im: boolean; user?: string }[];
  messages: {
    channel: string;
    ts: string;
    thread_ts?: string;
    text: string;
    files?: { id: string; name: string }[];
  }[];
}
const state = async () => (await (await fetch(`${stage.workspace.url}/sandbox/state`)).json()) as State;
const bytesOf = async (file: string) =>
  Buffer.from(await (await fetch(`${stage.workspace.url}/sandbox/files/${file}`)).arrayBuffer());

/** What stands in the direct message with one of the workspace's people. */
async function directTo(name: string) {
  const { users, channels, messages } = await state();
  const user = users.find((one) => one.name === name)?.id ?? '';
  const channel = channels.find((one) => one.is_im && one.user === user)?.id;
  return { user: user as UserId, messages: messages.filter((message) => message.channel === channel) };
}

test('a lead gets bundle and page in a direct message', async () => {
  const { user, messages } = await directTo('lead1');
  expect(messages).toEqual([]);
  const request = { overrideId: id, person: { userId: user, locale: 'tr' as const }, requestId: 'trigger-1' };
  expect(await requestProof(deps, stage.clock.now(), request)).toMatchObject({ ok: true });
  await stage.idle();

  const [card, ...answers] = (await directTo('lead1')).messages;
  expect(card?.text).toContain('tx_stuck');
  expect(card?.text).toContain('mutabik audit verify');
  const files = answers.flatMap((answer) => answer.files ?? []);
  expect(answers.map((answer) => answer.thread_ts)).toEqual([card?.ts, card?.ts]);
  expect(files.map(({ name }) => name).toSorted()).toEqual([`override-${id}.jsonl`, `override-${id}.md`]);

  const contents = new Map(
    await Promise.all(files.map(async (file) => [file.name, await bytesOf(file.id)] as const)),
  );
  const proven = verifyProof(contents.get(`override-${id}.jsonl`) ?? Buffer.of(), deps.signingKey?.publicKey);
  expect(proven).toMatchObject({ ok: true, override: id, votes: 2 });
  expect(contents.get(`override-${id}.md`)?.toString()).toContain('Kim karar verdi');
});

test('that it was given stands in the log, once a press', async () => {
  const { user } = await directTo('lead1');
  const request = { overrideId: id, person: { userId: user, locale: 'tr' as const }, requestId: 'trigger-1' };
  expect(await requestProof(deps, stage.clock.now(), request)).toEqual({
    ok: false,
    refusal: { why: 'repeated' },
  });
  const { rows } = await stage.ours.pool.query(
    `select actor, data::jsonb ->> 'key' as key from audit_log where action = 'override.proof_given'`,
  );
  expect(rows).toEqual([{ actor: `person:${user}`, key: deps.signingKey?.fingerprint }]);
});

test('without a key its message says that nothing is signed', async () => {
  const { user } = await directTo('security1');
  const request = { overrideId: id, person: { userId: user, locale: 'en' as const }, requestId: 'trigger-2' };
  await requestProof({ ...deps, signingKey: undefined }, stage.clock.now(), request);
  await stage.idle();
  const [card] = (await directTo('security1')).messages;
  expect(card?.text).toContain('the bundle is not signed');
});

test('there is no proof of what never was', async () => {
  const request = {
    overrideId: 'x',
    person: { userId: 'U1' as UserId, locale: 'en' as const },
    requestId: 'y',
  };
  expect(await requestProof(deps, stage.clock.now(), request)).toMatchObject({
    refusal: { why: 'not_found' },
  });
});
