import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFinancePool } from '../../src/finance/connect.ts';
import { makeLog } from '../../src/log.ts';
import { makeCountWebhooks } from '../../src/slo/webhook-failures.ts';
import { createFinanceDatabase, type TestDatabase } from '../support/databases.ts';
import { openReportGround } from './report-ground.ts';

let finance: TestDatabase;
let pool: ReturnType<typeof makeFinancePool>;
const FROM = new Date('2026-01-11T21:00:00Z');
const TO = new Date('2026-01-18T21:00:00Z');

beforeAll(async () => {
  finance = await createFinanceDatabase();
  pool = makeFinancePool(finance.url, { schema: 'finance', log: makeLog('silent') });
  await finance.pool.query(
    `insert into finance.webhook_events (id, provider, provider_event_id, kind, outcome, received_at, duration_ms)
     select n::text, 'p', n::text, 'k', outcome, at::timestamptz, 5
       from unnest(array['accepted', 'bad_signature', 'failed', 'bad_signature', 'bad_signature', 'duplicate'],
                   array['2026-01-11T21:00Z', '2026-01-12T10:00Z', '2026-01-13T10:00Z', '2026-01-18T21:00Z',
                         '2026-01-11T20:59Z', '2026-01-18T20:59Z']) with ordinality as t (outcome, at, n)`,
  );
});
afterAll(async () => {
  await pool.end();
  await finance.drop();
});

it('counts wrong signatures of the week, of all', async () => {
  expect(await makeCountWebhooks(pool)({ from: FROM, to: TO })).toEqual({ refused: 1, all: 4 });
});

it('stands in the report', async () => {
  const ground = await openReportGround();
  ground.deps.countWebhooks = makeCountWebhooks(pool);
  await ground.run(new Date('2026-01-19T07:00:00Z'));
  const [page = ''] = await ground.pages('2026-W03');
  await ground.ours.drop();
  expect(page).toContain('Wrong signatures: 1 of 4 webhooks (25.0%).');
});

it('is not known without the view, or the database', async () => {
  await finance.pool.query('alter table finance.webhook_events rename to gone');
  expect(await makeCountWebhooks(pool)({ from: FROM, to: TO })).toBeNull();
  const away = makeFinancePool('postgres://nobody@127.0.0.1:1/none', {
    schema: 'finance',
    log: makeLog('silent'),
  });
  expect(await makeCountWebhooks(away)({ from: FROM, to: TO })).toBeNull();
  await away.end();
});
