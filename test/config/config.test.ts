import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contractPage } from '../../src/cli/contract-page.ts';
import { configurationPage, policyPage } from '../../src/cli/reference-pages.ts';
import { parseConfig, parseDatabaseConfig } from '../../src/config.ts';
import { parsePolicy } from '../../src/policy.ts';

const ENVIRONMENT = {
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_SIGNING_SECRET: '0123456789abcdef',
  DATABASE_URL: 'postgres://localhost/mutabik',
  FINANCE_DATABASE_URL: 'postgres://localhost/finance',
};
const EXAMPLE = readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8');

describe('the environment', () => {
  test('is parsed with its defaults and frozen', () => {
    const config = parseConfig(ENVIRONMENT);
    expect(config).toMatchObject({
      PORT: 3000,
      SLACK_API_URL: 'https://slack.com/api/',
      FINANCE_SCHEMA: 'finance',
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('names everything that is wrong at once', () => {
    const parse = () =>
      parseConfig({ ...ENVIRONMENT, SLACK_BOT_TOKEN: 'xoxp-2', DATABASE_URL: '', PORT: '70000' });
    expect(parse).toThrow(/SLACK_BOT_TOKEN: must start with xoxb-/);
    expect(parse).toThrow(/DATABASE_URL: is missing/);
    expect(parse).toThrow(/PORT: /);
  });

  test('wants one of two ways to meet Slack', () => {
    const { SLACK_SIGNING_SECRET: secret, ...neither } = ENVIRONMENT;
    expect(parseConfig({ ...neither, SLACK_APP_TOKEN: 'xapp-1' }).SLACK_APP_TOKEN).toBe('xapp-1');
    expect(parseConfig({ ...neither, SLACK_SIGNING_SECRET: secret }).SLACK_APP_TOKEN).toBeUndefined();
    const parse = () => parseConfig({ ...neither, SLACK_APP_TOKEN: '', DATABASE_URL: '' });
    expect(parse).toThrow(/DATABASE_URL: is missing/);
    expect(parse).toThrow(/SLACK_APP_TOKEN .*or SLACK_SIGNING_SECRET .*missing/);
    expect(() => parseConfig({ ...neither, SLACK_APP_TOKEN: 'xoxb-1' })).toThrow(/must start with xapp-/);
  });

  test('audit commands need the database only', () => {
    expect(parseDatabaseConfig({ DATABASE_URL: ENVIRONMENT.DATABASE_URL }).DATABASE_URL).toBe(
      ENVIRONMENT.DATABASE_URL,
    );
  });
});

describe('the policy', () => {
  test('the example is one', () => {
    const policy = parsePolicy(EXAMPLE);
    expect(policy.business.time_zone).toBe('Europe/Istanbul');
    expect(policy.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('has the same hash for the same content', () => {
    expect(parsePolicy(`# a comment\n${EXAMPLE}`).hash).toBe(parsePolicy(EXAMPLE).hash);
    expect(parsePolicy(EXAMPLE.replace('lead_minutes: 5', 'lead_minutes: 6')).hash).not.toBe(
      parsePolicy(EXAMPLE).hash,
    );
  });

  test('lists every problem with its path', () => {
    const wrong = EXAMPLE.replace('Europe/Istanbul', 'Europe/Constantinople')
      .replace('"0 9 * * *"', '"0 25 * * *"')
      .replace('lead_minutes', 'leed_minutes');
    const parse = () => parsePolicy(wrong);
    expect(parse).toThrow(/business\.time_zone: is not an IANA time zone/);
    expect(parse).toThrow(/reconciliation\.schedule\.cron: is not a cron expression/);
    expect(parse).toThrow(/leed_minutes/);
  });
});

describe('the reference pages', () => {
  test.each([
    ['configuration', configurationPage],
    ['policy', policyPage],
    ['finance-contract', contractPage],
  ])('docs/%s.md is current (npm run docs)', (name, page) => {
    expect(readFileSync(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8')).toBe(page());
  });
});
