import { writeFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePrometheus } from '../../src/adapters/prometheus.ts';
import { makePrometheusSli } from '../../src/slo/prometheus-source.ts';
import { readSlos } from '../../src/slo/read-slos.ts';
import { exprsOf, readDashboards } from './dashboard-exprs.ts';
import { AWAY, DAY, DOWN, OUTAGE, RESET_AT, truthAt, webhooksAt, writeHistory } from './metrics-history.ts';
import { API, LATENCY } from './prometheus-indicators.ts';
import { findPrometheus, openPrometheus, type RealPrometheus } from './real-prometheus.ts';
import { QUESTIONS, RECORDED_FILE, SLOW, formOf, readRecorded } from './recorded-answers.ts';
import type { QuestionName, Recorded } from './recorded-answers.ts';

const found = findPrometheus();
const END = new Date(DAY.getTime() + 86_400_000);
/** "correct horse" with bcrypt, as Prometheus wants it. */
const WEB_CONFIG = `basic_auth_users:
  mutabik: $2b$04$AoG82ke7NUOFM9IcNJhZM.QV//iQe4rCjysqjrkKNDjoDRBEd9Jxa
`;
const SHIPPED = readSlos('slo/prometheus').all.filter(({ indicator }) => indicator.source === 'prometheus');
/** What the shipped definition of this name has to count. */
function promisedAt(name: string, index: number): { good: number; bad: number } {
  const { good, bad } = truthAt(index);
  const webhooks = webhooksAt(index);
  if (name === 'webhook-success') return webhooks;
  if (name === 'api-latency') return { good: (good + bad) * 0.9, bad: (good + bad) * 0.1 };
  return { good: good + webhooks.good + webhooks.refused, bad: bad + webhooks.bad };
}
const indexOf = (minute: Date) => (minute.getTime() - DAY.getTime()) / 60_000;

