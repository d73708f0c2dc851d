import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { diagnosePlatform } from '../../src/doctor/platform.ts';
import type { Diagnosis } from '../../src/doctor/types.ts';
import type { PlatformPolicy } from '../../src/policy/platform.ts';
import { EXAMPLE, TOKEN, json, openScripted, type Script, type Scripted } from '../platform/scripted.ts';
import { makeTestClock } from '../support/clock.ts';

let server: Scripted;
beforeAll(async () => {
  server = await openScripted();
});
afterAll(async () => await server.close());
beforeEach(() => {
  server.seen = [];
  server.script = json(404, { code: 'operation_not_found' });
});

const clock = makeTestClock('2026-01-15T06:00:00Z');
const tenants = [{ id: 'acme' }] as never;
const look = async (change: Partial<PlatformPolicy> = {}, token: string | undefined = TOKEN) =>
  await diagnosePlatform(
    { PLATFORM_URL: server.url, PLATFORM_TOKEN: token },
    { platform: { ...EXAMPLE, time_limit_seconds: 0.3, ...change }, tenants },
    clock,
  );
const said = (diagnoses: Diagnosis[]) => diagnoses.map(({ state, text }) => `${state}: ${text}`);

describe('the doctor looks at the platform', () => {
  test('and is content with the example', async () => {
    expect(said(await look())).toEqual([
      'ok: offered: retry, mark_paid, reject, recheck',
      'ok: answers, lets us in, and says so when it does not know a key',
    ]);
    expect(server.seen.map(({ method }) => method)).toEqual(['GET']);
  });

  test('and warns when there is none', async () => {
    const none = await diagnosePlatform(
      { PLATFORM_URL: undefined, PLATFORM_TOKEN: undefined },
      {
        platform: EXAMPLE,
        tenants,
      },
      clock,
    );
    expect(said(none)).toEqual([expect.stringMatching(/^warning: .*set PLATFORM_URL/)]);
  });

  test('and misses a token that is used', async () => {
    const diagnoses = await diagnosePlatform(
      { PLATFORM_URL: server.url, PLATFORM_TOKEN: undefined },
      { platform: EXAMPLE, tenants },
      clock,
    );
    expect(said(diagnoses)).toContain(
      'problem: policy.platform uses {token}, which is empty: set PLATFORM_TOKEN',
    );
  });

  test('and says why a money action gets no button', async () => {
    const { retry, lookup, recheck: _, ...others } = EXAMPLE.actions;
    const { idempotent: __, ...keyless } = retry!;
    const withoutKey = said(await look({ actions: { ...EXAMPLE.actions, retry: keyless } }));
    expect(withoutKey).toContainEqual(expect.stringMatching(/^warning: actions\.retry has no idempotent/));
    expect(lookup).toBeDefined();
    const withoutLookUp = said(await look({ actions: { ...others, retry } }));
    expect(withoutLookUp).toContainEqual(
      expect.stringMatching(/^warning: actions\.retry has no actions\.lookup/),
    );
    expect(withoutLookUp).toContain('warning: nothing is offered');
    expect(withoutLookUp).toContainEqual(expect.stringMatching(/no retry is ever safe/));
  });

  test('and sees what can’t be filled in or proves too little', async () => {
    const recheck = { ...EXAMPLE.actions.recheck!, path: '/v1/{key}', body: { a: 'b' } };
    const actions = { ...EXAMPLE.actions, recheck: { ...recheck, success: { status: [200], fields: {} } } };
    expect(said(await look({ actions }))).toEqual(
      expect.arrayContaining([
        'problem: actions.recheck: there is no {key} to fill in',
        'problem: actions.recheck: a GET carries no body',
        'warning: actions.recheck: success.fields names no {attempt} or {reference}, so an answer about another passes for this one',
      ]),
    );
  });

  test.each<[string, Script, RegExp]>([
    ['a wrong token', json(401, {}), /^problem: look-up: it answered 401; it does not let us in/],
    ['a bare 404', json(404, {}), /^problem: look-up: it answered 404; a key that nobody has/],
    ['another server', (response) => response.end('<html>'), /^problem: look-up: it answered 200; a 2xx/],
    ['silence', () => {}, /^problem: look-up: no answer in time/],
    ['an open door', (_response, _seen, socket) => void socket.destroy(), /connection broke/],
  ])('and tells %s by a look-up', async (_what, script, words) => {
    server.script = script;
    expect(said(await look())).toContainEqual(expect.stringMatching(words));
  });

  test('and distrusts one that knows every key', async () => {
    const lookup = { ...EXAMPLE.actions.lookup!, success: { status: [200], fields: {} } };
    server.script = json(200, { status: 'accepted' });
    expect(said(await look({ actions: { ...EXAMPLE.actions, lookup } }))).toContainEqual(
      expect.stringMatching(/^problem: look-up: a key that nobody has is said to be succeeded/),
    );
  });
});
