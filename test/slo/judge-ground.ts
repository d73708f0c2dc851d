import { appendAudit } from '../../src/audit/append.ts';
import { withTransaction } from '../../src/database/pool.ts';
import type { EscalationDeps } from '../../src/escalations/deps.ts';
import { makeLog } from '../../src/log.ts';
import type { PagerEvent } from '../../src/ports.ts';
import type { SloDeps } from '../../src/slo/deps.ts';
import { listEpisodes } from '../../src/slo/episode-store.ts';
import { makeEscalate } from '../../src/slo/escalate.ts';
import { judge } from '../../src/slo/judge.ts';
import type { Basis, Episode, Slo, Tier } from '../../src/slo/types.ts';
import { policyWith } from '../overrides/cast.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { makeSlo } from './ground.ts';

const MINUTE_MS = 60_000;
/** A Thursday, 10:00 in Istanbul. */
export const START = new Date('2026-01-15T07:00:00Z');

export interface JudgeGround {
  ours: TestDatabase;
  clock: TestClock;
  slo: Slo;
  deps: SloDeps;
  escalations: EscalationDeps;
  pages: PagerEvent[];
  /** Leaves only these tiers until the next calm. */
  only(...names: string[]): void;
  /** Thirty calm days of a hundred requests a minute, judged up to `at`. */
  calm(at?: Date): Promise<void>;
  /** So many minutes from `at` on, each with so many bad ones of a hundred. */
  minutes(at: Date, count: number, bad: number, basis?: Basis): Promise<void>;
  /** Judges up to then, at that moment, as the collector does. */
  judge(upTo: Date, now?: Date): Promise<void>;
  episodes(): Promise<Episode[]>;
  cards(): Promise<{ subject_id: string; not_before: Date; state: string; wanted_version: number }[]>;
  escalated(): Promise<{ id: string; severity: string; state: string; what: string }[]>;
  audited(): Promise<string[]>;
  close(): Promise<void>;
}

/** `at` plus so many minutes. */
export function plus(at: Date, minutes: number): Date {
  return new Date(at.getTime() + minutes * MINUTE_MS);
}

export async function openJudgeGround(changes: Partial<Slo> = {}): Promise<JudgeGround> {
  const ours = await createOurDatabase();
  const policy = policyWith();
  const clock = makeTestClock(START.toISOString());
  const whole = makeSlo(changes);
  const slo: Slo & { tiers: readonly Tier[] } = { ...whole };
  const pages: PagerEvent[] = [];
  const escalations: EscalationDeps = {
    pool: ours.pool,
    policy,
    page: async (_tx, _now, event) => void pages.push(event),
  };
  const deps: SloDeps = {
    pool: ours.pool,
    policy,
    log: makeLog('silent'),
    slos: { all: [slo], hash: 'hash' },
    sourceOf: () => {
      throw new Error('nothing is read here');
    },
    ...makeEscalate(escalations),
  };
  const rowsOf = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
    (await ours.pool.query<T>(sql, values)).rows;
  const minutes: JudgeGround['minutes'] = async (at, count, bad, basis = 'event') => {
    await rowsOf(
      `insert into slo_minutes (slo, basis, minute, good, valid)
       select $1, $2, $3::timestamptz + n * interval '1 minute', 100 - $5::float8, 100
         from generate_series(0, $4::int - 1) n
       on conflict (slo, basis, minute) do update set good = excluded.good, valid = excluded.valid`,
      [slo.name, basis, at, count, bad],
    );
  };
  return {
    ours,
    clock,
    slo,
    deps,
    escalations,
    pages,
    minutes,
    only(...names) {
      slo.tiers = whole.tiers.filter(({ name }) => names.includes(name));
    },
    async calm(at = START) {
      slo.tiers = whole.tiers;
      for (const table of [
        'tasks',
        'cards',
        'slo_minutes',
        'slo_contributors',
        'slo_sources',
        'slo_episodes',
        'slo_breaches',
        'escalation_steps',
        'incidents',
        'escalations',
      ])
        await rowsOf(`delete from ${table}`);
      pages.length = 0;
      clock.set(at);
      // Of what is older than three days the hours are enough.
      await rowsOf(
        `insert into slo_minutes (slo, basis, minute, good, valid)
         select $1, 'event', $2::timestamptz - n * interval '1 hour', 6000, 6000 from generate_series(73, 720) n`,
        [slo.name, at],
      );
      await minutes(plus(at, -4_320), 4_320, 0);
      await rowsOf(`insert into slo_sources (slo, collected_until, judged_until) values ($1, $2, $2)`, [
        slo.name,
        at,
      ]);
    },
    async judge(upTo, now = upTo) {
      clock.set(now);
      await withTransaction(ours.pool, async (tx) => {
        await appendAudit(tx, now, await judge(deps, tx, now, slo, upTo));
      });
    },
    episodes: () => listEpisodes(ours.pool, { from: new Date(0), to: new Date('2100-01-01') }),
    cards: () =>
      rowsOf(
        `select subject_id, not_before, state, wanted_version from cards where kind = 'slo_burn' order by created_at`,
      ),
    escalated: () =>
      rowsOf(
        `select id, severity, state, title ->> 'what' as what from escalations where cause_key = $1 order by started_at, id`,
        [`slo:${slo.name}`],
      ),
    async audited() {
      const rows = await rowsOf<{ action: string }>(
        `select action from audit_log where action like 'slo%' order by seq`,
      );
      return rows.map(({ action }) => action);
    },
    close: () => ours.drop(),
  };
}
