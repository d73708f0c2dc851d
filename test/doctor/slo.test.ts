import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePrometheus, type Prometheus } from '../../src/adapters/prometheus.ts';
import { diagnoseSlo } from '../../src/doctor/slo.ts';
import type { Diagnosis } from '../../src/doctor/types.ts';
import { AppError } from '../../src/errors.ts';
import { makeFinancePool } from '../../src/finance/connect.ts';
import type { Pool } from '../../src/database/pool.ts';
import { makeLog } from '../../src/log.ts';
import type { Slo } from '../../src/slo/types.ts';
import { openScripted, type Scripted } from '../platform/scripted.ts';
import { makePayoutSlo, makeSlo } from '../slo/ground.ts';
import { API } from '../slo/prometheus-indicators.ts';
import { readRecorded, type QuestionName } from '../slo/recorded-answers.ts';
import { makeTestClock } from '../support/clock.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';

const clock = makeTestClock('2026-01-15T06:00:30Z');
const recorded = readRecorded();
/** Which recorded answer a query gets, by a word in it. */
const BY_WORD: readonly (readonly [string, QuestionName])[] = [
  ['no_such', 'nothing'],
  ['wrong', 'no_query'],
  ['several', 'vector'],
  ['idle', 'nan'],
  ['slow', 'too_slow'],
];

let database: TestDatabase;
let finance: Pool;
let server: Scripted;
beforeAll(async () => {
  database = await createFinanceDatabase();
  finance = makeFinancePool(database.url, { schema: 'finance', log: makeLog('silent'), max: 1 });
  server = await openScripted();
  server.script = (response, { body }) => {
    const query = new URLSearchParams(body).get('query') ?? '';
    const name = BY_WORD.find(([word]) => query.includes(word))?.[1] ?? 'scalar';
    const told = recorded[name];
    response.writeHead(told.status, { 'content-type': told.contentType }).end(told.body);
  };
});
afterAll(async () => {
  await server.close();
  await finance.end();
  await database.drop();
});

const prometheusAt = (url = server.url) => makePrometheus({ url, timeLimitMs: 2_000 });
const look = async (slos: Slo[], prometheus: Prometheus | null = prometheusAt()) =>
  said(await diagnoseSlo({ readSlos: () => ({ all: slos, hash: '' }), finance, prometheus, clock }));
const said = (diagnoses: Diagnosis[]) => diagnoses.map(({ state, text }) => `${state}: ${text}`);
const measured = (change: Partial<typeof API>) => makeSlo({ name: 'api', indicator: { ...API, ...change } });

describe('the doctor looks at service levels', () => {
  test('and says what is wrong with the files', async () => {
    const readSlos = () => {
      throw new AppError('config_invalid', 'slo/api.yaml:3 is wrong', { retryable: false });
    };
    expect(said(await diagnoseSlo({ readSlos, finance, prometheus: null, clock }))).toEqual([
      'problem: slo/api.yaml:3 is wrong',
    ]);
  });

  test('and is content with payouts alone', async () => {
    expect(await look([makePayoutSlo()], null)).toEqual(['ok: 1 defined: payout']);
  });

  test('and misses the address of Prometheus', async () => {
    expect(await look([measured({})], null)).toContain(
      'problem: api: measured by Prometheus, and PROMETHEUS_URL is not set',
    );
  });

  test('and asks every query for data', async () => {
    expect(await look([measured({ value: 'p95' })])).toEqual([
      'ok: 1 defined: api',
      'ok: Prometheus answers',
      'ok: api: every query has data',
    ]);
  });

  test.each<[Partial<typeof API>, RegExp]>([
    [{ total: 'no_such' }, /^problem: api: total has no data: no_such$/],
    [{ good: 'wrong' }, /^problem: api: good: Prometheus: it answered 400: bad_data/],
    [{ up: 'several' }, /^problem: api: up gives 2 series, and not one$/],
    [{ value: 'idle' }, /^warning: api: value is NaN now; without traffic that is right$/],
    [{ contributors: 'wrong' }, /^problem: api: contributors: .*bad_data/],
    [{ total: 'slow' }, /^warning: api: total: Prometheus does not answer: it answered 503/],
  ])('and tells what %o lacks', async (change, words) => {
    const lines = await look([measured(change)]);
    expect(lines.slice(2)).toEqual([expect.stringMatching(words)]);
  });

  test('and lets nobody cause bad events', async () => {
    expect(await look([measured({ contributors: 'no_such' })])).toContain('ok: api: every query has data');
  });

  test('and says when Prometheus is away', async () => {
    const gone = await openScripted();
    await gone.close();
    expect(await look([measured({})], prometheusAt(gone.url))).toContainEqual(
      expect.stringMatching(
        /^problem: Prometheus does not answer: .*ECONNREFUSED[\s\S]*look at PROMETHEUS_URL/,
      ),
    );
  });

  test('and wants rows of the last hour', async () => {
    await database.pool.query(
      `insert into finance.sli_minutes (sli, minute, good, valid) values
         ('fresh', '2026-01-15T05:58:00Z', 1, 1), ('old', '2026-01-15T04:59:00Z', 1, 1),
         ('later', '2026-01-15T07:00:00Z', 1, 1)`,
    );
    const slos = ['fresh', 'old', 'later'].map((sli) =>
      makeSlo({ name: sli, indicator: { source: 'sli_minutes', sli } }),
    );
    expect(await look(slos)).toEqual([
      'ok: 3 defined: fresh, old, later',
      'ok: fresh: the newest minute of fresh is 3 min old',
      'problem: old: sli_minutes has no row named old of the last hour',
      'problem: later: sli_minutes has no row named later of the last hour',
    ]);
  });
});
