import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningApp } from '../../src/main.ts';
import { lockHome, openHome } from '../../sandbox/home.ts';
import { messagesIn } from '../support/channel.ts';
import { CHECKOUT } from '../support/checkout.ts';
import { openStage, type Stage } from '../support/stage.ts';

interface Said {
  code: number;
  out: string;
  err: string;
}

/** The command line in a process of its own, with this environment and no other. */
function mutabik(args: string[], environment: Record<string, string>): Promise<Said> {
  const env = { PATH: process.env['PATH'] ?? '', MUTABIK_HOME: '/nonexistent', ...environment };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', join(CHECKOUT, 'src/cli.ts'), ...args],
      { cwd: CHECKOUT, env },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

describe('the command line', () => {
  let stage: Stage;
  let app: RunningApp;
  let head: string;

  beforeAll(async () => {
    stage = await openStage();
    app = await stage.startApp();
    await stage.advanceTo('2026-01-15T09:00:00+03:00');
    const [digest] = await messagesIn(stage.workspace, 'finance-ops');
    head = /mutabik-audit-head:v1:[\w:-]+/.exec(JSON.stringify(digest?.blocks))?.[0] ?? '';
  });

  afterAll(async () => {
    await app.stop();
    await stage.close();
  });

  const database = (): Record<string, string> => ({ DATABASE_URL: stage.ours.url });

  test("audit verify proves the digest's head", async () => {
    const { code, out } = await mutabik(['audit', 'verify', '--head', head], database());
    expect([code, out]).toEqual([0, expect.stringMatching(/^Whole: \d+ rows/)]);
  });

  test('audit verify says that a tail is unproven', async () => {
    const { code, out } = await mutabik(['audit', 'verify'], database());
    expect([code, out]).toEqual([0, expect.stringContaining('tail is unproven')]);
  });

  test('audit verify finds a forged head', async () => {
    const forged = head.replace(/:([0-9a-f])/, (_all, digit: string) => `:${digit === '1' ? '2' : '1'}`);
    const { code, out } = await mutabik(['audit', 'verify', '--head', forged], database());
    expect([code, out]).toEqual([1, expect.stringMatching(/^BROKEN/)]);
  });

  test('audit export writes a line a row', async () => {
    const { out } = await mutabik(['audit', 'export'], database());
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { seq: number; action: string });
    expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_line, index) => index + 1));
    expect(lines.map(({ action }) => action)).toContain('run.completed');
  });

  test('a dry run is JSON, and stores nothing', async () => {
    const finance = {
      FINANCE_DATABASE_URL: stage.finance.url,
      POLICY_FILE: stage.environment['POLICY_FILE'] ?? '',
    };
    const before = await stage.ours.pool.query('select count(*) from findings');
    const { code, out } = await mutabik(['recon', '--date', '2026-01-14', '--dry-run', '--json'], finance);
    const run = JSON.parse(out) as { date: string; past: boolean; breaks: { rule: string }[] };
    expect([code, run.date, run.past]).toEqual([0, '2026-01-14', true]);
    expect(run.breaks.map(({ rule }) => rule)).toContain('R28');
    expect((await stage.ours.pool.query('select count(*) from findings')).rows).toEqual(before.rows);
  });

  test('a dry run is a table for people', async () => {
    const finance = {
      FINANCE_DATABASE_URL: stage.finance.url,
      POLICY_FILE: stage.environment['POLICY_FILE'] ?? '',
    };
    const { out } = await mutabik(['recon', '--date', '2026-01-14', '--dry-run'], finance);
    expect(out).toMatch(/^Reconciliation of 2026-01-14, not stored/);
    expect(out).toMatch(/HIGH +R28 +escalate/);
  });

  test.each([
    [['--json'], /--json goes with --dry-run/],
    [['--date', '2026-01-14'], /--date goes with --dry-run/],
    [['--date', '2999-01-01', '--dry-run'], /has not come yet/],
    [['--date', '2026-02-30', '--dry-run'], /is not a day/],
  ])('recon %j asks for no run', async (args, said) => {
    const runs = async () => (await stage.ours.pool.query('select count(*) from runs')).rows;
    const before = await runs();
    const { code, err } = await mutabik(['recon', ...args], { ...stage.environment });
    expect([code, err]).toEqual([1, expect.stringMatching(said)]);
    expect(await runs()).toEqual(before);
  });

  test('a head that was copied wrong breaks no log', async () => {
    const { code, out } = await mutabik(['audit', 'verify', '--head', 'mutabik-audit-head'], database());
    expect([code, out]).toEqual([1, expect.stringMatching(/^Not checked: --head/)]);
  });

  test('doctor is green on a good set-up', async () => {
    const { code, out } = await mutabik(['doctor'], { ...stage.environment });
    expect(out).toMatch(/ok +finance +the login finance_reader can only read/);
    expect(out).toMatch(/ok +slack +all scopes are granted/);
    expect(out).toMatch(/ok +slo +4 defined: api-availability/);
    // The machine's clock may be in a year whose holidays the example does not know, and for which nobody counted minutes.
    const meant = /calendar|sli_minutes has no row/;
    expect(out.split('\n').filter((line) => line.startsWith('FAIL') && !meant.test(line))).toEqual([]);
    expect(code).toBe(/FAIL/.test(out) ? 1 : 0);
  });

  test('doctor refuses a finance login that can write', async () => {
    const { code, out } = await mutabik(['doctor'], {
      ...stage.environment,
      FINANCE_DATABASE_URL: stage.finance.ownerUrl,
    });
    expect([code, out]).toEqual([1, expect.stringMatching(/FAIL +finance +.*finance_owner/)]);
  });
});