describe.skipIf(found === null)('a real Prometheus', () => {
  let real: RealPrometheus;
  beforeAll(async () => {
    real = await openPrometheus(found!, writeHistory(7));
  });
  afterAll(async () => await real?.close());
  const read = async (indicator = API, url = real.url) =>
    await makePrometheusSli(makePrometheus({ url }), indicator).read({ from: DAY, to: END, at: END });

  test('counts each minute of a day as it was', async () => {
    const { minutes, warnings } = await read();
    expect(warnings).toEqual([]);
    expect(minutes.map(({ minute }) => indexOf(minute))).toEqual(
      Array.from({ length: 1_440 }, (_, index) => index).filter(
        (index) => truthAt(index).state === 'healthy' || truthAt(index).state === 'outage',
      ),
    );
    for (const { minute, good, valid } of minutes) {
      const truth = truthAt(indexOf(minute));
      expect({ minute, good, bad: valid - good }).toEqual({
        minute,
        good: expect.closeTo(truth.good, 6),
        bad: expect.closeTo(truth.bad, 6),
      });
    }
  });

  test('sees the outage and who caused it', async () => {
    const { contributors } = await read();
    const during = contributors.filter(({ minute }) => truthAt(indexOf(minute)).state === 'outage');
    expect(during).toHaveLength(OUTAGE.to - OUTAGE.from);
    for (const { minute, name, bad } of during)
      expect({ name, bad }).toEqual({
        name: '/payouts',
        bad: expect.closeTo(truthAt(indexOf(minute)).bad, 6),
      });
  });

  test('makes nothing of a counter that starts anew', async () => {
    const { minutes } = await read();
    const after = minutes.filter(({ minute }) => Math.abs(indexOf(minute) - RESET_AT) <= 1);
    expect(after).toHaveLength(3);
    for (const { minute, good, valid } of after) {
      const { good: wasGood, bad } = truthAt(indexOf(minute));
      expect([good, valid]).toEqual([expect.closeTo(wasGood, 6), expect.closeTo(wasGood + bad, 6)]);
    }
  });

  test('tells a target that is down from a gap', async () => {
    const { down, minutes } = await read();
    expect(down.map(indexOf)).toEqual(
      Array.from({ length: DOWN.to - DOWN.from }, (_, index) => DOWN.from + index),
    );
    const known = new Set(minutes.map(({ minute }) => indexOf(minute)));
    for (let index = AWAY.from; index < AWAY.to; index += 1) expect(known.has(index)).toBe(false);
    const { down: withoutUp } = await read({ ...API, up: null });
    expect(withoutUp).toEqual([]);
  });

  test('counts what is fast enough, and shows the p95', async () => {
    const { minutes, value } = await read(LATENCY);
    for (const { minute, good, valid } of minutes) {
      const truth = truthAt(indexOf(minute));
      expect(valid).toBeCloseTo(truth.good + truth.bad, 6);
      expect(good).toBeCloseTo((truth.good + truth.bad) * 0.9, 6);
    }
    // 90 % at or under 0.5 s and 99 % at or under 1 s: 5 of 9 parts of the way.
    expect(value).toBeCloseTo(0.5 + (0.5 * 5) / 9, 6);
  });

  test('counts bad events where no good are told', async () => {
    const bad = `sum(increase(http_requests_total{job="api",handler="/payouts",code=~"5.."}[$window])) or 0 * ${API.total}`;
    const told = (await read({ ...API, good: null, bad })).minutes;
    expect(told).toEqual(
      (await read()).minutes.map(({ minute, good, valid }) => ({
        minute,
        good: expect.closeTo(good, 6),
        valid,
      })),
    );
  });

  test('reads more minutes than one answer may have', async () => {
    const prometheus = makePrometheus({ url: real.url });
    const of = { from: new Date(DAY.getTime() + 60_000), to: END, stepSeconds: 6 };
    const { series } = await prometheus.range('vector(1)', of);
    expect(series).toHaveLength(1);
    const times = series[0]!.points.map(({ at }) => at.getTime());
    expect(times).toHaveLength((86_400 - 60) / 6 + 1);
    expect(new Set(times).size).toBe(times.length);
  });

  test.each(SHIPPED)('counts as the shipped $name promises', async ({ name, indicator }) => {
    if (indicator.source !== 'prometheus') throw new Error(`${name} is measured elsewhere`);
    const { minutes, down, contributors, warnings, value } = await read(indicator);
    expect(warnings).toEqual([]);
    expect(down.map(indexOf)).toEqual(
      Array.from({ length: DOWN.to - DOWN.from }, (_, index) => DOWN.from + index),
    );
    expect(minutes).toHaveLength(1_440 - down.length - (AWAY.to - AWAY.from));
    for (const { minute, good, valid } of minutes) {
      const truth = promisedAt(name, indexOf(minute));
      expect([minute, good, valid - good]).toEqual([
        minute,
        expect.closeTo(truth.good, 6),
        expect.closeTo(truth.bad, 6),
      ]);
    }
    const caused = contributors.reduce((sum, { bad }) => sum + bad, 0);
    const bad = minutes.reduce((sum, { good, valid }) => sum + valid - good, 0);
    // A histogram of this history has no handlers to name.
    expect(caused).toBeCloseTo(name === 'api-latency' ? 0 : bad, 4);
    if (name === 'api-latency') expect(value).toBeCloseTo(0.5 + (0.5 * 5) / 9, 6);
  });

  test('says what is wrong with a query', async () => {
    const prometheus = makePrometheus({ url: real.url });
    await expect(prometheus.instant('sum(', END)).rejects.toMatchObject({
      code: 'sli_refused',
      retryable: false,
      message: expect.stringMatching(/it answered 400: bad_data: .*unclosed left parenthesis/),
    });
    await expect(read({ ...API, total: 'increase(http_requests_total[$window])' })).rejects.toMatchObject({
      code: 'sli_refused',
      message: expect.stringMatching(/^total: gives \d+ series, and not one; wrap it in sum/),
    });
  });

  test('is not waited for beyond the limit', async () => {
    const prometheus = makePrometheus({ url: real.url, timeLimitMs: 1 });
    await expect(prometheus.instant(SLOW, END)).rejects.toMatchObject({
      code: 'sli_unavailable',
      retryable: true,
    });
  });

  test.each(readDashboards())('takes every query of the dashboard $name', async ({ dashboard }) => {
    const prometheus = makePrometheus({ url: real.url });
    for (const expr of exprsOf(dashboard)) await prometheus.instant(expr, END);
  });

  test('answers what is recorded', async () => {
    const names = Object.keys(QUESTIONS) as QuestionName[];
    const told = Object.fromEntries(
      await Promise.all(names.map(async (name) => [name, await record(real.url, name)] as const)),
    );
    if (process.env['UPDATE_RECORDED'] === '1')
      writeFileSync(RECORDED_FILE, `${JSON.stringify(told, null, 2)}\n`);
    for (const [name, { status, body }] of Object.entries(readRecorded()))
      expect({ name, status, shape: shapeOf(body) }).toEqual({
        name,
        status: told[name]?.status,
        shape: shapeOf(told[name]?.body ?? ''),
      });
  });
});

