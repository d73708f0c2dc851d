import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { AppError } from '../src/errors.ts';
import { parsePolicy, type Policy } from '../src/policy.ts';
import { parseConfig, type Config } from '../src/config.ts';
import type { SandboxDatabases } from './databases.ts';
import type { SandboxSecrets } from './home.ts';
import type { PagerKeys } from './pager/pager.ts';

/** When the sandbox's clock starts: half an hour before a digest. */
export const STARTS_AT = new Date('2026-01-15T08:30:00+03:00');
/** Everything that is drawn by chance in the sandbox follows from this. */
export const SEED = 'mutabik';

/** How the sandbox's workspace reaches its app. */
export type SandboxTransport = 'http' | 'socket';

/** The app-level token of a home, made from what it keeps. */
export function sandboxAppToken({ botToken }: SandboxSecrets): string {
  return `xapp-sandbox-${createHash('sha256').update(botToken).digest('hex').slice(0, 24)}`;
}

/** What a home's app names itself with at the pager, and signs its pages with. */
export function pagerKeys({ botToken }: Pick<SandboxSecrets, 'botToken'>): PagerKeys {
  const derive = (what: string) => createHash('sha256').update(`${what} ${botToken}`).digest('hex');
  return { routingKey: derive('pager key').slice(0, 32), signingSecret: derive('pager') };
}

/** What a home's app shows the stand-in platform to be let in. */
export function platformToken({ botToken }: Pick<SandboxSecrets, 'botToken'>): string {
  return createHash('sha256').update(`platform ${botToken}`).digest('hex');
}

/** The stand-in pager answers beside the workspace's Web API. */
export function pagerUrl(slackApiUrl: string): string {
  return new URL('/pager/v2/enqueue', slackApiUrl).href;
}

/** The environment the sandbox gives its app: parsed by the same schema as a real one. */
export function sandboxConfig(options: {
  databases: SandboxDatabases;
  secrets: SandboxSecrets;
  slackApiUrl: string;
  platformUrl: string;
  transport: SandboxTransport;
  port: number;
  logLevel: string | undefined;
}): Config {
  const pager = pagerKeys(options.secrets);
  return parseConfig({
    SLACK_BOT_TOKEN: options.secrets.botToken,
    ...(options.transport === 'socket'
      ? { SLACK_APP_TOKEN: sandboxAppToken(options.secrets) }
      : { SLACK_SIGNING_SECRET: options.secrets.signingSecret }),
    SLACK_API_URL: options.slackApiUrl,
    PAGER_URL: pagerUrl(options.slackApiUrl),
    PAGER_ROUTING_KEY: pager.routingKey,
    PAGER_SIGNING_SECRET: pager.signingSecret,
    PLATFORM_URL: options.platformUrl,
    PLATFORM_TOKEN: platformToken(options.secrets),
    DATABASE_URL: options.databases.app,
    DATABASE_OWNER_URL: options.databases.owner,
    FINANCE_DATABASE_URL: options.databases.finance,
    AUDIT_SIGNING_KEY: options.secrets.auditSigningKey,
    LOG_LEVEL: options.logLevel,
    HOST: '127.0.0.1',
    PORT: String(options.port),
  });
}

/** Before all of the sandbox's data, so that its first digest names the planted breaks one by one. */
const BREAKS_ARE_NEWS_FROM = '2025-12-01T00:00:00+03:00';

function readPolicyFile(file: string | URL): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new AppError('config_invalid', `POLICY_FILE: ${String(file)} can't be read`, {
      retryable: false,
      cause: error,
    });
  }
}

/** The example policy, or the file that POLICY_FILE names, so that a team can try its own. */
export function sandboxPolicy(policyFile: string | undefined): Policy {
  const example = new URL('../policy.example.yml', import.meta.url);
  const file = policyFile === undefined || policyFile === '' ? example : policyFile;
  const document = parseDocument(readPolicyFile(file));
  const startAt = ['reconciliation', 'start_at'];
  if (!document.hasIn(startAt)) document.setIn(startAt, BREAKS_ARE_NEWS_FROM);
  return parsePolicy(document.toString());
}
