import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askAttempts } from '../../src/platform/ask-attempts.ts';
import type { TaskContext } from '../../src/jobs/types.ts';
import { makePruneAnswersTask } from '../../src/platform/prune-answers.ts';
import { readAnswers } from '../../src/platform/read-answers.ts';
import type { AttemptRef } from '../../src/platform/types.ts';
import { makeTestClock, type TestClock } from '../support/clock.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { json, openGateway, openScripted, type Scripted } from './scripted.ts';

let database: TestDatabase;
let server: Scripted;
let clock: TestClock;
/** What the platform says of each attempt; the others are final failures. */
let words: Record<string, string>;
beforeAll(async () => {
  database = await createOurDatabase();
  server = await openScripted();
});
afterAll(async () => {
  await server.close();
  await database.drop();
});
beforeEach(async () => {
  await database.pool.query('delete from provider_answers');
  clock = makeTestClock('2026-01-15T06:00:00Z');
  words = {};
  server.seen = [];
  server.script = (response, seen, socket) => {
    const { pathname, searchParams } = new URL(seen.path, server.url);
    const attempt = decodeURIComponent(pathname.split('/').at(-1) ?? '');
    clock.advance(1_000);
    const reference = searchParams.get('reference');
    const provider_status = words[attempt] ?? 'failed';
    json(200, { attempt, reference, provider_status })(response, seen, socket);
  };
});

const attemptsOf = (provider: string, ...ids: string[]): AttemptRef[] =>
  ids.map((id) => ({
    attemptId: id,
    transactionId: `of ${id}`,
    tenantId: 'acme',
    provider,
    reference: `ref ${id}`,
  }));
/** One hand, so that answers come in order. */
const ask = async (attempts: AttemptRef[], options = {}) => {
  const { platform } = openGateway(server.url, { most_at_once: 1, time_limit_seconds: 5 });
  return await askAttempts({ pool: database.pool, platform, clock }, attempts, options);
};
const OPERATION = '7c5dd9a5-0a5e-4f30-9d3d-5c7a8a2f1f10';

describe('asking about attempts', () => {
  test('keeps each answer with when it came and who asked', async () => {
    words = { b: 'no_answer', c: 'who knows' };
    const { answers, asked } = await ask(attemptsOf('one', 'a', 'b', 'c'), { operationId: OPERATION });
    expect([...answers].map(([id, { answer }]) => [id, answer])).toEqual([
      ['a', 'failed'],
      ['b', 'silent'],
      ['c', 'error'],
    ]);
    expect(asked[0]).toMatchObject({ answer: 'failed', exchange: { status: 200, method: 'GET' } });
    const { rows } = await database.pool.query(
      `select attempt_id, transaction_id, provider_ref, answer, asked_at, operation_id
         from provider_answers order by attempt_id`,
    );
    expect(rows[1]).toEqual({
      attempt_id: 'b',
      transaction_id: 'of b',
      provider_ref: 'ref b',
      answer: 'silent',
      asked_at: new Date('2026-01-15T06:00:02Z'),
      operation_id: OPERATION,
    });
    expect(rows).toHaveLength(3);
    expect(await readAnswers(database.pool, clock.now())).toEqual(answers);
  });

  test('asks each once, and makes nothing up', async () => {
    const [a = [] as never, nowhere = [] as never] = attemptsOf('one', 'a', 'nowhere');
    const { answers } = await ask([a, a, { ...nowhere, reference: '' }]);
    expect([...answers.keys()]).toEqual(['a']);
    expect(server.seen).toHaveLength(1);
  });

  test('leaves a provider that says nothing three times', async () => {
    const silent = Array.from({ length: 30 }, (_, index) => `s${index}`);
    words = Object.fromEntries(silent.map((id) => [id, 'no_answer']));
    const { answers } = await ask([...attemptsOf('one', ...silent), ...attemptsOf('two', 'a', 'b')]);
    // Those that were on their way when it was silent for the third time are answered too.
    expect(server.seen.length).toBeLessThanOrEqual(2 + 3 + 8);
    expect(answers.get('b')?.answer).toBe('failed');
    expect(answers.has('s29')).toBe(false);
  });

  test('a word between two silences starts anew', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    words = { a: 'no_answer', b: 'no_answer', d: 'no_answer', e: 'no_answer' };
    expect((await ask(attemptsOf('one', ...ids))).answers.size).toBe(6);
  });

  test('ends early when it is told to', async () => {
    const signal = AbortSignal.abort();
    expect((await ask(attemptsOf('one', 'a'), { signal })).answers.size).toBe(0);
  });

  test('writes an answer of one moment down once', async () => {
    server.script = json(200, { attempt: 'a', reference: 'ref a', provider_status: 'failed' });
    await ask(attemptsOf('one', 'a'));
    await ask(attemptsOf('one', 'a'));
    const { rowCount } = await database.pool.query('select from provider_answers');
    expect(rowCount).toBe(1);
  });
});

test('answers are read for the payments asked for', async () => {
  await ask(attemptsOf('one', 'a', 'b'));
  const read = async (transactions: string[]) => [
    ...(await readAnswers(database.pool, clock.now(), transactions)).keys(),
  ];
  expect(await read(['of b'])).toEqual(['b']);
  expect(await read([])).toEqual([]);
});

test('answers are kept for 90 days', async () => {
  const prune = () => makePruneAnswersTask(database.pool).run({ clock } as unknown as TaskContext, {});
  await ask(attemptsOf('one', 'a'));
  clock.advance(90 * 86_400_000);
  await prune();
  expect((await database.pool.query('select from provider_answers')).rowCount).toBe(1);
  clock.advance(1);
  await prune();
  expect((await database.pool.query('select from provider_answers')).rowCount).toBe(0);
});
