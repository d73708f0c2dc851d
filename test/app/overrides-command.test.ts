import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningApp } from '../../src/main.ts';
import { waitFor } from '../support/wait-for.ts';
import { openOverrideStage, type AskedOverride, type OverrideStage } from './override-stage.ts';

let scene: OverrideStage;
let app: RunningApp;
let asked: AskedOverride;

beforeAll(async () => {
  scene = await openOverrideStage();
  app = await scene.stage.startApp();
  await scene.fail();
}, 60_000);

afterAll(async () => {
  await app?.stop();
  await scene?.stage.close();
});

test('/override answers help to whoever holds a role, in their language', async () => {
  const { reply } = await scene.people.command('engineer2', '/override', 'help');
  expect(reply?.text).toContain('docs/manual-override.md');
  const { reply: turkish } = await scene.people.command('security1', '/override', 'yardım');
  expect(turkish?.text).toContain('docs/manual-override.md');
  expect(turkish?.text).not.toBe(reply?.text);
  expect((await scene.people.command('guest1', '/override', 'help')).reply?.text).toContain('Guests');
});

test('/override TRANSACTION asks in a thread of its own', async () => {
  const [payout] = await scene.fail();
  await scene.people.command('engineer2', '/override', payout!.id);
  const refused = await scene.people.topWith('engineer2', 'roles');
  await scene.people.act('close', { user: 'engineer2', view_id: refused.id, all: true });

  await scene.people.command('ops2', '/override', payout!.id);
  const form = await waitFor('the form', async () => {
    const view = await scene.people.top('ops2');
    return view?.callback_id === 'overrides.ask' ? view : undefined;
  });
  await scene.sendForm('ops2', form.id);
  // A channel takes one message a second.
  await scene.pass(5);
  await scene.people.toldWith('ops2', 'Asked for.');
  const [override] = await scene.overridesOf(payout!.id);
  asked = { ...payout!, overrideId: override!.id };
  const [card, line] = [await scene.overrideCard(asked.overrideId), await scene.line(asked.overrideId)];
  expect([card.channel, card.thread_ts]).toEqual([line.channel, line.ts]);
  // The alert, which it was not asked from, links to it all the same.
  const alert = await scene.card(payout!.payoutId);
  expect(JSON.stringify(alert.blocks)).toContain(`p${card.ts.replace('.', '')}`);
});

test('what is typed and is none of ours is said to be none', async () => {
  await scene.people.command('ops2', '/override', 'tx-unheard-of');
  const words = await scene.people.topWith('ops2', 'no such');
  await scene.people.act('close', { user: 'ops2', view_id: words.id, all: true });
});

test('/override list and Home show what waits, Home only to whoever may approve it', async () => {
  const { reply } = await scene.people.command('security2', '/override', 'list');
  expect(reply?.text).toContain(asked.id);
  const homeOf = async (user: string): Promise<string> => {
    await scene.people.act('home', { user });
    return await waitFor(`the Home of ${user}`, async () => {
      const { homes } = (await scene.people.state()) as unknown as { homes: Record<string, unknown> };
      return homes[user] === undefined ? undefined : JSON.stringify(homes[user]);
    });
  };
  expect(await homeOf('manager2')).toContain('Waiting for your approval (1)');
  expect(await homeOf('ops2')).not.toContain('Waiting for your approval');
  await scene.decide('manager2', 'approve', asked.overrideId);
  await scene.people.toldWith('manager2', 'Your approval');
  await waitFor('nothing waits', async () =>
    (await homeOf('manager2')).includes('Waiting for your approval') ? undefined : true,
  );
});

test('its proof goes to leads and security, in a direct message', async () => {
  const { channel, ts } = await scene.overrideCard(asked.overrideId);
  const proof = (user: string) =>
    scene.people.act('click', {
      user,
      channel,
      ts,
      action_id: 'overrides.more',
      option: `overrides.proof:${asked.overrideId}:1`,
    });
  await proof('ops2');
  await scene.people.toldWith('ops2', 'roles');
  await proof('lead2');
  await scene.people.toldWith('lead2', 'direct message');
  await scene.stage.idle();
  await scene.pass(30);
  const { messages, channels } = await scene.people.state();
  const direct = (channels as { id: string; is_im?: boolean }[]).filter(({ is_im: isIm }) => isIm === true);
  const sent = messages.filter(({ channel: where }) => direct.some(({ id }) => id === where));
  expect(sent.some(({ text }) => text.includes(asked.id))).toBe(true);
  expect(await scene.audited('override.proof_given')).toHaveLength(1);
});
