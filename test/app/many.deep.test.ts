import { expect, test } from 'vitest';
import { messagesIn } from '../support/channel.ts';
import { seeMorning } from '../support/morning.ts';
import { openStage } from '../support/stage.ts';

const MANY = 10_000;

test('10,000 findings are one message and one file', async () => {
  const stage = await openStage({ planted: false });
  await stage.finance.pool.query(
    `insert into finance.wallets (tenant_id, account_id, currency, available, held, updated_at)
     select 'anadolu', 'acc_many_' || n, 'USD', 0.01, 0, $2 from generate_series(1, $1) as n`,
    [MANY, new Date('2026-01-15T08:00:00+03:00')],
  );
  const app = await stage.startApp();
  const began = performance.now();
  await stage.advanceTo('2026-01-15T09:00:00+03:00');
  const seconds = (performance.now() - began) / 1000;
  const morning = await seeMorning(stage);
  expect(morning.digests).toHaveLength(1);
  expect(morning.files).toEqual([{ name: 'findings-2026-01-15.csv', lines: MANY + 1 }]);
  expect(morning.text).toContain('10,000 HIGH');
  expect(morning.text).toContain('$100.00');
  expect(morning.text).toMatch(/\+9,992 /);
  expect(seconds).toBeLessThan(60);
  const asked = performance.now();
  await messagesIn(stage.workspace, 'finance-ops');
  expect(performance.now() - asked).toBeLessThan(500);
  await app.stop();
  await stage.close();
});
