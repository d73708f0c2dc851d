import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sloCommands } from '../../src/cli/slo.ts';
import { filesWith } from '../slo/openslo-ground.ts';
import { runCommand } from './in-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'mutabik-slo-'));
const wrong = join(folder, 'wrong.yaml');
const [validate, explain] = sloCommands;
/** Names slo/ as the folder. */
const environment = { POLICY_FILE: 'policy.example.yml' };

beforeAll(() => {
  for (const { name, text } of filesWith()) writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the shipped definitions are right, and notes are told', async () => {
  const { code, out, err } = await runCommand(validate, [], environment);
  expect([code, err]).toEqual([0, '']);
  expect(out).toMatch(/^ok {4}payout: Payouts within 24 hours$/m);
  expect(out).toMatch(/^note {2}payout: page-fast is left out: nothing burns faster than 20 here/m);
  expect(out).toMatch(/^4 service levels are right \([0-9a-f]{12}\)\.$/m);
});

test('a folder needs no policy', async () => {
  const { code, out } = await runCommand(validate, [folder], { POLICY_FILE: '/nowhere' });
  expect([code, out.split('\n')[0]]).toEqual([0, 'ok    checkout: Checkout']);
});

test('what is wrong is told with file and line', async () => {
  writeFileSync(
    wrong,
    'apiVersion: openslo/v1\nkind: Service\nmetadata: { name: Ürün }\nspec: { descripton: x }\n',
  );
  const { code, out, err } = await runCommand(validate, [folder], environment);
  rmSync(wrong);
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(`${wrong}:3 metadata.name: must be 1 to 63 letters, digits and hyphens`);
  expect(err).toContain(`${wrong}:4 spec.descripton: is no field here; is description meant?`);
});

test('a promise is explained in numbers', async () => {
  const { code, out } = await runCommand(explain, ['api-availability'], environment);
  expect(code).toBe(0);
  for (const words of [
    'target    99.9 % of requests good, over 30 days rolling',
    "query     select minute, good, valid from sli_minutes where sli = 'api_availability'",
    'budget    0.1 % of requests: 72 bad of 72,000 in the window, at 100 an hour',
    'or 43.2 minutes of total outage',
    'burn rate above 14.4 over 1 h and 5 min, with 5 bad events in 1 h',
    'error ratio above 1.44 %: more than 14.4 bad of 1,000',
    'a total outage is told after 3 minutes, and over 5 minutes after its end',
  ])
    expect(out).toContain(words);
});

test('the queries of Prometheus are shown as they are asked', async () => {
  const { out } = await runCommand(explain, ['checkout', '--folder', folder, '--per-hour', '1'], environment);
  expect(out).toContain('good      sum(increase(ok_total[1m]))');
  expect(out).toContain('a total outage is not told: 1 h have fewer than 5 events at this traffic');
});

test('programs are told the same', async () => {
  const { out } = await runCommand(explain, ['--json', 'payout'], environment);
  expect(JSON.parse(out)).toMatchObject({
    perHour: 100,
    ceiling: 20,
    slo: { name: 'payout' },
    tiers: [{ badOfThousand: 300 }, { badOfThousand: 50 }],
  });
});

test.each([
  [['payuot'], 'there is no service level payuot; is payout meant?'],
  [
    ['uptime'],
    'there is no service level uptime; there are api-availability, api-latency, payout, webhook-success',
  ],
  [[], 'a name is missing'],
  [['payout', '--per-hour', 'many'], '--per-hour: must be a number above 0, is many'],
  [['payout', '--folder', '/nowhere'], "/nowhere: can't be read"],
])('what is missing is said: %j', async (args, words) => {
  expect(await runCommand(explain, args, environment)).toMatchObject({
    code: 1,
    err: expect.stringContaining(words) as unknown,
  });
});
