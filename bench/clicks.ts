import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeDatabases } from '../sandbox/databases.ts';
import { openHome } from '../sandbox/home.ts';
import { launchPostgres } from '../sandbox/postgres/launch.ts';
import { STARTS_AT } from '../sandbox/settings.ts';
import { startWorkspace } from '../sandbox/slack/start-workspace.ts';
import { migrate } from '../src/database/migrate.ts';
import { makePool, type Pool } from '../src/database/pool.ts';
import { makeLog } from '../src/log.ts';
import type { DoorOrder } from './click-door.ts';
import type { LoadFigures, LoadOrder } from './click-load.ts';

/**
 * Signed presses on Retry against a bare Bolt listener that only acks, both in one run and taking turns: what a press
 * costs with everything that an ack means (role, operation, task, card, chained audit row, committed to disk).
 * `node --import tsx bench/clicks.ts [presses a round] [rounds]`. The listener, the load and the database are processes
 * of their own.
 */
const presses = Number(process.argv[2] ?? 1_500);
const rounds = Number(process.argv[3] ?? 3);
const log = makeLog('silent');
const signingSecret = 'a secret for the length of a bench';

interface Measured extends LoadFigures {
  listener: DoorOrder['listener'];
  inFlight: number;
}

/** Episodes on which a retry may be pressed, one press each. */
async function seedPayouts(pool: Pool, count: number): Promise<void> {
  await pool.query(
    `insert into payouts (id, tenant_id, transaction_id, state, opened_at, looked_at, account_id, provider, currency,
            amount_minor, payment_state, since, requested_at, rule, class, action, error_code, attempts, burns,
            offers_retry, reasons, offer_until)
     select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'anadolu', 'tx_' || n, 'open', $2, $2,
            'acc_' || n, 'kuzey-pay', 'TRY', 45050, 'payout_failed', $2, $2, 'R23', 'LOW', 'retry',
            'provider_declined',
            jsonb_build_array(jsonb_build_object('attemptId', 'pa_' || n, 'status', 'failed', 'answer', 'failed')), 0,
            true, '{}', $2::timestamptz + interval '1 day'
       from generate_series(0, $1::int - 1) as n`,
    [count, STARTS_AT],
  );
  await pool.query(
    `insert into cards (id, kind, subject_kind, subject_id, channel, locale, state, not_before, created_at)
     select gen_random_uuid(), 'payout', 'payout', p.id, 'ops-alerts', 'en', 'wanted', $1, $1 from payouts p`,
    [STARTS_AT],
  );
  await pool.query('analyze');
}

async function openDoor(order: DoorOrder): Promise<{ port: number; close(): Promise<void> }> {
  const child = fork(fileURLToPath(new URL('click-door.ts', import.meta.url)), [JSON.stringify(order)], {
    execArgv: ['--import', 'tsx'],
  });
  const [ready] = (await once(child, 'message')) as [{ port: number }];
  return { port: ready.port, close: () => end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

async function load(order: LoadOrder): Promise<LoadFigures> {
  const child = fork(fileURLToPath(new URL('click-load.ts', import.meta.url)), [JSON.stringify(order)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return JSON.parse(text) as LoadFigures;
}

async function measure(): Promise<Measured[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mutabik-bench-'));
  chmodSync(folder, 0o711);
  mkdirSync(join(folder, 'home'));
  const home = openHome(join(folder, 'home'), { fresh: true });
  const postgres = await launchPostgres({
    dataDir: join(folder, 'postgres'),
    superuserPassword: home.secrets.superuserPassword,
    settings: { shared_buffers: '256MB' },
  });
  const databases = await makeDatabases(postgres, home.secrets);
  await migrate({ ownerUrl: databases.owner, appRole: 'mutabik_app', log });
  const clock = { now: () => new Date(STARTS_AT.getTime() + 1_000), onJump: () => () => undefined };
  const workspace = await startWorkspace({
    databaseUrl: databases.sandbox,
    port: 0,
    clock,
    log,
    app: { eventsUrl: () => null, signingSecret, botToken: 'xoxb-bench' },
  });
  const order = (listener: DoorOrder['listener']): DoorOrder => ({
    listener,
    databaseUrl: databases.app,
    slackApiUrl: workspace.apiUrl,
    signingSecret,
    now: STARTS_AT.toISOString(),
  });
  const doors = { bare: await openDoor(order('bare')), mutabik: await openDoor(order('mutabik')) };
  const pool = makePool(databases.app, { max: 2, applicationName: 'bench', log });
  const warmUp = 300;
  await seedPayouts(pool, warmUp + rounds * 2 * presses);
  const measured: Measured[] = [];
  let from = 0;
  const turn = async (listener: DoorOrder['listener'], inFlight: number, count: number): Promise<void> => {
    const figures = await load({ port: doors[listener].port, signingSecret, from, count, inFlight });
    if (listener === 'mutabik') from += count;
    measured.push({ listener, inFlight, ...figures });
  };
  for (const listener of ['bare', 'mutabik'] as const) await turn(listener, 4, warmUp);
  measured.length = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const inFlight of [1, 16])
      for (const listener of ['bare', 'mutabik'] as const) await turn(listener, inFlight, presses);
  }
  const { rows } = await pool.query<{ accepted: number; audited: number }>(
    `select (select count(*)::int from operations) as accepted,
            (select count(*)::int from audit_log where action = 'operation.accepted') as audited`,
  );
  console.log(`${from} presses: ${rows[0]?.accepted} operations, ${rows[0]?.audited} audit rows`);
  await pool.end();
  await Promise.all([doors.bare.close(), doors.mutabik.close()]);
  await workspace.stop();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
  return measured;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

const measured = await measure();
const table = [1, 16].map((inFlight) => {
  const of = (listener: DoorOrder['listener']) =>
    measured.filter((each) => each.listener === listener && each.inFlight === inFlight);
  const [bare, mutabik] = [of('bare'), of('mutabik')];
  const middle = (rows: readonly Measured[], value: (row: Measured) => number) => median(rows.map(value));
  return {
    'in flight': inFlight,
    'bare/s': middle(bare, (row) => row.perSecond),
    'mutabik/s': middle(mutabik, (row) => row.perSecond),
    // Of the two turns of one round, since figures of different minutes don't compare.
    ratio: median(mutabik.map((row, round) => row.perSecond / (bare[round]?.perSecond ?? 1))).toFixed(2),
    'bare p50 ms': middle(bare, (row) => row.p50Ms),
    'p50 ms': middle(mutabik, (row) => row.p50Ms),
    'p99 ms': middle(mutabik, (row) => row.p99Ms),
    failed: mutabik.reduce((sum, row) => sum + row.failed, 0),
  };
});
console.table(table);
