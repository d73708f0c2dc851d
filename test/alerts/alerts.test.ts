import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadAlert } from '../../src/alerts/load-alert.ts';
import { missedSlotsAlert } from '../../src/alerts/missed-slots.ts';
import { raiseAlert } from '../../src/alerts/raise-alert.ts';
import { resolveAlert } from '../../src/alerts/resolve-alert.ts';
import type { AlertSeverity } from '../../src/alerts/types.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { makeCards } from '../../src/cards/make-cards.ts';
import { withTransaction, type Tx } from '../../src/database/pool.ts';
import type { Subject, TaskId } from '../../src/ids.ts';
import type { Schedule } from '../../src/jobs/types.ts';
import { makeLog } from '../../src/log.ts';
import type { Slack } from '../../src/ports.ts';
import { sandboxPolicy } from '../../sandbox/settings.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';

const now = new Date('2026-01-15T06:00:00Z');
const later = new Date('2026-01-15T07:00:00Z');

const MORNING: Schedule = {
  name: 'digest',
  cron: '0 9 * * *',
  zone: 'UTC',
  catchUp: 'none',
  leadMs: 0,
  task: () => ({ kind: 'work', payload: {} }),
};

let ours: TestDatabase;
let subject: Subject;
beforeAll(async () => {
  ours = await createOurDatabase();
});
afterAll(() => ours.drop());
beforeEach(() => {
  subject = { kind: 'reconciliation', id: randomUUID() };
});

const inTx = <T>(work: (tx: Tx) => Promise<T>) => withTransaction(ours.pool, work);
const raise = (at = now, severity: AlertSeverity = 'sev2', error = 'no database') =>
  inTx((tx) =>
    raiseAlert(tx, at, {
      kind: 'run_failed',
      subject,
      severity,
      args: { label: '2026-01-15', state: 'failed', error },
    }),
  );
const resolve = (at = later) => inTx((tx) => resolveAlert(tx, at, { kind: 'run_failed', subject }));
const auditOf = async (id: string) => {
  const { rows } = await ours.pool.query<{ action: string }>(
    `select action from audit_log where subject_kind = 'alert' and subject_id = $1 order by seq`,
    [id],
  );
  return rows.map((row) => row.action);
};
const cardsOf = async (id: string) => {
  const { rows } = await ours.pool.query<{ channel: string; wanted_version: number }>(
    `select channel, wanted_version from cards where kind = 'alert' and subject_kind = 'alert' and subject_id = $1`,
    [id],
  );
  return rows;
};

describe('an alert', () => {
  test('asks for its card and leaves an audit row', async () => {
    const id = await raise();
    expect(await cardsOf(id)).toEqual([{ channel: 'ops-alerts', wanted_version: 1 }]);
    expect(await auditOf(id)).toEqual(['alert.raised']);
    expect((await loadAlert(ours.pool, id, 'Europe/Istanbul'))?.alert).toEqual({
      id,
      kind: 'run_failed',
      subject,
      severity: 'sev2',
      args: { label: '2026-01-15', state: 'failed', error: 'no database' },
      count: 1,
      state: 'open',
      firstAt: now,
      lastAt: now,
      resolvedAt: null,
    });
  });
  test('that happens again is counted, not doubled', async () => {
    const id = await raise();
    expect(await raise(later, 'sev2', 'still none')).toBe(id);
    const model = await loadAlert(ours.pool, id, 'UTC');
    expect(model?.alert).toMatchObject({ count: 2, firstAt: now, lastAt: later });
    expect(model?.alert.args).toMatchObject({ error: 'still none' });
    expect(await cardsOf(id)).toEqual([{ channel: 'ops-alerts', wanted_version: 2 }]);
    expect(await auditOf(id)).toEqual(['alert.raised', 'alert.repeated']);
  });
  test('raised by two at once is one', async () => {
    const ids = await Promise.all([raise(), raise(), raise(), raise()]);
    expect(new Set(ids).size).toBe(1);
    expect((await loadAlert(ours.pool, ids[0] ?? '', 'UTC'))?.alert.count).toBe(4);
  });
  test('only becomes more severe while open', async () => {
    const id = await raise(now, 'sev2');
    await raise(later, 'sev3');
    expect((await loadAlert(ours.pool, id, 'UTC'))?.alert.severity).toBe('sev2');
    await raise(later, 'sev1');
    expect((await loadAlert(ours.pool, id, 'UTC'))?.alert.severity).toBe('sev1');
  });
  test('is resolved once and shown so', async () => {
    const id = await raise();
    expect([await resolve(), await resolve()]).toEqual([true, false]);
    expect((await loadAlert(ours.pool, id, 'UTC'))?.alert).toMatchObject({
      state: 'resolved',
      resolvedAt: later,
    });
    expect(await cardsOf(id)).toMatchObject([{ wanted_version: 2 }]);
    expect(await auditOf(id)).toEqual(['alert.raised', 'alert.resolved']);
  });
  test('after its end is a new one with a new card', async () => {
    const first = await raise();
    await resolve();
    const second = await raise(later);
    expect(second).not.toBe(first);
    expect(await cardsOf(second)).toHaveLength(1);
  });
  test('rolls back with its transaction', async () => {
    const broken = inTx(async (tx) => {
      const args = { label: 'x', state: 'failed', error: 'x' };
      await raiseAlert(tx, now, { kind: 'run_failed', subject, severity: 'sev1', args });
      throw new Error('stop');
    });
    await expect(broken).rejects.toThrow('stop');
    const { rowCount } = await ours.pool.query(`select from alerts where subject_id = $1`, [subject.id]);
    expect(rowCount).toBe(0);
  });
  test('unknown to this version shows nothing', async () => {
    const id = await raise();
    await ours.pool.query(`update alerts set kind = 'from_the_future' where id = $1`, [id]);
    expect(await loadAlert(ours.pool, id, 'UTC')).toBeNull();
    expect(await loadAlert(ours.pool, randomUUID(), 'UTC')).toBeNull();
  });
  test('leaves the audit chain whole', async () => {
    const verdict = await verifyAudit(ours.pool);
    expect(verdict.state).not.toBe('broken');
  });
});

