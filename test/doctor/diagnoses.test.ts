import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { diagnoseFinance } from '../../src/doctor/finance.ts';
import { diagnoseCalendar } from '../../src/doctor/calendar.ts';
import { diagnoseSigning } from '../../src/doctor/signing.ts';
import { askSlack, diagnoseSlack, type SlackFacts } from '../../src/doctor/slack.ts';
import { formatDiagnoses, ok, problem, warning } from '../../src/doctor/types.ts';
import { parsePolicy } from '../../src/policy.ts';
import { BOT_TOKEN, openWorkspace } from '../workspace/open-workspace.ts';
import { manifestScopes } from '../support/manifest.ts';

const EXAMPLE = readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8');
const policy = parsePolicy(EXAMPLE);
const wrong = (diagnoses: { state: string; text: string }[]): string[] =>
  diagnoses.filter(({ state }) => state === 'problem').map(({ text }) => text);

describe('the calendar', () => {
  test.each([
    ['2026-10-31T20:00:00Z', []],
    ['2027-10-31T20:59:00Z', []],
    // 1 November has begun in Istanbul, not yet in UTC.
    ['2027-10-31T21:01:00Z', ['2028']],
    ['2028-03-01T09:00:00Z', ['2028']],
    ['2028-11-01T09:00:00Z', ['2028', '2029']],
  ])('at %s lacks %j', (at, years) => {
    const said = wrong(diagnoseCalendar(policy, new Date(at)));
    expect(said.map((text) => /\d{4}/.exec(text)?.[0])).toEqual(years);
  });
});

test('heads without a key are warned about', () => {
  expect(diagnoseSigning({ AUDIT_SIGNING_KEY: 'a key' }).state).toBe('ok');
  expect(diagnoseSigning({ AUDIT_SIGNING_KEY: undefined })).toMatchObject({
    state: 'warning',
    text: expect.stringContaining('AUDIT_SIGNING_KEY') as string,
  });
});

test('a Slack that is not there is named with the reason', async () => {
  const asked = askSlack({ apiUrl: 'http://127.0.0.1:1/api/', token: 'xoxb-1', now: new Date(0) });
  await expect(asked).rejects.toThrow(
    /^http:\/\/127\.0\.0\.1:1 can't be reached: (connect ECONNREFUSED .*|bad port)$/,
  );
});

describe('Slack', () => {
  const facts: SlackFacts = {
    team: 'Local',
    scopes: manifestScopes(),
    channels: Object.values(policy.channels).map(({ slack }, index) => ({
      name: slack,
      id: `C${index}`,
      isMember: true,
      isExternallyShared: false,
    })),
    skewMs: 900,
  };

  test('is green when all is granted', () => {
    expect(wrong(diagnoseSlack(facts, policy))).toEqual([]);
  });

  test('a missing scope is named with the call that needs it', () => {
    const scopes = facts.scopes?.filter((scope) => scope !== 'files:write');
    expect(wrong(diagnoseSlack({ ...facts, scopes }, policy))).toEqual([
      expect.stringMatching(/files:write is missing \(files\.getUploadURLExternal/),
    ]);
  });

  test.each([
    ['is missing', { name: 'elsewhere' }, /there is no channel finance-ops/],
    ['is shared', { isExternallyShared: true }, /shared with another organisation/],
    ['is not joined', { isMember: false }, /\/invite @mutabik/],
  ])('a channel that %s is a problem', (_what, change, said) => {
    const [first, ...others] = facts.channels ?? [];
    const channels = [{ ...first!, ...change }, ...others];
    expect(wrong(diagnoseSlack({ ...facts, channels }, policy))).toEqual([expect.stringMatching(said)]);
  });

  test('a token that may not list channels is told which scope it lacks', async () => {
    const opened = await openWorkspace({
      scopes: manifestScopes().filter((scope) => scope !== 'groups:read'),
    });
    try {
      const apiUrl = `${opened.url()}/api/`;
      const asked = await askSlack({ apiUrl, token: BOT_TOKEN, now: new Date() });
      expect(wrong(diagnoseSlack(asked, policy))).toEqual([
        expect.stringContaining('scope groups:read is missing'),
      ]);
    } finally {
      await opened.stop();
    }
  });

  test('a clock four minutes off is a problem', () => {
    expect(wrong(diagnoseSlack({ ...facts, skewMs: -240_000 }, policy))).toEqual([
      expect.stringContaining('240 s'),
    ]);
  });
});

test('a finance database without views still fits a screen', () => {
  const lines = Array.from({ length: 60 }, (_each, index) => ({
    state: 'problem' as const,
    text: `line ${index}`,
  }));
  const said = diagnoseFinance({ lines });
  expect(said).toHaveLength(26);
  expect(said.at(-1)).toMatchObject({
    state: 'warning',
    text: expect.stringContaining('and 35 more') as string,
  });
  expect(diagnoseFinance({ lines: [{ state: 'note', text: 'R24 is not run' }] })).toEqual([
    ok('finance', 'R24 is not run'),
  ]);
});

test('warnings are no problem, problems are counted', () => {
  expect(formatDiagnoses([ok('slack', 'a'), warning('clock', 'b')])).toMatchObject({ healthy: true });
  const { screen, healthy } = formatDiagnoses([
    problem('finance', 'first line\nsecond line'),
    ok('slack', 'x'),
  ]);
  expect(healthy).toBe(false);
  expect(screen).toContain('FAIL  finance       first line\n                    second line');
  expect(screen).toContain('1 problem to mend.');
});
