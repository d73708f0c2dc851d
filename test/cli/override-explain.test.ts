import { afterAll, beforeAll, expect, test } from 'vitest';
import { overrideCommand } from '../../src/cli/override.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { runCommand } from './in-process.ts';

let stage: Stage;
let transaction: string;

beforeAll(async () => {
  stage = await openStage({ planted: false });
  const { rows } = await stage.finance.pool.query<{ id: string }>(
    `select id from finance.transactions where kind = 'withdrawal' and state = 'paid' order by id limit 1`,
  );
  transaction = rows[0]?.id ?? '';
});
afterAll(() => stage.close());

function explain(args: string[], without: string[] = []) {
  const kept = Object.entries(stage.environment).filter(([name]) => !without.includes(name));
  return runCommand(overrideCommand, args, Object.fromEntries(kept));
}

test('a payout is explained in words', async () => {
  const { code, out, err } = await explain([transaction], ['PLATFORM_URL']);
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain(`${transaction} of `);
  expect(out).toContain('The providers were not asked: PLATFORM_URL is not set.');
  expect(out.match(/^not now /gm)).toHaveLength(5);
  expect(out).toMatch(/approvals: \d.*, by /);
  expect(out).toContain('Who could approve');
  expect(out).not.toContain('overrides.');
});

test('and for programs, the providers asked', async () => {
  const { code, out } = await explain(['--json', transaction]);
  const told = JSON.parse(out) as { asked: boolean; choices: unknown[]; facts: { state: string } };
  expect([code, told.asked, told.choices.length, told.facts.state]).toEqual([0, true, 5, 'paid']);
});

test('a payout that never was is told', async () => {
  const { code, err } = await explain(['tx_never']);
  expect([code, err]).toEqual([1, expect.stringContaining('there is no payout tx_never')]);
});
