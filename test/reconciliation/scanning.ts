import { newId, type RunId, type TaskId } from '../../src/ids.ts';
import type { TaskContext, TaskOutcome } from '../../src/jobs/types.ts';
import { makeFullScanTask, type FullScanOptions } from '../../src/reconciliation/full-scan.ts';
import { startManualFullScan } from '../../src/reconciliation/start-full-scan.ts';
import { addEntry, addWallet } from './finance-rows.ts';
import { log, type House } from './harness.ts';

export type Guard = TaskContext['guard'];

const free: Guard = async () => undefined;

/** One turn of a full scan's task, as the runner would take it. */
export async function turn(
  house: House,
  payload: { runId: string } | { slotAt: string },
  options: FullScanOptions & { guard?: Guard; faults?: number } = {},
): Promise<TaskOutcome> {
  const { guard = free, faults = 0, ...of } = options;
  const kind = makeFullScanTask(house.deps, of);
  const context: TaskContext = {
    taskId: newId<TaskId>(),
    key: 'test',
    faults,
    clock: house.clock,
    log,
    signal: new AbortController().signal,
    guard,
  };
  return await kind.run(context, kind.payload.parse(payload));
}

/** A scan that somebody started; gives its id. */
export async function startScan(house: House): Promise<RunId> {
  const request = { actor: 'person:U1', requestId: newId<string>() };
  const started = await startManualFullScan(house.deps, house.clock.now(), request);
  if (!started.ok) throw new Error(started.why);
  return started.runId;
}

/** Turn after turn, the clock moved on to where each one wants to go on. */
export async function finish(house: House, runId: string, options: FullScanOptions = {}): Promise<void> {
  for (let turns = 0; turns < 1_000; turns += 1) {
    const outcome = await turn(house, { runId }, options);
    if (outcome.state === 'done') return;
    const waitMs = outcome.at.getTime() - house.clock.now().getTime();
    house.clock.advance(Math.max(0, waitMs));
  }
  throw new Error('the scan does not end');
}

export async function fullScan(house: House, options: FullScanOptions = {}): Promise<RunId> {
  const runId = await startScan(house);
  await finish(house, runId, options);
  return runId;
}

/** Nothing is left but the audit log. */
export async function sweep(house: House, at = '2026-01-18T00:00:00.000Z'): Promise<void> {
  for (const table of [
    'full_scan_suspects',
    'full_scans',
    'unconfirmed_drifts',
    'run_findings',
    'finding_history',
    'findings',
    'runs',
    'tasks',
    'settings',
  ])
    await house.ours.pool.query(`delete from ${table}`);
  await house.finance.pool.query(
    'truncate finance.transactions, finance.ledger_entries, finance.wallets, finance.wallet_baselines',
  );
  house.clock.set(at);
  house.digests.length = 0;
  house.troubles.length = 0;
}

/** An account whose ledger says 10.00. */
export async function addAccount(
  { finance }: House,
  account: string,
  available = '10.00',
  held = { wallet: '0', ledger: '0' },
): Promise<void> {
  await addEntry(finance.pool, { account, available: '10', held: held.ledger });
  await addWallet(finance.pool, { account, available, held: held.wallet });
}

/** Seven accounts: b and f drift, d holds what nobody asked for. */
export async function addSeven(house: House): Promise<void> {
  for (const name of ['a', 'c', 'e', 'g']) await addAccount(house, name);
  await addAccount(house, 'b', '10.01');
  await addAccount(house, 'f', '9.99');
  await addAccount(house, 'd', '10.00', { wallet: '5', ledger: '5' });
}
