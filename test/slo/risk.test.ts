import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeFinancePool } from '../../src/finance/connect.ts';
import { makeLog } from '../../src/log.ts';
import { listAtRisk, loadRisk, loadRiskNotice } from '../../src/slo/load-risk.ts';
import { readAtRisk } from '../../src/slo/read-risk.ts';
import { makeRiskSchedule } from '../../src/slo/risk.ts';
import { makeRiskGround, type RiskGround } from './risk-ground.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let ground: RiskGround;
beforeAll(async () => {
  // 09:00 in Istanbul.
  ground = await makeRiskGround('2026-01-15T06:00:00.000Z');
});
beforeEach(() => ground.reset());
afterAll(() => ground.close());

/** A check every five minutes. */
async function pass(minutes: number): Promise<void> {
  for (let left = minutes; left > 0; left -= 5) {
    ground.clock.advance(5 * MINUTE_MS);
    await ground.check();
  }
}

describe('naming', () => {
  it('names planted payouts two hours before they break', async () => {
    for (const state of ['requested', 'approved', 'payout_submitted', 'payout_failed'])
      await ground.add(`wd-${state}`, { age: 22, state });
    await ground.check();
    expect(await ground.named()).toEqual([
      'wd-approved age 06:00 06:00 -',
      'wd-payout_failed age 06:00 06:00 -',
      'wd-payout_submitted age 06:00 06:00 -',
      'wd-requested age 06:00 06:00 -',
    ]);
    expect(await ground.cards()).toEqual(['slo_risk finance-ops']);
    expect(await ground.audited()).toEqual(['slo.risk_named {"count":4,"left":4,"slo":"payout"}']);
    expect(ground.words).toEqual(['risk_named']);
  });

  it('names by age with the next check after hour 20', async () => {
    await ground.add('wd-1', { age: 19.95 });
    await ground.check();
    expect(await ground.named()).toEqual([]);
    await pass(5);
    expect(await ground.named()).toEqual(['wd-1 age 06:05 06:05 -']);
  });

  it('names by the pace of its provider hours earlier', async () => {
    await ground.paid('kuzey-pay', 20, 26);
    await ground.paid('other', 300, 1);
    await ground.add('wd-slow', { age: 3 });
    await ground.add('wd-quick', { age: 3, provider: 'other' });
    await ground.add('wd-attempt', { age: 2, provider: null, attempt: 'kuzey-pay' });
    await ground.check();
    expect(await ground.named()).toEqual(['wd-slow pace 06:00 06:00 -', 'wd-attempt pace 06:00 06:00 -']);
  });

  it('keeps to age where too few were paid this week', async () => {
    await ground.paid('kuzey-pay', 19, 26);
    await ground.add('wd-1', { age: 10 });
    await ground.check();
    expect(await ground.named()).toEqual([]);
  });

  it('counts what is late already, and does not name it', async () => {
    await ground.add('wd-late', { age: 25 });
    await ground.add('wd-paid', { age: 22, state: 'paid', final: 1 });
    await ground.check();
    expect(await ground.risks()).toEqual([]);
    await ground.add('wd-1', { age: 21 });
    await ground.check();
    expect(await ground.named()).toEqual(['wd-1 age 06:00 06:00 -']);
    expect((await ground.risks()).map(({ late }) => late)).toEqual([1]);
  });

  it('takes what is no amount and no provider as it is', async () => {
    await ground.add('wd-nan', { age: 21, amount: 'NaN', provider: '' });
    await ground.check();
    const [risk] = await ground.risks();
    const model = await loadRisk(ground.ours.pool, risk!.id, ground.show);
    expect(model?.items).toMatchObject([{ transactionId: 'wd-nan', amountMinor: null, provider: null }]);
  });
});

