import { withTransaction } from '../../src/database/pool.ts';
import { askedHash } from '../../src/findings/act-rules.ts';
import { lockFinding } from '../../src/findings/act-store.ts';
import type { ActedFinding, ActingPerson, ActRequest } from '../../src/findings/act-types.ts';
import { applyObservations } from '../../src/findings/apply-observations.ts';
import { confirmResolved } from '../../src/findings/confirm-resolved.ts';
import type { FindingsDeps } from '../../src/findings/deps.ts';
import { followFindings } from '../../src/findings/follow-findings.ts';
import { carryUntold, resolveUnseen } from '../../src/findings/resolve-unseen.ts';
import type { Observation } from '../../src/findings/types.ts';
import { appendAudit } from '../../src/audit/append.ts';
import { newId, type RunId, type UserId } from '../../src/ids.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { testPolicy } from '../reconciliation/harness.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

interface RunOptions {
  observedAt?: Date;
  startAt?: Date;
  state?: 'complete' | 'partial';
  /** Keys of findings that the run could not tell of. */
  untold?: string[];
}

export interface FindingsHouse {
  ours: TestDatabase;
  clock: TestClock;
  deps: FindingsDeps;
  /** Findings whose reports were asked to show them anew, in order. */
  refreshed: string[];
  acts: string[];
  /** One run as the reconciliation does it, a minute later; gives its id. */
  run(seen: readonly Observation[], options?: RunOptions): Promise<RunId>;
  /** A finding as an act finds it, by its subject. */
  finding(subject?: string): Promise<ActedFinding>;
  /** A request about a finding as it stands now, of somebody who sees it so. */
  ask(who: ActingPerson, finding: ActedFinding, more?: Partial<ActRequest>): ActRequest;
  rows<T extends object>(sql: string, values?: unknown[]): Promise<T[]>;
}

/** A person with one Slack id, or one of several ids of the person `key`. */
export function person(userId: string, key = userId): ActingPerson {
  return { userId: userId as UserId, key };
}

/** Our database with findings, and verbs that act on them: what is above findings only listens. */
export async function makeFindingsHouse(): Promise<FindingsHouse> {
  const ours = await createOurDatabase();
  const clock = makeTestClock('2026-01-15T06:00:00Z');
  const refreshed: string[] = [];
  const acts: string[] = [];
  const deps: FindingsDeps = {
    pool: ours.pool,
    policy: testPolicy(),
    refreshReports: async (_tx, _now, { findingId }) => void refreshed.push(findingId),
    onAct: (change) => acts.push(change),
  };
  const house: FindingsHouse = {
    ours,
    clock,
    deps,
    refreshed,
    acts,
    run: async (seen, options = {}) => {
      clock.advance(MINUTE);
      const now = clock.now();
      const observedAt = options.observedAt ?? now;
      const { state = 'complete' } = options;
      const runId = newId<RunId>();
      await ours.pool.query(
        `insert into runs (id, kind, trigger, label, state, window_to, observed_at, policy_hash, rules, created_at, settled_at)
         values ($1, 'daily', 'manual', '2026-01-15', $2, $3, $3, '', '{}', $3, $4)`,
        [runId, state, observedAt, now],
      );
      const look = { runId, observedAt, now, actor: 'job:test', startAt: options.startAt ?? null };
      const looked = new Set(state === 'complete' ? ['R01', 'R04', 'R19', 'R20', 'R23'] : []);
      await withTransaction(ours.pool, async (tx) => {
        const entries = await applyObservations(tx, look, seen);
        await carryUntold(tx, look, options.untold ?? []);
        entries.push(...(await resolveUnseen(tx, look, looked)));
        entries.push(...(await confirmResolved(tx, look, looked)));
        entries.push(...(await followFindings(tx, now, deps)));
        await appendAudit(tx, now, entries);
      });
      return runId;
    },
    finding: async (subject = 't1') => {
      const { rows } = await ours.pool.query<{ id: string }>(
        'select id from findings where subject_id = $1',
        [subject],
      );
      const found = await withTransaction(ours.pool, (tx) => lockFinding(tx, rows[0]?.id ?? ''));
      if (found === undefined) throw new Error(`no finding about ${subject}`);
      return found;
    },
    ask: (who, finding, more = {}) => ({
      findingId: finding.id,
      person: who,
      requestId: newId(),
      seen: { state: finding.state, owner: finding.owner, asked: askedHash(finding) },
      note: 'looked into it',
      reason: 'corrected',
      ...more,
    }),
    rows: async <T extends object>(sql: string, values: unknown[] = []) =>
      (await ours.pool.query<T>(sql, values)).rows,
  };
  return house;
}

/** Nothing of findings is left; the audit log stays. */
export async function sweep({ ours }: FindingsHouse): Promise<void> {
  for (const table of [
    'finding_views',
    'acceptances',
    'adoptions',
    'run_findings',
    'finding_history',
    'findings',
  ])
    await ours.pool.query(`delete from ${table}`);
}
