import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { diagnosePlatform } from '../../src/doctor/platform.ts';
import { formatDiagnoses } from '../../src/doctor/types.ts';
import { checkActions } from '../../src/platform/check-actions.ts';
import { decideOffer } from '../../src/platform/offer.ts';
import { platform as schema, type PlatformPolicy } from '../../src/policy/platform.ts';
import { makeTestClock } from '../support/clock.ts';
import {
  ATTEMPT,
  EXAMPLE,
  ORDER,
  TOKEN,
  json,
  openGateway,
  openScripted,
  type Scripted,
} from './scripted.ts';

const PAGE = readFileSync(new URL('../../docs/connect-your-platform.md', import.meta.url), 'utf8');
const block = (label: string): string => {
  const found = new RegExp(`^\`\`\`(?:yaml|text) ${label}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(PAGE)?.[1];
  if (found === undefined) throw new Error(`the page has no block ${label}`);
  return found;
};
const policyOf = (written: unknown): PlatformPolicy => schema.parse(written);

let server: Scripted;
beforeAll(async () => {
  server = await openScripted();
});
afterAll(async () => await server.close());

/** Names of every key of a schema, through what it nests. */
function keysOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { properties = {}, ...rest } = node as { properties?: Record<string, unknown> };
  const own = Object.entries(properties).flatMap(([name, child]) => [name, ...keysOf(child)]);
  return [...own, ...Object.values(rest).flatMap(keysOf)];
}

test('the page shows every key that there is', () => {
  const text = block('every-key');
  const policy = policyOf(parse(text));
  expect(checkActions(policy)).toEqual([]);
  const missing = new Set(keysOf(z.toJSONSchema(schema, { io: 'input' })));
  for (const key of missing) if (new RegExp(`\\b${key}:`).test(text)) missing.delete(key);
  expect([...missing]).toEqual([]);
});

describe('the back office', () => {
  const office = policyOf(parse(block('back-office')));
  const withKey = policyOf({
    ...(parse(block('back-office')) as object),
    actions: {
      ...(parse(block('back-office')) as { actions: object }).actions,
      ...(parse(block('back-office-with-key')) as object),
    },
  });

  test('gets no Retry without a key, and one with it', () => {
    expect([office, withKey].flatMap(checkActions)).toEqual([]);
    expect(decideOffer(office, server.url, 'retry')).toBe('no_idempotency');
    expect(decideOffer(withKey, server.url, 'retry')).toBe('offered');
    expect(decideOffer(office, server.url, 'mark_paid')).toBe('not_named');
  });

  test('is logged into, asked and answered as shown', async () => {
    server.script = (response, seen, socket) => {
      const { pathname } = new URL(seen.path, server.url);
      const answers: Record<string, [number, unknown]> = {
        '/api/login': [200, { token: 'a session' }],
        '/api/payouts/pa_1': [
          200,
          {
            data: {
              id: 'pa_1',
              provider_reference: ATTEMPT.reference,
              provider: { state: 'RETURNED' },
            },
          },
        ],
        [`/api/actions/${ORDER.idempotencyKey}`]: [404, { error: { code: 'ACTION_NOT_FOUND' } }],
      };
      const [status, body] = answers[pathname] ?? [422, { error: { code: 'PAYOUT_COOLDOWN' } }];
      json(status, body)(response, seen, socket);
    };
    const { platform } = openGateway(server.url, withKey);
    expect(await platform.ask(ATTEMPT)).toMatchObject({ answer: 'failed' });
    expect(await platform.lookUp(ORDER)).toMatchObject({ as: 'not_found' });
    expect(await platform.send(ORDER)).toMatchObject({ as: 'refused', means: 'cooldown' });
    expect(server.seen.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      ...Array.from({ length: 3 }, () => 'Bearer a session'),
    ]);
  });
});

test('the page shows the doctor as it is', async () => {
  server.script = json(404, { code: 'operation_not_found' });
  const diagnoses = await diagnosePlatform(
    { PLATFORM_URL: server.url, PLATFORM_TOKEN: TOKEN },
    { platform: EXAMPLE, tenants: [] },
    makeTestClock('2026-01-15T06:00:00Z'),
  );
  expect(formatDiagnoses(diagnoses).screen).toBe(`${block('doctor')}\nAll is well.\n`);
});
