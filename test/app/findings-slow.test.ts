import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApp } from '../../src/main.ts';
import { actingOn, type Acknowledged } from '../support/acting.ts';
import { lockTable } from '../support/blocked.ts';
import { messagesIn } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';

/** A person sees a failure after three seconds without an ack. */
const LIMIT_MS = 3_000;

let stage: Stage;
let app: RunningApp;
let people: ReturnType<typeof actingOn>;
let ts: string;

beforeAll(async () => {
  stage = await openStage();
  people = actingOn(stage);
  app = await stage.startApp();
  await stage.advanceTo('2026-01-15T09:05:00+03:00');
  const messages = await messagesIn(stage.workspace, 'finance-ops');
  ts = messages.find(({ text }) => text.includes('Mutabık:'))!.ts;
}, 120_000);

afterAll(async () => {
  await app.stop();
  await stage.close();
});

async function openFindings(): Promise<string[]> {
  const { rows } = await stage.ours.pool.query<{ id: string }>(
    `select id from findings f where state = 'open' and class = 'HIGH'
        and not exists (select from acceptances a where a.finding_id = f.id) order by id`,
  );
  return rows.map(({ id }) => id);
}

/** Everything that people do with findings, each answered; gives what none may exceed. */
async function doEverything(): Promise<number[]> {
  const took: number[] = [];
  const timed = async (act: Promise<Acknowledged>) => {
    const began = performance.now();
    const answer = await act;
    expect(answer).toMatchObject({ status: 200 });
    took.push(performance.now() - began);
    return answer;
  };
  const answered = async <T>(words: Promise<T>) => {
    const began = performance.now();
    const found = await words;
    took.push(performance.now() - began);
    return found;
  };
  const [first, second] = await openFindings();
  await timed(people.press('ops2', 'finance-ops', ts, 'findings.show_all'));
  const list = await answered(people.topWith('ops2', '1 to 10 of'));
  await timed(people.pressIn('ops2', list.id, { action_id: 'findings.filter.class', option: 'MED' }));
  await answered(people.topWith('ops2', '1 to 10 of 13'));
  await timed(people.pressIn('ops2', list.id, { action_id: 'findings.page.next' }));
  await people.act('close', { user: 'ops2', view_id: list.id });
  await timed(people.command('ops2', '/recon', first!));
  const view = await answered(people.topWith('ops2', first!));
  await timed(people.submit('ops2', view.id, { note: 'Looked' }));
  const told = await answered(people.toldWith('ops2', 'Closed'));
  await timed(people.press('ops2', 'finance-ops', told.ts, 'findings.undo'));
  await answered(people.toldWith('ops2', 'stands as before'));
  await timed(people.command('manager2', '/recon', second!));
  const high = await answered(people.topWith('manager2', second!));
  await timed(people.submit('manager2', high.id, { what: 'accept', note: 'Known' }));
  await answered(people.toldWith('manager2', 'Proposed'));
  for (const text of ['', 'help', 'run']) await timed(people.command('ops2', '/recon', text));
  return took;
}

// Once more where the machine itself was too busy for three seconds.
describe('every action is answered in time', { retry: 1 }, () => {
  test('while each table of finance keeps its reader waiting', { timeout: 60_000 }, async () => {
    const barrier = await lockTable(stage.finance.superuserUrl, 'finance.transactions', 'access exclusive');
    await people.command('ops2', '/recon', 'run');
    await barrier.reached();
    const took = await doEverything();
    expect(took.filter((ms) => ms >= LIMIT_MS)).toEqual([]);
    await barrier.lift();
  });

  test('while the finance database is away', { timeout: 60_000 }, async () => {
    await stage.idle();
    const superuser = new pg.Client({ connectionString: stage.ours.superuserUrl });
    await superuser.connect();
    const { rows } = await stage.finance.pool.query<{ name: string }>('select current_database() as name');
    const name = rows[0]!.name;
    await superuser.query(`alter database ${name} allow_connections false`);
    await superuser.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
      name,
    ]);
    await people.command('ops2', '/recon', 'run');
    const took = await doEverything();
    expect(took.filter((ms) => ms >= LIMIT_MS)).toEqual([]);
    await superuser.query(`alter database ${name} allow_connections true`);
    await superuser.end();
  });
});
