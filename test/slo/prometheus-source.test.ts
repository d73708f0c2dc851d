import { describe, expect, test } from 'vitest';
import type { Prometheus, PrometheusAnswer } from '../../src/adapters/prometheus.ts';
import { AppError } from '../../src/errors.ts';
import { problemsOfForm } from '../../src/slo/prometheus-query.ts';
import { makePrometheusSli } from '../../src/slo/prometheus-source.ts';
import type { PrometheusIndicator } from '../../src/slo/types.ts';
import { API } from './prometheus-indicators.ts';

const FROM = new Date('2026-01-14T12:00:00Z');
const minute = (index: number) => new Date(FROM.getTime() + index * 60_000);
const BARE: PrometheusIndicator = { ...API, up: null, contributors: null };

type Numbers = readonly (number | undefined)[];
/** What is told, minute by minute; undefined: nothing. */
interface Told {
  good?: Numbers;
  bad?: Numbers;
  total: Numbers;
  up?: Numbers | AppError;
  who?: Readonly<Record<string, Numbers>> | AppError;
  value?: Numbers | AppError;
  warnings?: string[];
}

const series = (labels: Record<string, string>, numbers: Numbers) => ({
  labels,
  points: numbers.flatMap((value, index) => (value === undefined ? [] : [{ at: minute(index + 1), value }])),
});
const answer = (all: PrometheusAnswer['series'], warnings: string[] = []): PrometheusAnswer => ({
  series: all.filter(({ points }) => points.length > 0),
  warnings,
  infos: ['told to the doctor alone'],
});
const orThrow = (told: Numbers | AppError | undefined): Numbers => {
  if (told instanceof AppError) throw told;
  return told ?? [];
};

/** Answers each question from the table; what was asked is kept. */
function answering(told: Told): Prometheus & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async instant(query, at) {
      asked.push(`${query} @ ${at.toISOString()}`);
      return answer([series({}, orThrow(told.value).slice(0, 1))]);
    },
    async range(query, { from, to, stepSeconds }) {
      asked.push(`${query} @ ${from.toISOString()} ${to.toISOString()} ${stepSeconds}`);
      if (query.startsWith('topk')) {
        if (told.who instanceof AppError) throw told.who;
        const who = Object.entries(told.who ?? {});
        return answer(who.map(([name, numbers]) => series({ handler: name }, numbers)));
      }
      if (query.includes('up{')) return answer([series({}, orThrow(told.up))]);
      const parts = Object.entries({ good: told.good, bad: told.bad, total: told.total });
      return answer(
        parts.flatMap(([part, numbers]) => (numbers ? [series({ mutabik_part: part }, numbers)] : [])),
        told.warnings,
      );
    },
  };
}

async function read(told: Told, indicator = BARE) {
  const to = minute(told.total.length);
  return await makePrometheusSli(answering(told), indicator).read({ from: FROM, to, at: to });
}

describe('minutes of Prometheus', () => {
  test('are asked for at their ends, in one question', async () => {
    const prometheus = answering({ good: [9], total: [10] });
    const sli = makePrometheusSli(prometheus, BARE);
    const { minutes, absent, decided } = await sli.read({ from: FROM, to: minute(1), at: minute(1) });
    expect({ minutes, absent, decided }).toEqual({
      minutes: [{ minute: FROM, good: 9, valid: 10 }],
      absent: 'gap',
      decided: null,
    });
    expect(prometheus.asked).toEqual([
      expect.stringMatching(
        /\[1m\][\s\S]*"good"[\s\S]* or [\s\S]*"total".*@ 2026-01-14T12:01:00.000Z 2026-01-14T12:01:00.000Z 60$/,
      ),
    ]);
    expect(prometheus.asked[0]).not.toContain('$window');
  });

  test('that are not over yet are not asked for', async () => {
    const prometheus = answering({ good: [9], total: [10] });
    const sli = makePrometheusSli(prometheus, BARE);
    const reading = await sli.read({ from: FROM, to: minute(1), at: new Date(minute(1).getTime() - 1) });
    expect([reading.minutes, prometheus.asked]).toEqual([[], []]);
  });

  test.each<[string, number | undefined, number | undefined, [number, number] | null]>([
    ['good and total', 9, 10, [9, 10]],
    ['fractions', 8.75, 9.5, [8.75, 9.5]],
    ['no traffic', 0, 0, [0, 0]],
    ['no traffic, nothing good', undefined, 0, [0, 0]],
    ['no traffic, NaN good', Number.NaN, 0, [0, 0]],
    ['nothing good', 0, 10, [0, 10]],
    ['good beyond rounding', 10.1, 10, null],
    ['good within rounding', 10 + 1e-12, 10, [10, 10]],
    ['bad by rounding alone', 10 - 1e-12, 10, [10, 10]],
    ['good below zero by rounding', -1e-12, 10, [0, 10]],
    ['good below zero', -1, 10, null],
    ['total below zero', 0, -1, null],
    ['no good', undefined, 10, null],
    ['good that is NaN', Number.NaN, 10, null],
    ['good without end', Number.POSITIVE_INFINITY, 10, null],
    ['no total', 9, undefined, null],
    ['a total that is NaN', 9, Number.NaN, null],
    ['a total without end', 9, Number.POSITIVE_INFINITY, null],
  ])('of %s', async (_what, good, total, counted) => {
    const { minutes, down } = await read({ good: [good], total: [total] });
    expect(minutes.map(({ good: told, valid }) => [told, valid])).toEqual(counted === null ? [] : [counted]);
    expect(down).toEqual([]);
  });

  test.each<[number | undefined, [number, number] | null]>([
    [3, [7, 10]],
    [0, [10, 10]],
    [10, [0, 10]],
    [11, null],
    [-1, null],
    [undefined, null],
  ])('of %s bad ones', async (bad, counted) => {
    const indicator = { ...BARE, good: null, bad: BARE.good };
    const { minutes } = await read({ bad: [bad], total: [10] }, indicator);
    expect(minutes.map(({ good, valid }) => [good, valid])).toEqual(counted === null ? [] : [counted]);
  });

  test('that can’t be are told once for all', async () => {
    const { warnings } = await read({ good: [11, 12, undefined], total: [10, 10, 10], warnings: ['theirs'] });
    expect(warnings).toEqual([
      'theirs',
      'total counts, and good says nothing: let it end in "or 0 * TOTAL" (1 min, first 2026-01-14T12:02Z)',
      'good and total are no counts that can be (2 min, first 2026-01-14T12:00Z)',
    ]);
  });

  test('of several series are refused', async () => {
    const prometheus = answering({ total: [1] });
    prometheus.range = async () =>
      answer(['a', 'b'].map((who) => series({ mutabik_part: 'good', who }, [1])));
    const asked = makePrometheusSli(prometheus, BARE).read({ from: FROM, to: minute(1), at: minute(1) });
    await expect(asked).rejects.toMatchObject({
      code: 'sli_refused',
      message: 'good: gives 2 series, and not one; wrap it in sum(...)',
    });
  });
});

