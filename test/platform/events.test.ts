import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeLog } from '../../src/log.ts';
import { makeEventTeller } from '../../src/platform/tell-events.ts';
import { makePool } from '../../src/database/pool.ts';
import { makeTestClock } from '../support/clock.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';

const clock = makeTestClock('2026-01-15T06:00:00Z');
const log = makeLog('silent');
let database: TestDatabase;
beforeAll(async () => {
  database = await createOurDatabase();
});
afterAll(async () => await database.drop());

test('a platform out of reach is one alert until it answers', async () => {
  const events = makeEventTeller({ pool: database.pool, clock, log });
  events.tell({ as: 'reachable' });
  events.tell({ as: 'unreachable', failures: 5 });
  events.tell({ as: 'unauthorised', status: 403 });
  events.tell({ as: 'reachable' });
  await events.close();
  const { rows } = await database.pool.query(
    `select kind, subject_kind, severity, args, state, count from alerts order by kind`,
  );
  const about = { subject_kind: 'platform', severity: 'sev2', count: 1 };
  expect(rows).toEqual([
    { ...about, kind: 'platform_unauthorised', args: { status: 403 }, state: 'open' },
    { ...about, kind: 'platform_unreachable', args: { failures: 5 }, state: 'resolved' },
  ]);
});

test('a database that is away stops no call', async () => {
  const pool = makePool('postgresql://nobody@127.0.0.1:1/none', { max: 1, applicationName: 'test', log });
  const events = makeEventTeller({ pool, clock, log });
  events.tell({ as: 'unreachable', failures: 5 });
  await events.close();
  await pool.end();
});
