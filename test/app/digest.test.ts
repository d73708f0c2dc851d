import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApp } from '../../src/main.ts';
import { fileText, loggedCalls, messagesIn, type ShownMessage } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';

const HEAD = /mutabik-audit-head:v1:\S+/;

describe('the morning', () => {
  let stage: Stage;
  let app: RunningApp;
  let messages: ShownMessage[];

  beforeAll(async () => {
    stage = await openStage({ checks: true });
    app = await stage.startApp();
    await stage.advanceTo('2026-01-15T09:00:00+03:00');
    messages = await messagesIn(stage.workspace, 'finance-ops');
  });

  afterAll(async () => {
    await app.stop();
    await stage.close();
  });

  test('has one digest and one file, on the dot', () => {
    const [digest, file] = messages;
    expect(messages).toHaveLength(2);
    expect(digest?.metadata?.event_type).toBe('mutabik_card');
    expect(Object.keys(digest?.metadata?.event_payload ?? {})).toEqual(['card']);
    expect(Number(digest?.ts)).toBeGreaterThanOrEqual(Date.parse('2026-01-15T09:00:00+03:00') / 1000);
    expect(Number(digest?.ts)).toBeLessThan(Date.parse('2026-01-15T09:00:30+03:00') / 1000);
    expect(file?.thread_ts).toBe(digest?.ts);
    expect(file?.files.map(({ name }) => name)).toEqual(['findings-2026-01-15.csv']);
  });

  test('finds every planted break and nothing else', async () => {
    const { rows } = await stage.ours.pool.query<{
      rule: string;
      class: string;
      action: string;
      kind: string;
      id: string;
    }>(
      // As the run saw it: the cooldown of R22 is over a minute later.
      `select r.rule, r.class, r.action, f.subject_kind as kind, f.subject_id as id
         from run_findings r join findings f on f.id = r.finding_id where r.appearance <> 'resolved'`,
    );
    const line = (of: { rule: string; class: string; action: string }, kind: string, id: string): string =>
      [of.rule, of.class, of.action, kind, id].join(' ');
    expect(rows.map((row) => line(row, row.kind, row.id)).toSorted()).toEqual(
      stage.planted.map((each) => line(each, each.subject.kind, each.subject.id)).toSorted(),
    );
  });

  test('adds up to the rows of the run', async () => {
    const { rows } = await stage.ours.pool.query<{ class: string; count: number }>(
      `select class, count(*)::int as count from run_findings where appearance <> 'resolved' group by class`,
    );
    const text = messages[0]?.text ?? '';
    for (const { class: risk, count } of rows) expect(text).toMatch(new RegExp(`${risk}\\s+${count}\\b`));
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(stage.planted.length);
  });

  test('has every finding in the file', async () => {
    const csv = await fileText(stage.workspace, messages[1]?.files[0]?.id ?? '');
    expect(csv.trimEnd().split('\r\n')).toHaveLength(stage.planted.length + 1);
  });

  test('carries a signed head that the log proves', async () => {
    const { verifyAudit } = await import('../../src/audit/verify-audit.ts');
    const head = HEAD.exec(JSON.stringify(messages[0]?.blocks))?.[0].replace(/[`"\\].*$/, '');
    expect(head).toBeDefined();
    expect(await verifyAudit(stage.ours.pool, { head: head ?? '' })).toMatchObject({ state: 'whole' });
  });

  test('makes no call that Slack refuses', async () => {
    const refused = (await loggedCalls(stage.workspace)).filter(
      (call) => call.direction === 'api' && !call.ok,
    );
    expect(refused).toEqual([]);
  });

  test('answers its probes', async () => {
    const ready = await fetch(`http://127.0.0.1:${app.port}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([200, { ok: true }]);
    const metrics = await (await fetch(`http://127.0.0.1:${app.port}/metrics`)).text();
    expect(metrics).toMatch(/mutabik_open_findings\{class="HIGH"\} \d+/);
  });
});
