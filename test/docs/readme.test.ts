import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { doctorCommand } from '../../src/cli/doctor.ts';
import { parsePolicy } from '../../src/policy.ts';
import { makeTestClock } from '../support/clock.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { followPage, withPageNames, type MappedDatabase } from './mapping-page.ts';

const FILE = new URL('../../README.md', import.meta.url);
const BLOCK = /(?<=^```text doctor\n)[\s\S]*?(?=^```$)/m;

let stage: Stage;
let finance: MappedDatabase;
beforeAll(async () => {
  stage = await openStage({ scale: 0.01, planted: false });
  finance = await followPage();
});
afterAll(async () => {
  await stage.close();
  await finance.drop();
});

/** The doctor's screen for a set-up as the README describes it, and its exit code. */
async function askDoctor(): Promise<{ screen: string; code: number }> {
  const policy = parsePolicy(readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8'));
  const environment = {
    ...stage.environment,
    FINANCE_DATABASE_URL: finance.readerUrl,
    PAGER_URL: 'https://events.pagerduty.com/v2/enqueue',
    PAGER_ROUTING_KEY: 'the integration key',
  };
  const clock = makeTestClock('2026-01-15T05:30:00Z');
  const written: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  try {
    const code = await doctorCommand.run([], { environment, clock, policy: async () => policy });
    return { screen: withPageNames(written.join('')), code };
  } finally {
    spy.mockRestore();
  }
}

/** What differs from one policy, one server and one moment to the next. */
function timeless(screen: string): string {
  return screen
    .replace(/\(policy [0-9a-f]+\)/, '(policy 5f0c1d9a7e42)')
    .replace(/PostgreSQL \d+/, 'PostgreSQL 18')
    .replace(/within \d+ s of/, 'within 0 s of');
}

test('the README shows the doctor as it is, and green', async () => {
  const { screen, code } = await askDoctor();
  expect([screen, code]).toEqual([expect.stringMatching(/\nAll is well\.\n$/), 0]);
  expect(screen).not.toMatch(/^(warn|FAIL)/m);
  const readme = readFileSync(FILE, 'utf8');
  if (process.env['UPDATE_README'] === '1')
    writeFileSync(
      FILE,
      readme.replace(BLOCK, () => timeless(screen)),
    );
  else expect(BLOCK.exec(readme)?.[0]).toBe(timeless(screen));
});
