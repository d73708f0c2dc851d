import type { TaskId } from '../../src/ids.ts';
import { occurrences } from '../../src/jobs/occurrences.ts';
import type { TaskOutcome } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import type { Policy } from '../../src/policy.ts';
import { makeReportSchedule, makeReportTask, type ReportDeps } from '../../src/slo/report.ts';
import type { ReportFigures, StoredReport } from '../../src/slo/report-types.ts';
import { reportFigures } from '../../src/slo/report-figures.ts';
import { renderReportMarkdown } from '../../src/slo/report-markdown.ts';
import { readReportOf } from '../../src/slo/report-store.ts';
import type { Basis, Slo } from '../../src/slo/types.ts';
import { LOCALES } from '../../src/texts.ts';
import { policyWith } from '../overrides/cast.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { makePayoutSlo, makeSlo } from './ground.ts';

const DAY_MS = 86_400_000;

export interface ReportGround {
  ours: TestDatabase;
  policy: Policy;
  slos: readonly Slo[];
  deps: ReportDeps;
  /** What onChange heard. */
  words: string[];
  /** The same numbers for every minute, or every tenth and so on, of [from, to), in place of what was there. */
  fill(
    slo: string,
    from: Date,
    to: Date,
    numbers: { good: number; valid: number; stepMinutes?: number },
    basis?: Basis,
  ): Promise<void>;
  /** The moments of the schedule in (from, to]. */
  slots(from: string, to: string): Date[];
  /** Runs the task of one moment, as a worker does at that moment unless told. */
  run(slotAt: Date, clock?: TestClock): Promise<TaskOutcome>;
  /** The same by one worker that goes on. */
  retrying(): (slotAt: Date, clock: TestClock) => Promise<TaskOutcome>;
  stored(week: string): Promise<StoredReport>;
  figures(week: string): Promise<ReportFigures>;
  /** The pages of both languages, made from what is stored. */
  pages(week: string): Promise<string[]>;
  empty(): Promise<void>;
}

/** The example's policy in another zone. */
export function zonePolicy(zone: string): Policy {
  return policyWith((policy) => {
    policy['business'] = { ...policy['business'], time_zone: zone };
  });
}

/** A database of our own with two promises: requests, and payouts. */
export async function openReportGround(zone = 'Europe/Istanbul'): Promise<ReportGround> {
  const ours = await createOurDatabase();
  const policy = zonePolicy(zone);
  const slos = [makeSlo(), makePayoutSlo()];
  const words: string[] = [];
  const deps: ReportDeps = {
    pool: ours.pool,
    policy,
    slos: { all: slos, hash: 'd'.repeat(64) },
    countWebhooks: null,
    onChange: (word) => void words.push(word),
  };
  const stored = async (week: string): Promise<StoredReport> => {
    const report = await readReportOf(ours.pool, week);
    if (report === null) throw new Error(`there is no report of ${week}`);
    return report;
  };
  return {
    ours,
    policy,
    slos,
    deps,
    words,
    async fill(slo, from, to, { good, valid, stepMinutes = 1 }, basis = 'event') {
      await ours.pool.query(
        `insert into slo_minutes (slo, basis, minute, good, valid)
         select $1, $2, minute, $5, $6
           from generate_series($3::timestamptz, $4::timestamptz - interval '1 minute', make_interval(mins => $7)) minute
         on conflict (slo, basis, minute) do update set good = excluded.good, valid = excluded.valid`,
        [slo, basis, from, to, good, valid, stepMinutes],
      );
    },
    slots(from, to) {
      const { cron, zone: at } = makeReportSchedule(policy);
      return occurrences(cron, at, new Date(from), new Date(to), 1_000);
    },
    run: (slotAt, clock = makeTestClock(slotAt.toISOString())) => worker(deps)(slotAt, clock),
    retrying: () => worker(deps),
    stored,
    figures: async (week) => reportFigures((await stored(week)).inputs),
    async pages(week) {
      const report = await stored(week);
      const figures = reportFigures(report.inputs);
      return LOCALES.map((locale) => renderReportMarkdown(figures, locale, report));
    },
    async empty() {
      const tables = `tasks cards actions slo_minutes slo_contributors slo_sources slo_episodes slo_breaches slo_windows
        override_votes override_versions overrides slo_reports`;
      for (const table of tables.split(/\s+/)) await ours.pool.query(`delete from ${table}`);
    },
  };
}

