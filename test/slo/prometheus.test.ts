import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makePrometheus } from '../../src/adapters/prometheus.ts';
import { AppError } from '../../src/errors.ts';
import { json, openScripted, type Script, type Scripted } from '../platform/scripted.ts';
import { NOON, formOf, readRecorded, type QuestionName } from './recorded-answers.ts';

const recorded = readRecorded();
const AT = new Date(NOON * 1_000);
const TOKEN = 'a-token-of-ours';
const PASSWORD = 'pässwörd of ours';

let server: Scripted;
beforeAll(async () => {
  server = await openScripted();
});
afterAll(async () => await server.close());
beforeEach(() => {
  server.seen = [];
  server.script = replay('vector');
});

/** The answer of a real Prometheus, byte for byte. */
function replay(name: QuestionName): Script {
  const { status, contentType, body } = recorded[name];
  return (response) => response.writeHead(status, { 'content-type': contentType }).end(body);
}

const client = (more: Partial<Parameters<typeof makePrometheus>[0]> = {}) =>
  makePrometheus({ url: server.url, timeLimitMs: 2_000, ...more });
const ask = async (more: Partial<Parameters<typeof makePrometheus>[0]> = {}) =>
  await client(more).instant('up', AT);
const faultOf = async (asked: Promise<unknown>): Promise<AppError> => {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
};

describe('what Prometheus answers is read', () => {
  test('as a vector', async () => {
    const { query = '' } = formOf('vector');
    expect((await client().instant(query, AT)).series).toEqual([
      { labels: { code: '200' }, points: [{ at: AT, value: 406 }] },
      { labels: { code: '500' }, points: [{ at: AT, value: 0 }] },
    ]);
    expect(server.seen).toMatchObject([{ method: 'POST', path: '/api/v1/query' }]);
    expect(Object.fromEntries(new URLSearchParams(server.seen[0]!.body))).toEqual({
      query,
      time: `${NOON}.000`,
      timeout: '2000ms',
    });
  });

  test('as a matrix', async () => {
    server.script = replay('matrix');
    const range = { from: AT, to: new Date(AT.getTime() + 120_000), stepSeconds: 60 };
    const { series } = await client().range('up', range);
    expect(series).toEqual([
      {
        labels: {},
        points: [406, 480, 554].map((value, index) => ({
          at: new Date(AT.getTime() + index * 60_000),
          value,
        })),
      },
    ]);
    expect(Object.fromEntries(new URLSearchParams(server.seen[0]!.body))).toMatchObject({
      start: `${NOON}.000`,
      end: `${NOON + 120}.000`,
      step: '60',
    });
  });

  test.each<[QuestionName, number[]]>([
    ['scalar', [1]],
    ['nothing', []],
    ['nan', [Number.NaN]],
    ['infinite', [Number.POSITIVE_INFINITY]],
    ['negative_infinite', [Number.NEGATIVE_INFINITY]],
  ])('as %s', async (name, values) => {
    server.script = replay(name);
    const { series } = await ask();
    expect(series.flatMap(({ points }) => points.map(({ value }) => value))).toEqual(values);
  });

  test('with what it warns of', async () => {
    const { data } = JSON.parse(recorded.vector.body) as { data: unknown };
    server.script = json(200, {
      status: 'success',
      data,
      warnings: ['a store is away'],
      infos: ['no counter'],
    });
    expect(await ask()).toMatchObject({ warnings: ['a store is away'], infos: ['no counter'] });
  });

  test('in parts where one answer has no room', async () => {
    server.script = (response, { body }) => {
      const { start, end } = Object.fromEntries(new URLSearchParams(body)) as Record<string, string>;
      const values = [start, end].map((at) => [Number(at), '1']);
      const data = { resultType: 'matrix', result: [{ metric: { a: 'b' }, values }] };
      json(200, { status: 'success', data })(response, server.seen[0]!, response.socket!);
    };
    const range = { from: AT, to: new Date(AT.getTime() + 15_000 * 60_000), stepSeconds: 60 };
    const { series } = await client().range('up', range);
    const minutes = series[0]!.points.map(({ at }) => (at.getTime() - AT.getTime()) / 60_000);
    expect(series).toHaveLength(1);
    expect(minutes).toEqual([0, 9_999, 10_000, 15_000]);
  });

  test('below the path of its address', async () => {
    await ask({ url: `${server.url}/prometheus/` });
    expect(server.seen[0]?.path).toBe('/prometheus/api/v1/query');
  });
});