describe('missed moments of a schedule', () => {
  const miss = async (schedule: string, at: Date) => {
    const tell = missedSlotsAlert({ now: () => at, onJump: () => () => undefined }, sandboxPolicy(undefined));
    const slot = { schedule, slotAt: at };
    await inTx((tx) => tell(tx, { ...MORNING, name: schedule }, [slot]));
    const { rows } = await ours.pool.query<{ id: string; state: string; count: number }>(
      `select id, state, count from alerts where kind = 'slot_missed' and subject_id = $1 order by first_at`,
      [schedule],
    );
    return rows;
  };

  test('of one outage are one alert', async () => {
    await miss('once', now);
    expect(await miss('once', new Date(now.getTime() + 60_000))).toMatchObject([{ state: 'open', count: 2 }]);
  });
  test('of another outage are a new card, not an old one rewritten', async () => {
    await miss('twice', now);
    const [old, fresh] = await miss('twice', new Date('2026-03-03T06:00:00Z'));
    expect([old, fresh]).toMatchObject([
      { state: 'resolved', count: 1 },
      { state: 'open', count: 1 },
    ]);
    expect(await cardsOf(fresh?.id ?? '')).toHaveLength(1);
  });
});

describe('a task that fails for good', () => {
  test('of any other kind raises task_failed', async () => {
    const cards = makeCards({
      pool: ours.pool,
      slack: {} as Slack,
      log: makeLog('silent'),
      kinds: [],
      channelOf: () => undefined,
    });
    const key = `recon:${randomUUID()}`;
    const failure = { taskId: randomUUID() as TaskId, kind: 'recon', key, payload: {}, error: 'broken' };
    await inTx((tx) => cards.onTaskFailed(tx, { ...failure, code: 'internal', at: now }));
    const { rows } = await ours.pool.query(
      `select kind, subject_kind, args from alerts where subject_id = $1`,
      [key],
    );
    expect(rows).toEqual([
      { kind: 'task_failed', subject_kind: 'job', args: { task: 'recon', key, error: 'broken' } },
    ]);
  });
});

describe('quiet hours', () => {
  const eight = new Date('2026-01-16T05:00:00Z');
  const notBefore = async (severity: AlertSeverity): Promise<Date | undefined> => {
    subject = { kind: 'reconciliation', id: randomUUID() };
    const id = await inTx((tx) =>
      raiseAlert(tx, now, {
        kind: 'run_failed',
        subject,
        severity,
        args: { label: '2026-01-15', state: 'failed', error: 'x' },
        quietUntil: eight,
      }),
    );
    const { rows } = await ours.pool.query<{ not_before: Date }>(
      'select not_before from cards where subject_id = $1',
      [id],
    );
    return rows[0]?.not_before;
  };

  test('hold back what can wait for the next business day, and nothing else', async () => {
    expect(await notBefore('sev3')).toEqual(eight);
    expect(await notBefore('sev2')).toEqual(now);
    expect(await notBefore('sev1')).toEqual(now);
  });
});