function worker(deps: ReportDeps): ReturnType<ReportGround['retrying']> {
  const schedule = makeReportSchedule(deps.policy);
  const task = makeReportTask(deps);
  return async (slotAt, clock) => {
    const payload = task.payload.parse(schedule.task({ schedule: schedule.name, slotAt }).payload);
    return await task.run(contextOf(clock), payload);
  };
}

function contextOf(clock: TestClock) {
  return {
    taskId: 'task' as TaskId,
    key: 'key',
    faults: 0,
    clock,
    log: makeLog('silent'),
    signal: new AbortController().signal,
    guard: async () => undefined,
  };
}

/** So many days later. */
export function later(at: Date, days: number): Date {
  return new Date(at.getTime() + days * DAY_MS);
}

/** A stretch of a promise that two people agreed to leave out; put back by two others when told so. */
export async function leaveOut(
  { ours }: Pick<ReportGround, 'ours'>,
  of: { slo: string; from: Date; to: Date; putBackAt?: Date },
): Promise<void> {
  const requests = [await approvedBy(ours, of.from, ['UMAN1', 'ULEAD1'])];
  if (of.putBackAt !== undefined) requests.push(await approvedBy(ours, of.putBackAt, ['UMAN2']));
  await ours.pool.query(
    `insert into slo_windows (id, slo, from_at, to_at, cause, note, created_by, created_key, created_at, state,
       override_id, decided_at, back_override_id, back_at)
     values (gen_random_uuid(), $1, $2, $3, 'maintenance', 'words', 'USRE1', 'sre1', $3, $4, $5, $3, $6, $7)`,
    [
      of.slo,
      of.from,
      of.to,
      of.putBackAt === undefined ? 'left_out' : 'put_back',
      requests[0],
      requests[1] ?? null,
      of.putBackAt ?? null,
    ],
  );
}

async function approvedBy({ pool }: TestDatabase, at: Date, userIds: readonly string[]): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into overrides (id, kind, tenant_id, subject_kind, subject_id, state, version, target, basis, requested_by,
       requester_key, requested_at, reason_code, reason, ticket, evidence, after_rejection, approved_at, over_at)
     values (gen_random_uuid(), 'slo_window', '', 'slo_window', gen_random_uuid()::text, 'executed', 2, 'leave_out',
       'maintenance', 'person:USRE1', 'sre1', $1, 'other', '', '', '', false, $1, $1) returning id`,
    [at],
  );
  const id = rows[0]!.id;
  for (const version of [1, 2])
    await pool.query(
      `insert into override_versions (override_id, version, opened_at, expires_at, remind_half_at, remind_last_at,
         request_hash, terms, facts, quorum, policy_hash, holders) values ($1, $2, $3, $3, $3, $3, '', '{}', '{}', '{}', '', '{}')`,
      [id, version, at],
    );
  // A vote of an older version agreed to something else.
  const votes = [['UOLD', 1], ...userIds.map((userId) => [userId, 2])];
  for (const [index, [userId, version]] of votes.entries())
    await pool.query(
      `insert into override_votes (override_id, version, person_key, user_id, vote, role, seat, no_interest, voted_at)
       values ($1, $2, $3, $3, 'approve', 'managers', $3, false, $4)`,
      [id, version, userId, new Date(at.getTime() + index * 1_000)],
    );
  return id;
}
