import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AppChild } from '../support/app-child.ts';
import { lockTable } from '../support/blocked.ts';
import { expectOneMorning, seeMorning } from '../support/morning.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

const NINE = '2026-01-15T09:00:00+03:00';

describe('two processes on one database', () => {
  let stage: Stage;
  let replicas: AppChild[];

  beforeEach(async () => {
    stage = await openStage();
    replicas = await Promise.all([stage.spawnApp({ alone: false }), stage.spawnApp({ alone: false })]);
  });

  afterEach(async () => {
    await stage.close();
  });

  /** The process that runs a task of this kind now. */
  async function ownerOf(kind: string): Promise<AppChild> {
    return await waitFor(`somebody runs ${kind}`, async () => {
      const { rows } = await stage.ours.pool.query<{ runner_id: string }>(
        `select runner_id from tasks where kind = $1 and state = 'running'`,
        [kind],
      );
      return replicas.find(({ runnerId }) => runnerId === rows[0]?.runner_id);
    });
  }

  test('post one digest', async () => {
    await stage.advanceTo('2026-01-15T09:10:00+03:00');
    expectOneMorning(await seeMorning(stage), stage);
  });

  test('the other finishes within 30 s of a kill', async () => {
    const barrier = await lockTable(stage.ours.superuserUrl, 'mutabik.run_findings');
    const morning = stage.advanceTo(NINE);
    await barrier.reached();
    const killed = await ownerOf('reconcile');
    const at = performance.now();
    await killed.kill();
    await barrier.lift();
    await morning;
    expect(performance.now() - at).toBeLessThan(30_000);
    expectOneMorning(await seeMorning(stage), stage);
  });

  test('within 75 s when a post was in flight', async () => {
    let killedAt = 0;
    const off = stage.workspace.onCall(async (method, phase) => {
      if (method !== 'chat.postMessage' || phase !== 'after') return;
      off();
      const owner = await ownerOf('card');
      killedAt = performance.now();
      await owner.kill();
    });
    await stage.advanceTo(NINE);
    // From here on real time passes: nobody moves the clock, as in production.
    await waitFor(
      'the file stands in the thread',
      async () => ((await seeMorning(stage)).files.length === 1 ? true : undefined),
      75_000,
    );
    expect(performance.now() - killedAt).toBeLessThan(75_000);
    await stage.advanceTo('2026-01-15T09:10:00+03:00');
    expectOneMorning(await seeMorning(stage), stage);
  });
});

describe('down over nine', () => {
  test('back at 09:40: one digest, of the right day', async () => {
    const stage = await openStage();
    const before = await stage.spawnApp();
    await stage.advanceTo('2026-01-15T08:40:00+03:00');
    await before.kill();
    await stage.advanceTo('2026-01-15T09:40:00+03:00');
    await stage.spawnApp();
    await stage.advanceTo('2026-01-15T09:45:00+03:00');
    const { digests, runs } = await seeMorning(stage);
    expect(runs).toEqual([{ state: 'complete', label: '2026-01-15' }]);
    expect(digests).toHaveLength(1);
    expect(Number(digests[0]?.ts) * 1000).toBeGreaterThan(Date.parse('2026-01-15T09:40:00+03:00'));
    await stage.close();
  });
});
