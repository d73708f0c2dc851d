import { afterEach, beforeEach, expect, test } from 'vitest';
import { actingOn } from '../support/acting.ts';
import { lockTable } from '../support/blocked.ts';
import { messagesIn } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

const WALLETS = 22_000;
let stage: Stage;

/** Some 22,000 quiet accounts, five pages of them, two of which drift and are dated so that no daily window sees them. */
beforeEach(async () => {
  stage = await openStage();
  await stage.finance.pool.query(
    `with quiet as (select n from generate_series(1, $1::int) n),
     entries as (
       insert into finance.ledger_entries
         select 'quiet-' || n, null, 'anadolu', 'quiet-' || n, 'USD', 'booked', 10, 0, timestamptz '2026-01-02' from quiet)
     insert into finance.wallets
       select 'anadolu', 'quiet-' || n, 'USD', case when n in (7, 21000) then 11 else 10 end, 0, timestamptz '2026-01-02' from quiet`,
    [WALLETS],
  );
}, 120_000);
afterEach(() => stage.close());

const rows = async <T extends object>(sql: string) => (await stage.ours.pool.query<T>(sql)).rows;

async function card(): Promise<string> {
  const messages = await messagesIn(stage.workspace, 'finance-ops');
  const cards = messages.filter(({ text }) => text.includes('Full scan:'));
  expect(cards).toHaveLength(1);
  return cards[0]!.text;
}

async function seeItThrough(): Promise<void> {
  await stage.spawnApp({ alone: true });
  await stage.advanceTo('2026-01-15T08:45:00+03:00');
  const [scan] = await rows<{ scanned: number; pages: number; state: string }>(
    `select scanned::int, pages, state from full_scans join runs on id = run_id`,
  );
  const { rows: accounts } = await stage.finance.pool.query<{ count: number }>(
    `select count(*)::int as count
       from (select tenant_id, account_id, currency from finance.wallets
             union select tenant_id, account_id, currency from finance.wallet_baselines
             union select tenant_id, account_id, currency from finance.ledger_entries
             union select tenant_id, account_id, currency from finance.transactions where kind = 'withdrawal') a`,
  );
  expect(scan).toEqual({ scanned: accounts[0]!.count, pages: 5, state: 'complete' });
  const drifted = await rows<{ id: string }>(
    `select subject_id as id from findings where rule = 'R01' and state = 'open' and subject_id like 'quiet-%' order by 1`,
  );
  expect(drifted.map(({ id }) => id)).toEqual(['quiet-21000', 'quiet-7']);
  expect(await card()).toMatch(/Full scan: \d+ HIGH/);
}

async function begin(): Promise<void> {
  const people = actingOn(stage);
  const { reply } = await people.command('ops2', '/recon', 'full');
  expect(reply?.text).toContain('The full scan has started');
}

test('killed after a page is read and before it is stored it reads it again', async () => {
  const app = await stage.spawnApp();
  const barrier = await lockTable(stage.ours.superuserUrl, 'mutabik.full_scan_suspects');
  await begin();
  await barrier.reached();
  await app.kill();
  await barrier.lift();
  await seeItThrough();
});

test('killed between two pages it goes on at the next one', async () => {
  const app = await stage.spawnApp();
  await begin();
  const pages = await waitFor('a page', async () => {
    const [scan] = await rows<{ pages: number }>('select pages from full_scans where pages > 0');
    return scan?.pages;
  });
  await app.kill();
  expect(pages).toBeLessThan(5);
  await seeItThrough();
});
