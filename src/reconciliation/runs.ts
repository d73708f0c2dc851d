import type { Queryable, Tx } from '../database/pool.ts';
import type { RunId } from '../ids.ts';
import { decodeTotals, encodeTotals } from './totals-codec.ts';
import type { RunState, RunTotals } from './types.ts';

/** One row of runs. */
export interface Run {
  id: RunId;
  kind: 'daily' | 'full';
  trigger: 'schedule' | 'manual';
  slotAt: Date | null;
  label: string;
  state: RunState;
  windowFrom: Date | null;
  windowTo: Date;
  observedAt: Date | null;
  rules: string[];
  rulesNotRun: Record<string, string>;
  /** While confirming: what the scan counted; class totals and appearances are still zero. */
  totals: RunTotals | null;
  auditHead: string | null;
  error: string | null;
  settledAt: Date | null;
  createdAt: Date;
  /** An actor; null for the runs of before it was kept. */
  startedBy: string | null;
}

interface Row {
  id: RunId;
  kind: Run['kind'];
  trigger: Run['trigger'];
  slot_at: Date | null;
  label: string;
  state: RunState;
  window_from: Date | null;
  window_to: Date;
  observed_at: Date | null;
  rules: string[];
  rules_not_run: Record<string, string>;
  totals: unknown;
  audit_head: string | null;
  error: string | null;
  settled_at: Date | null;
  created_at: Date;
  started_by: string | null;
}

const COLUMNS = `id, kind, trigger, slot_at, label, state, window_from, window_to, observed_at, rules, rules_not_run,
  totals, audit_head, error, settled_at, created_at, started_by`;

export async function readRun(db: Queryable, id: string): Promise<Run | null> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from runs where id = $1`, [id]);
  return rows[0] === undefined ? null : asRun(rows[0]);
}

/** The newest daily run that has looked at everything, or at what it could. */
export async function readNewestSettledRun(db: Queryable): Promise<Run | null> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from runs where kind = 'daily' and state in ('complete', 'partial')
      order by settled_at desc, id limit 1`,
  );
  return rows[0] === undefined ? null : asRun(rows[0]);
}

/** The newest run of a kind, whatever came of it. */
export async function readNewestRun(db: Queryable, kind: Run['kind']): Promise<Run | null> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from runs where kind = $1 order by created_at desc, id limit 1`,
    [kind],
  );
  return rows[0] === undefined ? null : asRun(rows[0]);
}

/** A run of this kind that is under way. */
export async function readRunUnderWay(db: Queryable, kind: Run['kind']): Promise<Run | null> {
  const { rows } = await db.query<Row>(
    `select ${COLUMNS} from runs where kind = $1 and state in ('scanning', 'confirming') order by created_at limit 1`,
    [kind],
  );
  return rows[0] === undefined ? null : asRun(rows[0]);
}

/**
 * Whoever makes a run, and a full scan that stores what it found, wait for each other here: a daily run that began before
 * those findings were there would look past them and resolve them.
 */
export async function lockRuns(tx: Tx): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('mutabik.runs'))`);
}

export async function lockRun(tx: Tx, id: string): Promise<Run | null> {
  const { rows } = await tx.query<Row>(`select ${COLUMNS} from runs where id = $1 for update`, [id]);
  return rows[0] === undefined ? null : asRun(rows[0]);
}

export async function readSlotRun(db: Queryable, kind: Run['kind'], slotAt: Date): Promise<Run | null> {
  const { rows } = await db.query<Row>(`select ${COLUMNS} from runs where kind = $1 and slot_at = $2`, [
    kind,
    slotAt,
  ]);
  return rows[0] === undefined ? null : asRun(rows[0]);
}

export interface NewRun {
  id: RunId;
  kind: Run['kind'];
  trigger: Run['trigger'];
  slotAt: Date | null;
  label: string;
  policyHash: string;
  rules: readonly string[];
  now: Date;
  startedBy: string;
}

/**
 * False when the slot already has its run. A daily window begins where the last complete one ended; a full scan has no
 * beginning.
 */
export async function insertRun(tx: Tx, run: NewRun): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into runs (id, kind, trigger, slot_at, label, state, window_from, window_to, policy_hash, rules, created_at,
            started_by)
     select $1, $2, $3, $4, $5, 'scanning',
            case when $2 = 'daily' then (select max(window_to) from runs where kind = $2 and state = 'complete') end, $6, $7, $8, $6, $9
     on conflict (kind, slot_at) where slot_at is not null do nothing`,
    [run.id, run.kind, run.trigger, run.slotAt, run.label, run.now, run.policyHash, run.rules, run.startedBy],
  );
  return rowCount === 1;
}

export async function markConfirming(
  tx: Tx,
  run: { id: RunId; observedAt: Date; rulesNotRun: Record<string, string>; totals: RunTotals },
): Promise<void> {
  await tx.query(
    `update runs set state = 'confirming', observed_at = $2, window_to = $2, rules_not_run = $3, totals = $4
      where id = $1 and state = 'scanning'`,
    [run.id, run.observedAt, JSON.stringify(run.rulesNotRun), encodeTotals(run.totals)],
  );
}

export async function markSettled(
  tx: Tx,
  run: {
    id: RunId;
    state: 'complete' | 'partial' | 'failed';
    settledAt: Date;
    rulesNotRun: Record<string, string>;
    totals: RunTotals | null;
    error: string | null;
  },
): Promise<void> {
  await tx.query(
    `update runs set state = $2, settled_at = $3, rules_not_run = $4, totals = $5, error = $6
      where id = $1 and state in ('scanning', 'confirming')`,
    [
      run.id,
      run.state,
      run.settledAt,
      JSON.stringify(run.rulesNotRun),
      run.totals === null ? null : encodeTotals(run.totals),
      run.error,
    ],
  );
}

export async function writeTotals(tx: Tx, id: RunId, totals: RunTotals): Promise<void> {
  await tx.query(`update runs set totals = $2 where id = $1`, [id, encodeTotals(totals)]);
}

export async function keepAuditHead(tx: Tx, id: RunId, head: string): Promise<void> {
  await tx.query(`update runs set audit_head = $2 where id = $1`, [id, head]);
}

function asRun(row: Row): Run {
  return {
    id: row.id,
    kind: row.kind,
    trigger: row.trigger,
    slotAt: row.slot_at,
    label: row.label,
    state: row.state,
    windowFrom: row.window_from,
    windowTo: row.window_to,
    observedAt: row.observed_at,
    rules: row.rules,
    rulesNotRun: row.rules_not_run,
    totals: row.totals === null ? null : decodeTotals(row.totals),
    auditHead: row.audit_head,
    error: row.error,
    settledAt: row.settled_at,
    createdAt: row.created_at,
    startedBy: row.started_by,
  };
}