describe.skipIf(found === null)('a real Prometheus behind a password', () => {
  let real: RealPrometheus;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mutabik-web-'));
    const file = join(folder, 'web.yml');
    await writeFile(file, WEB_CONFIG);
    const flags = [`--web.config.file=${file}`, '--query.max-samples=100'];
    real = await openPrometheus(found!, writeHistory(0, 10), { flags, login: 'mutabik:correct horse' });
  });
  afterAll(async () => {
    await real?.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('lets in who knows it, and nobody else', async () => {
    const login = { url: real.url, user: 'mutabik', password: 'correct horse' };
    const { series } = await makePrometheus(login).instant('1', DAY);
    expect(series).toHaveLength(1);
    const wrong = makePrometheus({ ...login, password: 'battery staple' });
    await expect(wrong.instant('1', DAY)).rejects.toMatchObject({
      code: 'sli_refused',
      message: expect.stringMatching(/does not let us in \(401\)(?!.*battery)/),
    });
  });

  test('refuses what would load too much', async () => {
    const { port } = new URL(real.url);
    const prometheus = makePrometheus({ url: `http://mutabik:correct%20horse@127.0.0.1:${port}/` });
    const at = new Date(DAY.getTime() + 600_000);
    await expect(prometheus.instant('count_over_time(up[10m])', at)).resolves.toBeDefined();
    await expect(prometheus.instant('count_over_time(up[10m:1s])', at)).rejects.toMatchObject({
      code: 'sli_refused',
      message: expect.stringMatching(/it answered 422: execution: .*too many samples/),
    });
  });
});

/** What a Prometheus that scrapes so often tells of the day's first three hours. */
async function readScraped(offsetSeconds: number, scrapeSeconds: number, indicator = API) {
  const real = await openPrometheus(found!, writeHistory(offsetSeconds, 180, scrapeSeconds));
  try {
    const to = new Date(DAY.getTime() + 180 * 60_000);
    const { minutes } = await makePrometheusSli(makePrometheus({ url: real.url }), indicator).read({
      from: DAY,
      to,
      at: to,
    });
    return minutes;
  } finally {
    await real.close();
  }
}

describe.skipIf(found === null)('a real Prometheus that scrapes', () => {
  test.each([
    [0, 15],
    [29, 30],
  ])('%d s past the minute, every %d s, counts as it was', async (offset, every) => {
    const minutes = await readScraped(offset, every);
    // What came before the first scrape nobody saw, and the last one is beyond the end.
    const inner = minutes.filter(({ minute }) => indexOf(minute) > 0 && indexOf(minute) < 179);
    expect(inner).toHaveLength(178);
    for (const { minute, good } of inner) expect(good).toBeCloseTo(truthAt(indexOf(minute)).good, 6);
  });

  test('once a minute has gaps, until its queries look back further', async () => {
    expect(await readScraped(20, 60)).toEqual([]);
    const wide = (query: string) =>
      query.replaceAll(/increase\(([^[]*)\[\$window\]\)/g, 'increase($1[4m]) / 4');
    const indicator = { ...API, counter: false, good: wide(API.good ?? ''), total: wide(API.total) };
    const told = (await readScraped(20, 60, indicator)).slice(10, -10);
    const sum = told.reduce((all, { valid }) => all + valid, 0);
    const was = told.reduce((all, { minute }) => all + 400 + 2 * ((indexOf(minute) * 37) % 100), 0);
    expect(told.length).toBeGreaterThan(150);
    expect(Math.abs(sum - was) / was).toBeLessThan(0.01);
  });
});

async function record(url: string, name: QuestionName): Promise<Recorded> {
  const [method] = QUESTIONS[name];
  const path = `/api/v1/${method}`;
  const form = formOf(name);
  const answer = await fetch(`${url}${path}`, { method: 'POST', body: new URLSearchParams(form) });
  return {
    path,
    form,
    status: answer.status,
    contentType: answer.headers.get('content-type') ?? '',
    body: await answer.text(),
  };
}

/** What other versions have to have in common with it: words and order may differ. */
function shapeOf(body: string): unknown {
  try {
    const { status, errorType, data } = JSON.parse(body) as Record<string, unknown>;
    const { resultType, result } = (data ?? {}) as { resultType?: string; result?: unknown[] };
    return { status, errorType, resultType, count: result?.length };
  } catch {
    return 'no JSON';
  }
}
