import { readFileSync } from 'node:fs';
import { AppError } from '../../src/errors.ts';
import type { TaskId } from '../../src/ids.ts';
import type { TaskContext, TaskOutcome } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import { parsePolicy, type Policy } from '../../src/policy.ts';
import type { Sli, SliMinute, SliReading } from '../../src/ports.ts';
import { makeCollectTask } from '../../src/slo/collect.ts';
import type { SloDeps } from '../../src/slo/deps.ts';
import { readSources } from '../../src/slo/source-store.ts';
import type { Slo, SourceState } from '../../src/slo/types.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';

const MINUTE_MS = 60_000;

/** A source that knows what a test told it, and answers as a test wants. */
interface TestSource {
  /** By ISO minute. */
  minutes: Map<string, { good: number; valid: number }>;
  down: Set<string>;
  contributors: SliReading['contributors'];
  absent: SliReading['absent'];
  isAway: boolean;
  /** Before each answer, for what happens meanwhile. */
  before(): Promise<void>;
  /** The stretches that were asked for, as "from until". */
  asked: string[];
  /** The same numbers for every minute of [from, to). */
  fill(from: string, to: string, numbers?: { good: number; valid: number }): void;
}

export interface CollectGround {
  ours: TestDatabase;
  clock: TestClock;
  policy: Policy;
  deps: SloDeps;
  /** Of each promise, by name. */
  sources: Map<string, TestSource>;
  source(name?: string): TestSource;
  /** Runs the task once, now. */
  collect(deps?: SloDeps): Promise<TaskOutcome>;
  /** Until nothing is left to be read. */
  collectAll(): Promise<number>;
  /** Moves the clock by so many minutes, one at a time, with a look at each. */
  pass(minutes: number, each?: (at: Date) => void): Promise<void>;
  state(name?: string): Promise<SourceState>;
  /** What is stored, as "hh:mm good/valid". */
  stored(name?: string, basis?: string): Promise<string[]>;
  /** As "kind subject state count". */
  alerts(): Promise<string[]>;
  /** What was escalated, in order. */
  calls: string[];
  episodes(): Promise<number>;
}

/** Service levels whose sources are in a test's hands; the first of `slos` is the one that is meant unless told. */
export async function makeCollectGround(slos: readonly Slo[], start: string): Promise<CollectGround> {
  const ours = await createOurDatabase();
  const clock = makeTestClock(start);
  const policy = parsePolicy(readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8'));
  const sources = new Map(slos.map(({ name }) => [name, makeSource()]));
  const first = slos[0]?.name ?? '';
  const calls: string[] = [];
  const deps: SloDeps = {
    pool: ours.pool,
    policy,
    log: makeLog('silent'),
    slos: { all: slos, hash: 'hash' },
    sourceOf: ({ name }) => sliOf(sources.get(name)!),
    async escalate(_tx, _now, { slo, what }) {
      calls.push(`escalate ${slo.name} ${what}`);
      return [];
    },
    async settle(_tx, _now, { slo }) {
      calls.push(`settle ${slo.name}`);
      return [];
    },
  };
  const collect = async (of = deps) => await makeCollectTask(of).run(contextOf(clock), {});
  return {
    ours,
    clock,
    policy,
    deps,
    sources,
    calls,
    collect,
    source: (name = first) => sources.get(name)!,
    async collectAll() {
      let runs = 1;
      while ((await collect()).state === 'again') runs += 1;
      return runs;
    },
    async pass(minutes, each) {
      for (let passed = 0; passed < minutes; passed += 1) {
        clock.advance(MINUTE_MS);
        each?.(clock.now());
        await collect();
      }
    },
    async state(name = first) {
      const state = (await readSources(ours.pool)).get(name);
      if (state === undefined) throw new Error(`${name} was never looked at`);
      return state;
    },
    ...rowsOf(ours, first),
  };
}

function rowsOf(
  { pool }: TestDatabase,
  first: string,
): Pick<CollectGround, 'stored' | 'alerts' | 'episodes'> {
  return {
    async stored(name = first, basis = 'event') {
      const { rows } = await pool.query<SliMinute>(
        `select minute, good, valid from slo_minutes where slo = $1 and basis = $2 order by minute`,
        [name, basis],
      );
      return rows.map(({ minute, good, valid }) => `${minute.toISOString().slice(11, 16)} ${good}/${valid}`);
    },
    async alerts() {
      const { rows } = await pool.query<{ line: string }>(
        `select concat_ws(' ', kind, subject_id, state, count) as line from alerts order by first_at, subject_id`,
      );
      return rows.map(({ line }) => line);
    },
    async episodes() {
      return (await pool.query('select from slo_episodes')).rowCount ?? 0;
    },
  };
}

function makeSource(): TestSource {
  const minutes: TestSource['minutes'] = new Map();
  return {
    minutes,
    down: new Set(),
    contributors: [],
    absent: 'gap',
    isAway: false,
    before: async () => undefined,
    asked: [],
    fill(from, to, numbers = { good: 100, valid: 100 }) {
      for (let at = Date.parse(from); at < Date.parse(to); at += MINUTE_MS)
        minutes.set(new Date(at).toISOString(), numbers);
    },
  };
}

function sliOf(source: TestSource): Sli {
  return {
    async read({ from, to }) {
      source.asked.push(`${from.toISOString()} ${to.toISOString()}`);
      await source.before();
      if (source.isAway) throw new AppError('sli_unavailable', 'connection refused', { retryable: true });
      const within = (minute: Date) => minute >= from && minute < to;
      const minutes = [...source.minutes].map(([iso, numbers]) => ({ minute: new Date(iso), ...numbers }));
      return {
        minutes: minutes.filter(({ minute }) => within(minute)),
        decided: null,
        absent: source.absent,
        down: [...source.down].map((iso) => new Date(iso)).filter(within),
        contributors: source.contributors.filter(({ minute }) => within(minute)),
        value: null,
        warnings: [],
      };
    },
  };
}

export function contextOf(clock: TestClock): TaskContext {
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
