import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';
import { cutSockets, openSocketDoor, openSocketWorkspace, postButton } from './socket-door.ts';

const OK = { status: 200, ack_ms: expect.any(Number) as number };

let slack: OpenWorkspace;
let press: Awaited<ReturnType<typeof postButton>>;

beforeAll(async () => {
  slack = await openSocketWorkspace();
  press = await postButton(slack);
});
afterAll(() => slack.stop());

/** Clicks go on while the sockets are cut fifty times. Resolves with what the people saw. */
async function clickThrough(): Promise<unknown[]> {
  const answers: Promise<unknown>[] = [];
  let cutting = true;
  const cut = cutSockets(slack, 50).finally(() => {
    cutting = false;
  });
  while (cutting) {
    answers.push(press());
    await sleep(50);
  }
  await cut;
  const seen = await Promise.all(answers);
  await slack.workspace().idle();
  return seen;
}

test('fifty dropped sockets lose no click, double none', async () => {
  const door = await openSocketDoor(slack);
  const seen = await clickThrough();
  for (const answer of seen) expect(answer).toEqual(OK);
  expect(door.clicks()).toEqual(seen.map(() => 1));
  await door.stop();
});

test('two processes: no click lost, none twice to one', async () => {
  const doors = [await openSocketDoor(slack), await openSocketDoor(slack)];
  const seen = await clickThrough();
  for (const answer of seen) expect(answer).toEqual(OK);
  expect(new Set(doors.flatMap((door) => door.clicked())).size).toBe(seen.length);
  for (const door of doors) expect(new Set(door.clicks())).toEqual(new Set([1]));
  for (const door of doors) await door.stop();
});
