import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunningApp } from '../../src/main.ts';
import { messagesIn } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';
import { ageSnapshot } from './age-snapshot.ts';
import { idOf } from './cast.ts';

let stage: Stage;
let app: RunningApp;
beforeAll(async () => {
  stage = await openStage({ planted: false });
  app = await stage.startApp();
});
afterAll(async () => {
  await app.stop();
  await stage.close();
});

const count = async (sql: string): Promise<number> => {
  const { rows } = await stage.ours.pool.query<{ count: number }>(
    `select count(*)::int as count from ${sql}`,
  );
  return rows[0]!.count;
};

test('a change of roles stands once in #security', { timeout: 60_000 }, async () => {
  await waitFor('the baseline', async () => ((await count('role_members')) === 10 ? true : undefined));
  await fetch(`${stage.workspace.url}/sandbox/user`, {
    method: 'POST',
    body: JSON.stringify({ user: 'owner1', groups: ['finance-leads'] }),
  });
  await ageSnapshot(stage.ours.pool, 21_000);
  await waitFor('the change', async () => ((await count('role_changes')) > 0 ? true : undefined));
  await stage.idle();
  const told = await messagesIn(stage.workspace, 'security');
  expect(told).toHaveLength(1);
  expect(told[0]?.text).toContain(`Role leads given to <@${idOf('owner1')}>`);
  expect(await count(`audit_log where action = 'role.granted'`)).toBe(1);
});