describe('what goes wrong is a fault', () => {
  test.each<[string, QuestionName, RegExp]>([
    ['a query that is none', 'no_query', /it answered 400: bad_data: .*unclosed left parenthesis/],
    ['a query that can’t be run', 'no_pair', /it answered 422: execution: found duplicate series/],
    ['too many points', 'too_many_points', /exceeded maximum resolution of 11,000 points/],
    ['a text', 'text', /gives a text and no number/],
    ['a page that is not there', 'no_page', /it answered 404: 404 page not found/],
  ])('and %s is refused', async (_what, name, words) => {
    server.script = replay(name);
    const fault = await faultOf(ask());
    expect(fault).toMatchObject({ code: 'sli_refused', retryable: false });
    expect(fault.message).toMatch(words);
    expect(fault.message.length).toBeLessThan(400);
  });

  const html =
    (status: number): Script =>
    (response) =>
      response
        .writeHead(status, { 'content-type': 'text/html' })
        .end('<html><style>a{}</style><body><h1>Sign in</h1>\n<p>please');
  test.each<[string, Script, RegExp]>([
    ['a login page', html(200), /is not the Prometheus API but text\/html: Sign in please/],
    ['another API', json(200, { status: 'ok' }), /is not the Prometheus API/],
    ['no entry', json(401, {}), /does not let us in \(401\)/],
    ['no right', html(403), /does not let us in \(403\): Sign in please/],
    ['a redirect', (r) => r.writeHead(302, { location: '/x' }).end(), /answered 302, a redirect/],
    ['histograms', json(200, histograms()), /native histograms/],
  ])('and %s is refused', async (_what, script, words) => {
    server.script = script;
    const fault = await faultOf(ask());
    expect(fault).toMatchObject({ code: 'sli_refused', retryable: false });
    expect(fault.message).toMatch(words);
    expect(server.seen).toHaveLength(1);
  });

  test.each<[string, Script, RegExp]>([
    ['its time limit', replay('too_slow'), /it answered 503: timeout: query timed out/],
    ['a gateway’s page', html(502), /it answered 502: Sign in please/],
    ['an open door', (_r, _s, socket) => void socket.destroy(), /does not answer/],
    [
      'half an answer',
      (r) => r.writeHead(200, { 'content-type': 'application/json' }).end('{"sta'),
      /broke off/,
    ],
    ['a cut connection', cutOff, /does not answer/],
    ['silence', () => {}, /no answer within 0\.2 s/],
    ['a body without end', drip, /no answer within 0\.2 s/],
  ])('and %s may pass', async (_what, script, words) => {
    server.script = script;
    const fault = await faultOf(ask({ timeLimitMs: 200 }));
    expect(fault).toMatchObject({ code: 'sli_unavailable', retryable: true });
    expect(fault.message).toMatch(words);
  });

  test('and a busy one says when to come back', async () => {
    server.script = json(
      429,
      { status: 'error', errorType: 'x', error: 'slow down' },
      { 'retry-after': '7' },
    );
    expect(await faultOf(ask())).toMatchObject({ code: 'sli_unavailable', retryAfterMs: 7_000 });
  });

  test('and an answer that is too long is refused', async () => {
    server.script = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const part = Buffer.alloc(1024 * 1024, 32);
      const more = () => {
        while (!response.destroyed && response.write(part));
      };
      response.on('drain', more);
      more();
    };
    const fault = await faultOf(ask({ timeLimitMs: 15_000 }));
    expect(fault.message).toMatch(/the answer is over 16 MB/);
  });

  test('and nobody there may pass', async () => {
    const gone = await openScripted();
    await gone.close();
    const fault = await faultOf(ask({ url: gone.url }));
    expect(fault).toMatchObject({ code: 'sli_unavailable', retryable: true });
    expect(fault.message).toMatch(/ECONNREFUSED/);
  });

  test('and whoever stops waiting is let go', async () => {
    server.script = () => {};
    const stop = new AbortController();
    const asked = client({ timeLimitMs: 60_000 }).instant('up', AT, stop.signal);
    stop.abort();
    expect(await faultOf(asked)).toMatchObject({ code: 'sli_unavailable' });
  });
});

describe('the login', () => {
  const sent = () => server.seen[0]?.headers.authorization;
  const basic = (words: string) => `Basic ${Buffer.from(words).toString('base64')}`;

  test('is a token, or user and password', async () => {
    await ask({ token: `${TOKEN}\n`, user: 'u', password: 'p' });
    expect(sent()).toBe(`Bearer ${TOKEN}`);
    server.seen = [];
    await ask({ user: 'mutabik', password: PASSWORD });
    expect(sent()).toBe(basic(`mutabik:${PASSWORD}`));
    server.seen = [];
    await ask();
    expect(sent()).toBeUndefined();
  });

  test('may stand in the address', async () => {
    await ask({ url: server.url.replace('http://', 'http://mutabik:a%20word@') });
    expect(sent()).toBe(basic('mutabik:a word'));
  });

  test.each<[string, Script]>([
    ['a refusal', echo(400)],
    ['no entry', echo(401)],
    ['a gateway', echo(502)],
    ['a page', echo(200)],
  ])('is never in the words of %s', async (_what, script) => {
    server.script = script;
    for (const login of [{ token: TOKEN }, { user: 'mutabik', password: PASSWORD }]) {
      const fault = await faultOf(ask(login));
      expect(fault.message).toMatch(/\[redacted\]/);
      expect(fault.cause).toBeUndefined();
      for (const secret of [TOKEN, PASSWORD, basic(`mutabik:${PASSWORD}`).slice(6)])
        expect(fault.message).not.toContain(secret);
    }
  });

  test('that can’t be sent is not quoted', async () => {
    const fault = await faultOf(ask({ token: `${TOKEN}\nx` }));
    expect(fault.cause).toBeUndefined();
    expect(fault.message).not.toContain(TOKEN);
  });
});

function histograms(): object {
  const result = [{ metric: {}, histogram: [NOON, { count: '1', sum: '1', buckets: [] }] }];
  return { status: 'success', data: { resultType: 'vector', result } };
}

/** Says back what it was sent, as some gateways do. */
function echo(status: number): Script {
  return (response, { headers }) =>
    response
      .writeHead(status, { 'content-type': 'text/html' })
      .end(
        `<p>${headers.authorization} ${PASSWORD}</p>`.replace(
          PASSWORD,
          headers.authorization?.startsWith('Basic') ? PASSWORD : '',
        ),
      );
}

function cutOff(response: Parameters<Script>[0], _seen: unknown, socket: Parameters<Script>[2]): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"status":"success",', () => socket.destroy());
}

function drip(response: Parameters<Script>[0]): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 10);
  response.on('close', () => clearInterval(timer));
}
