import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { BOT_SCOPES } from '../../sandbox/slack/api/scopes.ts';
import { diagnoseSlack } from '../../src/doctor/slack.ts';
import { parsePolicy } from '../../src/policy.ts';
import { manifestScopes } from '../support/manifest.ts';

const policy = parsePolicy(readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8'));

/** What doctor says about scopes, when the token has these. */
function missing(scopes: string[]): number {
  const said = diagnoseSlack({ team: 'Local', scopes, channels: [], skewMs: 0 }, policy);
  return said.filter(({ text }) => text.startsWith('scope ')).length;
}

test('the manifest asks for what doctor wants', () => {
  expect(missing(manifestScopes())).toBe(0);
});

test.each(manifestScopes())('%s is needed', (scope) => {
  expect(missing(manifestScopes().filter((each) => each !== scope))).toBe(1);
});

test('the local workspace grants nothing unknown to it', () => {
  for (const scope of manifestScopes()) expect(BOT_SCOPES).toContain(scope);
});
