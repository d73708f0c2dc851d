import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lockTable } from '../support/blocked.ts';
import { expectOneMorning, seeMorning, type Morning } from '../support/morning.ts';
import { openStage, type Stage } from '../support/stage.ts';

const NINE = '2026-01-15T09:00:00+03:00';
const LATER = '2026-01-15T09:10:00+03:00';

/** Locks a table from the start and kills the app when it stands before it. */
interface AtTable {
  step: string;
  database: 'ours' | 'finance';
  table: string;
  /** "exclusive" stops writers, "access exclusive" readers as well. */
  mode?: string;
  /** Locked only when Slack was called with this, since the table is needed before as well. */
  after?: string;
}

const TABLES: readonly AtTable[] = [
  { step: 'making the run', database: 'ours', table: 'mutabik.runs' },
  { step: 'reading finance', database: 'finance', table: 'finance.wallets', mode: 'access exclusive' },
  { step: 'storing findings', database: 'ours', table: 'mutabik.findings' },
  { step: 'storing what the run saw', database: 'ours', table: 'mutabik.run_findings' },
  { step: 'keeping drifts for a second look', database: 'ours', table: 'mutabik.unconfirmed_drifts' },
  { step: 'asking for the digest', database: 'ours', table: 'mutabik.cards' },
  { step: 'asking for the file', database: 'ours', table: 'mutabik.card_files' },
  { step: 'storing that it was posted', database: 'ours', table: 'mutabik.cards', after: 'chat.postMessage' },
  {
    step: "storing the file's id",
    database: 'ours',
    table: 'mutabik.card_files',
    after: 'files.getUploadURLExternal',
  },
  {
    step: 'storing that the file is shared',
    database: 'ours',
    table: 'mutabik.card_files',
    after: 'files.completeUploadExternal',
  },
];

const CALLS: readonly { method: string; phase: 'before' | 'after' }[] = [
  'chat.postMessage',
  'files.getUploadURLExternal',
  'files.completeUploadExternal',
].flatMap((method) => [
  { method, phase: 'before' as const },
  { method, phase: 'after' as const },
]);

describe('killed in the middle of the morning', () => {
  let stage: Stage;
  let undisturbed: Morning;

  beforeAll(async () => {
    const calm = await openStage();
    await calm.spawnApp();
    await calm.advanceTo(LATER);
    undisturbed = await seeMorning(calm);
    expectOneMorning(undisturbed, calm);
    await calm.close();
  });

  beforeEach(async () => {
    stage = await openStage();
  });

  afterEach(async () => {
    await stage.close();
  });

  async function goOn(): Promise<void> {
    await stage.spawnApp();
    await stage.advanceTo(LATER);
    expectOneMorning(await seeMorning(stage), stage, undisturbed);
  }

  test.each(TABLES.filter(({ after }) => after === undefined))('$step', async ({ database, table, mode }) => {
    const app = await stage.spawnApp();
    const barrier = await lockTable(stage[database].superuserUrl, table, mode);
    const morning = stage.advanceTo(NINE);
    await barrier.reached();
    await app.kill();
    await barrier.lift();
    await stage.spawnApp();
    await morning;
    await stage.advanceTo(LATER);
    expectOneMorning(await seeMorning(stage), stage, undisturbed);
  });

  test.each(TABLES.filter(({ after }) => after !== undefined))(
    '$step',
    async ({ table, after, database }) => {
      const app = await stage.spawnApp();
      let barrier: Awaited<ReturnType<typeof lockTable>> | undefined;
      const killed = new Promise<void>((resolve, reject) => {
        const off = stage.workspace.onCall(async (method, phase) => {
          if (method !== after || phase !== 'after') return;
          off();
          barrier = await lockTable(stage[database].superuserUrl, table);
          barrier
            .reached()
            .then(() => app.kill())
            .then(() => barrier?.lift())
            .then(resolve, reject);
        });
      });
      const morning = stage.advanceTo(NINE);
      await killed;
      await stage.spawnApp();
      await morning;
      await goOn();
    },
  );

  test.each(CALLS)('$phase $method', async ({ method: wanted, phase: at }) => {
    const app = await stage.spawnApp();
    const killed = new Promise<void>((resolve, reject) => {
      const off = stage.workspace.onCall(async (method, phase) => {
        if (method !== wanted || phase !== at) return;
        off();
        await app.kill().then(resolve, reject);
      });
    });
    const morning = stage.advanceTo(NINE);
    await killed;
    await stage.spawnApp();
    await morning;
    await goOn();
  });
});

describe('killed while everything stands', () => {
  test('a second morning has its own digest', async () => {
    const stage = await openStage();
    const app = await stage.spawnApp();
    await stage.advanceTo(LATER);
    await app.kill();
    await stage.spawnApp();
    await stage.advanceTo('2026-01-16T09:10:00+03:00');
    const { digests, files } = await seeMorning(stage);
    expect([digests.length, files.map(({ name }) => name)]).toEqual([
      2,
      ['findings-2026-01-15.csv', 'findings-2026-01-16.csv'],
    ]);
    await stage.close();
  });
});
