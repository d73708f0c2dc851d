import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openStage } from '../support/stage.ts';

test('two processes share the clicks; one may stop', { timeout: 60_000 }, async () => {
  const stage = await openStage({ planted: false, transport: 'socket' });
  const [first] = await Promise.all([stage.spawnApp({ alone: false }), stage.spawnApp({ alone: false })]);
  const { connections } = stage.workspace.workspace;
  expect(connections.open()).toHaveLength(2);
  const say = async () => {
    const response = await fetch(`${stage.workspace.url}/sandbox/command`, {
      method: 'POST',
      body: JSON.stringify({ user: 'ops1', channel: 'finance-ops', command: '/nothing' }),
    });
    return (await response.json()) as object;
  };
  const answers: Promise<object>[] = [];
  let stopping = true;
  for (let i = 0; i < 10; i += 1) answers.push(say());
  const stopped = first.stop().finally(() => {
    stopping = false;
  });
  while (stopping) {
    answers.push(say());
    await sleep(10);
  }
  expect(await stopped).toBe(0);
  expect(connections.open()).toHaveLength(1);
  answers.push(say());
  for (const answer of await Promise.all(answers)) {
    expect(answer).toMatchObject({
      status: 200,
      reply: { text: expect.stringContaining('/nothing') as string },
    });
  }
  await stage.close();
});