describe('what becomes of it', () => {
  it('keeps each outcome, and is over when none is left', async () => {
    for (const id of ['wd-paid', 'wd-late', 'wd-canceled']) await ground.add(id, { age: 22 });
    await ground.check();
    ground.clock.advance(HOUR_MS);
    await ground.move('wd-paid', 'paid');
    await ground.move('wd-canceled', 'canceled');
    await pass(5);
    expect((await ground.risks()).map(({ over }) => over)).toEqual([false]);
    await pass(60);
    expect(await ground.named()).toEqual([
      'wd-canceled age 06:00 06:00 dropped',
      'wd-late age 06:00 06:00 late',
      'wd-paid age 06:00 06:00 paid',
    ]);
    const [risk] = await ground.risks();
    expect(risk).toMatchObject({ over: true, late: 1 });
    expect(await ground.audited()).toEqual([
      'slo.risk_named {"count":3,"left":3,"slo":"payout"}',
      'slo.risk_ended {"dropped":1,"late":0,"paid":1,"slo":"payout"}',
      'slo.risk_ended {"dropped":0,"late":1,"paid":0,"slo":"payout"}',
      'slo.risk_over {"dropped":1,"late":1,"paid":1,"slo":"payout"}',
    ]);
    const model = await loadRisk(ground.ours.pool, risk!.id, ground.show);
    expect(model).toMatchObject({ counts: { open: 0, paid: 1, late: 1, dropped: 1 }, items: [], count: 0 });
  });

  it('calls late what was paid after the promise', async () => {
    await ground.add('wd-1', { age: 23.95 });
    await ground.check();
    ground.clock.advance(4 * MINUTE_MS);
    await ground.move('wd-1', 'paid');
    await pass(5);
    expect(await ground.named()).toEqual(['wd-1 age 06:00 06:00 late']);
  });

  it('opens another list for those that come later', async () => {
    await ground.add('wd-1', { age: 22 });
    await ground.check();
    await ground.move('wd-1', 'paid');
    await pass(5);
    await ground.add('wd-2', { age: 22 });
    await pass(5);
    expect((await ground.risks()).map(({ over }) => over)).toEqual([true, false]);
    expect(await ground.cards()).toEqual(['slo_risk finance-ops', 'slo_risk finance-ops']);
  });

  it('does not name again what a slow reading still calls open', async () => {
    await ground.add('wd-1', { age: 22 });
    await ground.check();
    await ground.move('wd-1', 'paid');
    await pass(5);
    await ground.move('wd-1', 'processing');
    await ground.check();
    expect(await ground.named()).toEqual(['wd-1 age 06:00 06:00 paid']);
    expect(await ground.risks()).toHaveLength(1);
  });
});

describe('telling', () => {
  it('has one card, and a notice an hour for what is new', async () => {
    await ground.add('wd-1', { age: 20.5 });
    await ground.check();
    await ground.add('wd-2', { age: 20.2 });
    await pass(30);
    await ground.add('wd-3', { age: 20.6 });
    await pass(25);
    expect(await ground.cards()).toEqual(['slo_risk finance-ops']);
    await pass(5);
    expect(await ground.cards()).toEqual(['slo_risk finance-ops', 'slo_risk_notice finance-ops']);
    expect(await ground.named()).toEqual([
      'wd-1 age 06:00 06:00 -',
      'wd-2 age 06:05 07:00 -',
      'wd-3 age 06:35 07:00 -',
    ]);
    const { rows } = await ground.ours.pool.query<{ id: string }>(
      `select subject_id as id from cards where kind = 'slo_risk_notice'`,
    );
    const notice = await loadRiskNotice(ground.ours.pool, rows[0]!.id, ground.show);
    expect(notice).toMatchObject({ count: 2, card: null });
    await pass(60);
    expect(await ground.cards()).toHaveLength(2);
  });

  it('says in a notice what it said, after they were paid too', async () => {
    await ground.add('wd-1', { age: 20.5 });
    await ground.check();
    await ground.add('wd-2', { age: 20.2 });
    await pass(60);
    await ground.move('wd-2', 'paid');
    await pass(5);
    const [risk] = await ground.risks();
    const subject = `${risk!.id}@2026-01-15T07:00:00.000Z`;
    expect(await loadRiskNotice(ground.ours.pool, subject, ground.show)).toMatchObject({ count: 1 });
    for (const wrong of ['', 'x@y', `${risk!.id}@x`, `${risk!.id}@2026-01-15T08:00:00.000Z`])
      expect(await loadRiskNotice(ground.ours.pool, wrong, ground.show)).toBeNull();
  });

  it('is asked at every hour, quiet ones too', () => {
    const schedule = makeRiskSchedule(ground.policy);
    expect(schedule).toMatchObject({ cron: '*/5 * * * *', isChore: true, catchUp: 'last', leadMs: 0 });
    expect(schedule.task({ schedule: 'slo.risk', slotAt: new Date(0) }).payload).toEqual({});
  });
});

