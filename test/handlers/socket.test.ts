import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { waitFor } from '../support/wait-for.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { cutSockets, openSocketDoor, openSocketWorkspace, postButton } from './socket-door.ts';

type Door = Awaited<ReturnType<typeof openSocketDoor>>;

let slack: OpenWorkspace;
let press: Awaited<ReturnType<typeof postButton>>;
let doors: Door[] = [];

beforeAll(async () => {
  slack = await openSocketWorkspace();
  press = await postButton(slack);
});
afterAll(() => slack.stop());
afterEach(async () => {
  for (const door of doors.splice(0)) await door.stop();
});

async function open(options: Parameters<typeof openSocketDoor>[1] = {}): Promise<Door> {
  const door = await openSocketDoor(slack, options);
  doors.push(door);
  return door;
}

/** Work that waits until the test lets it go. */
function gate() {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let entered = 0;
  return {
    release: () => release(),
    work: async () => {
      entered += 1;
      await released;
    },
    entered: () => waitFor('a click under way', async () => (entered > 0 ? true : undefined)),
  };
}

const say = (text: string) => slack.act('command', { user: 'ops1', channel: 'slo', command: '/say', text });
const OK = { status: 200, ack_ms: expect.any(Number) as number };

describe('over a socket', () => {
  test('a click and a command are answered', async () => {
    const door = await open();
    expect(await press()).toEqual(OK);
    expect(await say('merhaba')).toMatchObject({ status: 200, reply: { text: 'merhaba' } });
    expect(door.clicks()).toEqual([1]);
  });

  test('only the probes are served over HTTP', async () => {
    const { port } = await open();
    const get = async (path: string, method = 'GET'): Promise<number> =>
      (await fetch(`http://127.0.0.1:${port}${path}`, { method })).status;
    expect(await get('/healthz')).toBe(200);
    expect(await get('/readyz')).toBe(200);
    expect(await get('/metrics')).toBe(200);
    expect(await get('/slack/events', 'POST')).toBe(404);
  });

  test('a refused token ends the start with its name', async () => {
    await expect(open({ appToken: 'xapp-wrong' })).rejects.toThrow(/SLACK_APP_TOKEN: .* invalid_auth/);
  });

  test('an eleventh process waits its turn', async () => {
    for (let i = 0; i < 10; i += 1) await open();
    const eleventh = await open();
    await waitFor('a place', async () => ((await eleventh.ready()) ? undefined : true));
    for (let i = 0; i < 10; i += 1) expect(await press()).toEqual(OK);
    await doors.shift()?.stop();
    await waitFor('a place', async () => ((await eleventh.ready()) ? true : undefined));
  });
});

describe('a broken socket', () => {
  test.each(['drop', 'lost_reply'])('%s: the click is answered, and once', async (kind) => {
    const door = await open();
    await slack.act('faults', { target: 'delivery', kind });
    expect(await press()).toEqual(OK);
    await slack.workspace().idle();
    expect(door.clicks()).toEqual([1]);
  });

  test('an ack goes over the next one', async () => {
    const { work, entered, release } = gate();
    const door = await open({ work });
    const answer = press();
    await entered();
    await cutSockets(slack, 1);
    release();
    expect(await answer).toEqual(OK);
    expect(door.clicks()).toEqual([1]);
  });

  test("Slack's notice of an end loses nothing", async () => {
    const { work, entered, release } = gate();
    const door = await open({ work });
    const answer = press();
    await entered();
    slack.workspace().sayDisconnect('warning');
    const another = say('in between');
    await sleep(100);
    release();
    expect(await answer).toEqual(OK);
    expect(await another).toMatchObject({ status: 200, reply: { text: 'in between' } });
    expect(door.clicks()).toEqual([1]);
  });

  test('five in a row lose no click and double none', { timeout: 30_000 }, async () => {
    const door = await open();
    const answers: Promise<unknown>[] = [];
    let cutting = true;
    const cut = cutSockets(slack, 5).finally(() => {
      cutting = false;
    });
    while (cutting) {
      answers.push(press());
      await sleep(40);
    }
    await cut;
    for (const answer of await Promise.all(answers)) expect(answer).toEqual(OK);
    expect(door.clicks()).toEqual(answers.map(() => 1));
  });
});

describe('the workspace away', () => {
  test('is met again after a restart', { timeout: 30_000 }, async () => {
    const door = await open();
    await slack.restart();
    await waitFor('an open socket', async () => ((await door.ready()) ? true : undefined));
    expect(await say('again')).toMatchObject({ reply: { text: 'again' } });
  });

  test('does not keep the app from starting', { timeout: 30_000 }, async () => {
    await slack.act('faults', { target: 'apps.connections.open', kind: 500, times: 2 });
    const door = await open();
    expect(await door.ready()).toBe(false);
    await waitFor('an open socket', async () => ((await door.ready()) ? true : undefined));
    expect(await say('late')).toMatchObject({ reply: { text: 'late' } });
  });
});

describe('a stop', () => {
  test('answers the click under way', async () => {
    const { work, entered, release } = gate();
    const door = await openSocketDoor(slack, { work });
    const answer = press();
    await entered();
    const stopped = door.stop();
    await sleep(300);
    release();
    expect(await answer).toEqual(OK);
    await stopped;
    expect(slack.workspace().dropSockets()).toBe(0);
  });

  test('leaves what comes late to another process', { timeout: 20_000 }, async () => {
    const { work, entered, release } = gate();
    const first = await openSocketDoor(slack, { work });
    const answer = press();
    await entered();
    const stopped = first.stop();
    await open();
    await sleep(1_200);
    const late = [press(), press()];
    await sleep(100);
    release();
    for (const each of [answer, ...late]) expect(await each).toEqual(OK);
    await stopped;
    expect(first.clicks()).toEqual([1]);
    expect(doors[0]?.clicks()).toEqual([1, 1]);
  });

  test('with nothing under way is quick', async () => {
    const door = await openSocketDoor(slack);
    const began = performance.now();
    await door.stop();
    expect(performance.now() - began).toBeLessThan(500);
  });
});