describe('a target that is down', () => {
  const fault = new AppError('sli_unavailable', 'no answer', { retryable: true });
  const none = [undefined, undefined, undefined];

  test.each<[string, Told, number[], number[]]>([
    ['is down where nothing is counted', { good: none, total: none, up: [0, 1, undefined] }, [0], []],
    ['is down where zero is counted', { good: [0], total: [0], up: [0] }, [0], []],
    ['is not, while something is counted', { good: [5], total: [5], up: [0] }, [], [0]],
    ['is not, where half an answer is', { good: [9], total: [0], up: [1] }, [], [0]],
    ['may be half up', { good: none, total: none, up: [0.5, 0.5, 0.5] }, [], []],
    ['is not known where nobody says', { good: [1, undefined], total: [1, undefined], up: [] }, [], [0]],
  ])('%s', async (_what, told, down, counted) => {
    const reading = await read(told, { ...BARE, up: API.up });
    expect(reading.down).toEqual(down.map(minute));
    expect(reading.minutes.map((each) => each.minute)).toEqual(counted.map(minute));
  });

  test('is asked for again when that failed', async () => {
    const indicator = { ...BARE, up: API.up };
    await expect(read({ good: none, total: none, up: fault }, indicator)).rejects.toBe(fault);
    const { minutes, warnings } = await read({ good: [1], total: [1], up: fault }, indicator);
    expect([minutes.length, warnings]).toEqual([1, ['up: no answer']]);
  });
});

describe('beside the counts', () => {
  const indicator = { ...BARE, contributors: API.contributors, value: 'p95[$window]' };
  const refused = new AppError('sli_refused', 'no such label', { retryable: false });

  test('stand who caused bad events, and the value', async () => {
    const told = {
      good: [9, 9],
      total: [10, 10],
      who: { '/a': [1, Number.NaN], '/b': [0, 2] },
      value: [0.4],
    };
    const { contributors, value } = await read(told, indicator);
    expect(contributors).toEqual([
      { minute: minute(0), name: '/a', bad: 1 },
      { minute: minute(1), name: '/b', bad: 2 },
    ]);
    expect(value).toBe(0.4);
  });

  test('twenty a minute are asked for, and the end', async () => {
    const prometheus = answering({ good: [9], total: [10] });
    await makePrometheusSli(prometheus, indicator).read({ from: FROM, to: minute(1), at: minute(1) });
    expect(prometheus.asked).toContainEqual(expect.stringMatching(/^topk\(20, \(sum by \(handler\)/));
    expect(prometheus.asked).toContainEqual('p95[1m] @ 2026-01-14T12:01:00.000Z');
  });

  test('a NaN is no value, and a fault a warning', async () => {
    expect((await read({ good: [9], total: [10], value: [Number.NaN] }, indicator)).value).toBeNull();
    const told = { good: [9], total: [10], who: refused, value: refused };
    expect(await read(told, indicator)).toMatchObject({
      minutes: [{ good: 9, valid: 10 }],
      contributors: [],
      value: null,
      warnings: ['contributors: no such label', 'value: no such label'],
    });
  });
});

describe('the form of queries', () => {
  test.each<[string, Partial<PrometheusIndicator>, RegExp[]]>([
    ['is right as documented', {}, []],
    ['needs good or bad', { good: null }, [/^good: one of good and bad/]],
    ['has not both', { bad: 'x[$window]' }, [/^good: one of good and bad/]],
    [
      'names the window of counters',
      { total: 'sum(a_total)' },
      [/^total: a counter is counted over \$window/],
    ],
    ['needs none without counters', { counter: false, good: 'a', total: 'b' }, []],
    ['is not empty', { total: ' ', contributors: '' }, [/^total: is empty/, /^contributors: is empty/]],
  ])('%s', async (_what, change, words) => {
    const indicator = { ...API, ...change };
    const problems = problemsOfForm(indicator);
    expect(problems).toEqual(words.map((each) => expect.stringMatching(each)));
    if (problems.length === 0) return;
    await expect(read({ total: [1] }, indicator)).rejects.toMatchObject({ code: 'sli_refused' });
  });
});