describe('wrong input', () => {
  test('start names all that is missing and stops', async () => {
    const { code, err } = await mutabik(['start'], {});
    expect(code).toBe(1);
    expect(err).toContain('SLACK_BOT_TOKEN: is missing');
    expect(err).toContain('FINANCE_DATABASE_URL: is missing');
  });

  test.each([
    [['nonsense'], /There is no command nonsense/],
    [['audit', 'veriify'], /There is no command audit veriify\.[^]*audit verify/],
    [['recon', '--dat', 'x'], /Usage: mutabik recon/],
    [['recon', '2026-01-14', '--dry-run'], /'2026-01-14'[^]*Usage: mutabik recon/],
    [['audit', 'export', '--from', 'yesterday'], /not an ISO time/],
    [['audit', 'verify'], /^connect ECONNREFUSED 127\.0\.0\.1:1: nothing answers there/],
  ])('%j is refused', async (args, said) => {
    const { code, err } = await mutabik(args, { DATABASE_URL: 'postgres://127.0.0.1:1/none' });
    expect([code, err]).toEqual([1, expect.stringMatching(said)]);
  });

  test('-h is --help', async () => {
    const { code, out } = await mutabik(['recon', '-h'], {});
    expect([code, out]).toEqual([0, expect.stringMatching(/^Usage: mutabik recon/)]);
  });

  test('a killed sandbox is no longer there', async () => {
    const home = mkdtempSync(join(tmpdir(), 'mutabik-killed-'));
    try {
      const url = 'postgresql://app:secret@127.0.0.1:1/none';
      const ready = { ready: true, app: '', sandbox: 'http://localhost:1', platform: '', database: url };
      writeFileSync(join(home, 'sandbox.json'), JSON.stringify({ ...ready, finance: url }));
      openHome(home, { fresh: false });
      for (const args of [['doctor'], ['sandbox', '--join']]) {
        const { code, err } = await mutabik(args, { MUTABIK_HOME: home });
        expect([code, err]).toEqual([1, `No sandbox runs in ${home}: start one with npm start.\n`]);
      }
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  test('a second sandbox in one home is told of the first', async () => {
    const home = mkdtempSync(join(tmpdir(), 'mutabik-twice-'));
    const lock = await lockHome(home);
    try {
      const { code, err } = await mutabik(['sandbox', '--fresh'], { MUTABIK_HOME: home, PORT: 'taken' });
      expect([code, err]).toEqual([1, expect.stringContaining(`A sandbox runs in ${home} already`)]);
      expect(err).toContain(`process ${process.pid}`);
    } finally {
      lock.unlock();
      rmSync(home, { recursive: true });
    }
  });

  test("a sandbox's missing policy is told before anything starts", async () => {
    const home = mkdtempSync(join(tmpdir(), 'mutabik-policy-'));
    try {
      const ports = { PORT: '0', SANDBOX_PORT: '0', PLATFORM_PORT: '0' };
      const environment = { MUTABIK_HOME: home, POLICY_FILE: '/nope.yml', ...ports };
      const { code, err } = await mutabik(['sandbox', '--headless'], environment);
      expect([code, err]).toEqual([1, "POLICY_FILE: /nope.yml can't be read\n"]);
    } finally {
      rmSync(home, { recursive: true });
    }
  });

  test('every command answers --help', async () => {
    const overview = await mutabik(['--help'], {});
    const names = [...overview.out.matchAll(/^ {2}mutabik ((?:\w+ ?)+?) {2,}/gm)].map(([, name]) =>
      name!.trim(),
    );
    expect(names).toContain('audit verify');
    const helps = await Promise.all(names.map((name) => mutabik([...name.split(' '), '--help'], {})));
    expect(helps.map(({ code, out }) => [code, out.startsWith('Usage: mutabik')])).toEqual(
      names.map(() => [0, true]),
    );
    // Eight processes at once: 22 s on two cores beside a load of 8.
  }, 60_000);
});