describe('twice, together, and without the money', () => {
  it('changes nothing the second time', async () => {
    await ground.add('wd-1', { age: 22 });
    await ground.check();
    await ground.check();
    expect(await ground.named()).toHaveLength(1);
    expect(await ground.audited()).toHaveLength(1);
    expect(await ground.cards()).toHaveLength(1);
  });

  it('names once when two check at the same moment', async () => {
    for (let round = 0; round < 5; round += 1) {
      await ground.add(`wd-${round}`, { age: 22 });
      await Promise.all([ground.check(), ground.check(), ground.check()]);
    }
    expect(await ground.named()).toHaveLength(5);
    expect(await ground.risks()).toHaveLength(1);
    expect(await ground.audited()).toHaveLength(5);
  });

  it('changes nothing by a reading that is older', async () => {
    await ground.add('wd-1', { age: 22 });
    await ground.check();
    await ground.add('wd-2', { age: 22 });
    ground.clock.advance(-MINUTE_MS);
    await ground.check();
    expect(await ground.named()).toEqual(['wd-1 age 06:00 06:00 -']);
    expect(await ground.audited()).toHaveLength(1);
  });

  it('changes nothing while the money is away', async () => {
    await ground.add('wd-1', { age: 22 });
    await ground.check();
    const away = makeFinancePool('postgresql://nobody@127.0.0.1:1/none', {
      schema: 'finance',
      log: makeLog('silent'),
    });
    ground.clock.advance(3 * HOUR_MS);
    const deps = { ...ground.deps, finance: away };
    await ground.check(deps);
    expect(await ground.named()).toEqual(['wd-1 age 06:00 06:00 -']);
    const list = await listAtRisk({ ...ground.show, pool: deps.pool, finance: away }, ground.clock.now(), 1);
    expect(list).toMatchObject({ isStale: true, count: 1, at: new Date('2026-01-15T06:00:00Z') });
    await away.end();
  });
});

describe('the list', () => {
  it('shows ten a page, as the money is now', async () => {
    for (let n = 10; n < 33; n += 1)
      await ground.add(`wd-${n}`, { age: 20 + n / 10, amount: '10.50', tenant: 'bosphorus' });
    const deps = { ...ground.show, pool: ground.ours.pool, finance: ground.deps.finance };
    const pages = await Promise.all([1, 3, 9].map((page) => listAtRisk(deps, ground.clock.now(), page)));
    expect(pages.map(({ page, pages: of, items }) => [page, of, items.length])).toEqual([
      [1, 3, 10],
      [3, 3, 3],
      [3, 3, 3],
    ]);
    expect(pages[0]?.items[0]).toMatchObject({
      transactionId: 'wd-32',
      payout: null,
      tenantName: 'Bosphorus Pay',
    });
    expect(pages[0]?.perCurrency).toEqual([{ currency: 'TRY', amountMinor: 24_150n, count: 23 }]);
  });

  it('keeps what was named by pace once the pace is better', async () => {
    await ground.paid('kuzey-pay', 20, 26);
    await ground.add('wd-1', { age: 3 });
    await ground.check();
    await ground.paid('kuzey-pay', 300, 5);
    const deps = { ...ground.show, pool: ground.ours.pool, finance: ground.deps.finance };
    const { items } = await listAtRisk(deps, ground.clock.now(), 1);
    expect(items).toMatchObject([{ transactionId: 'wd-1', why: 'pace' }]);
  });

  it('reads 20,000 payments in well under a second', async () => {
    await ground.finance.pool.query(
      `insert into finance.transactions (id, tenant_id, account_id, kind, state, amount, currency, provider, created_at,
                                         requested_at, state_since, final_at, updated_at)
       select 'many-' || n, 'atlas', 'acc-' || n % 500, 'withdrawal', case when n % 300 = 0 then 'processing' else 'paid' end,
              n, 'TRY', 'p-' || n % 4, at, at, at, case when n % 300 = 0 then null else at + interval '2 hours' end,
              at + interval '2 hours'
         from generate_series(1, 20000) n, lateral (select $1::timestamptz - n * interval '2 minutes' as at) t`,
      [ground.clock.now()],
    );
    await ground.finance.pool.query('analyze finance.transactions');
    const began = performance.now();
    const reading = await readAtRisk(ground.deps.finance, ground.policy, ground.clock.now(), {
      withinHours: 24,
      named: [],
    });
    expect(reading.late).toBe(64);
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});
