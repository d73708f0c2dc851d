import { readFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sloReportCommand } from '../../src/cli/slo-report.ts';
import { shiftWeek, weekBounds, weekOf } from '../../src/slo/week.ts';
import { openReportGround, type ReportGround } from '../slo/report-ground.ts';
import { runCommand } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'mutabik-slo-'));
const WEEK = '2026-W03';
let ground: ReportGround;
let environment: Record<string, string>;

beforeAll(async () => {
  ground = await openReportGround();
  const policy = join(folder, 'policy.yml');
  writeFileSync(policy, readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8'));
  environment = { DATABASE_URL: ground.ours.url, POLICY_FILE: policy };
  const { from, to } = weekBounds(WEEK, 'Europe/Istanbul');
  await ground.fill('api-availability', from, to, { good: 99, valid: 100 });
  await ground.run(new Date('2026-01-19T07:00:00Z'));
});
afterAll(async () => {
  await ground.ours.drop();
  rmSync(folder, { recursive: true });
});

const run = (...args: string[]) => runCommand(sloReportCommand, args, environment);

test('a stored report is printed as it was', async () => {
  const [english = '', turkish = ''] = await ground.pages(WEEK);
  await ground.ours.pool.query('delete from slo_minutes');
  const printed = await run('--week', WEEK);
  expect(printed).toEqual({ code: 0, out: english, err: '' });
  expect((await run('--week', WEEK, '--locale', 'tr')).out).toBe(turkish);
  expect(english).toContain('99.0%');
});

test('as JSON it has figures, inputs and hashes', async () => {
  const first = (await run('--week', WEEK, '--json')).out;
  expect((await run('--week', WEEK, '--json')).out).toBe(first);
  expect(JSON.parse(first)).toMatchObject({
    stored: true,
    policyHash: ground.policy.hash,
    figures: { week: WEEK, hours: 168, promises: [{ value: 0.99 }, { value: null }] },
    inputs: { week: WEEK },
  });
});

test('a week without a report is computed, and says so', async () => {
  const { code, out } = await run('--week', '2026-W02');
  expect(code).toBe(0);
  expect(out).toContain('Not stored: there is no report of this week.');
  // The definitions that are shipped.
  expect(out).toContain('### Webhook success');
  const json = JSON.parse((await run('--week', '2026-W02', '--json')).out) as object;
  expect(json).toMatchObject({ stored: false, policyHash: null, figures: { isLate: false, dueAt: null } });
});

test('without a week it is the last one that is over', async () => {
  const last = shiftWeek(weekOf(new Date(), 'Europe/Istanbul'), -1);
  expect((await run()).out).toContain(`# Service levels, week ${last}`);
});

test.each([
  [['--week', '2027-W53'], '--week: 2027-W53 is not a week such as 2026-W03'],
  [['--week', '2999-W01'], '--week: 2999-W01 is not over yet'],
  [['--week', WEEK, '--locale', 'de'], '--locale: de is neither en nor tr'],
  [['--month', '1'], 'Usage: mutabik slo report'],
])('what is wrong is said: %j', async (args, words) => {
  expect(await run(...args)).toMatchObject({ code: 1, err: expect.stringContaining(words) as unknown });
});
