import { z } from 'zod';
import { AppError } from './errors.ts';

const port = z.coerce.number().int().min(0).max(65_535);
const postgresUrl = z.string().regex(/^postgres(ql)?:\/\//, { error: 'must start with postgres://' });
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) address' });

/** Every variable the app reads, with what it is for: the source of docs/configuration.md. */
export const environmentSchema = z
  .object({
    SLACK_BOT_TOKEN: z
      .string()
      .startsWith('xoxb-', { error: 'must start with xoxb-' })
      .describe('The bot token of the app that was made from manifest.yml.'),
    SLACK_APP_TOKEN: z
      .string()
      .startsWith('xapp-', { error: 'must start with xapp-' })
      .optional()
      .describe(
        'App-level token with connections:write. With it the app opens a socket to Slack (Socket Mode) and needs no public address.',
      ),
    SLACK_SIGNING_SECRET: z
      .string()
      .min(8)
      .optional()
      .describe(
        'Signing secret: every request of Slack is checked with it. Needed where Slack reaches the app over HTTP, which is without SLACK_APP_TOKEN.',
      ),
    SLACK_API_URL: httpUrl
      .default('https://slack.com/api/')
      .describe('Address of the Web API; another one for a Slack-compatible server.'),
    DATABASE_URL: postgresUrl.describe(
      "Mutabık's own database, with the app's login (not the owner of the tables).",
    ),
    DATABASE_OWNER_URL: postgresUrl
      .optional()
      .describe('The owner, for `mutabik migrate`; by default DATABASE_URL.'),
    FINANCE_DATABASE_URL: postgresUrl.describe(
      'The finance contract, with a login that can only read. May be a replica.',
    ),
    FINANCE_PRIMARY_URL: postgresUrl
      .optional()
      .describe('The primary behind that replica: safety checks never read a stale copy.'),
    FINANCE_SCHEMA: z
      .string()
      .regex(/^[a-z_][a-z0-9_]*$/)
      .default('finance')
      .describe("The schema of the contract's views."),
    PLATFORM_URL: httpUrl
      .optional()
      .describe(
        'The payment platform; policy.platform names what it offers. Without it no payout can be acted on.',
      ),
    PLATFORM_TOKEN: z
      .string()
      .min(1)
      .optional()
      .describe('What the platform knows us by: {token} in policy.platform.'),
    AUDIT_SIGNING_KEY: z
      .string()
      .min(32)
      .optional()
      .describe(
        'Ed25519 private key (PKCS#8 PEM, or its base64): signs the audit head in every digest. Without it heads are unsigned.',
      ),
    PAGER_URL: httpUrl
      .optional()
      .describe(
        'Takes pages as webhooks with a PagerDuty Events v2 body: Sev-1, exhausted escalations, Slack out of reach.',
      ),
    PAGER_ROUTING_KEY: z
      .string()
      .min(1)
      .optional()
      .describe("PagerDuty's integration key (routing_key); others may not need it."),
    PAGER_SIGNING_SECRET: z
      .string()
      .min(16)
      .optional()
      .describe(
        'Signs every page: X-Mutabik-Signature is v1= and the HMAC-SHA256 of timestamp, dot and body.',
      ),
    HEARTBEAT_URL: httpUrl
      .optional()
      .describe('Pinged every minute, so that somebody else notices when we are gone.'),
    PROMETHEUS_URL: httpUrl
      .optional()
      .describe('Prometheus, or what answers its HTTP API; service levels that are measured there need it.'),
    PROMETHEUS_TOKEN: z.string().min(1).optional().describe('Bearer token for it.'),
    PROMETHEUS_USER: z.string().min(1).optional().describe('User for basic authentication at it.'),
    PROMETHEUS_PASSWORD: z.string().min(1).optional().describe('Password for basic authentication at it.'),
    PUBLIC_URL: httpUrl.optional().describe('Where Slack reaches the app. Nothing needs it yet.'),
    POLICY_FILE: z.string().default('policy.yml').describe('The policy a team reviews in pull requests.'),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace'])
      .default('info')
      .describe('How much to log, as JSON lines on standard error.'),
    HOST: z.string().default('0.0.0.0').describe('The address to listen on.'),
    PORT: port.default(3000).describe('The port for /slack/events, /healthz, /readyz and /metrics.'),
  })
  .describe('The environment of `mutabik start`.');

export type Config = Readonly<z.infer<typeof environmentSchema>>;

type Environment = Record<string, string | undefined>;

/** Parses the environment once. Throws one config_invalid fault that names every variable that is missing or wrong. */
export function parseConfig(environment: Environment): Config {
  return Object.freeze(parse(environmentSchema, environment, problemOfTransport));
}

/** One of two ways to meet Slack has to be chosen. */
function problemOfTransport(given: Environment): string[] {
  if (given['SLACK_APP_TOKEN'] !== undefined || given['SLACK_SIGNING_SECRET'] !== undefined) return [];
  return ['SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP): both are missing'];
}

const databaseOnly = environmentSchema.pick({
  DATABASE_URL: true,
  DATABASE_OWNER_URL: true,
  LOG_LEVEL: true,
});

/** What `migrate` and `audit` need: our own database and nothing else. */
export function parseDatabaseConfig(environment: Environment): Readonly<z.infer<typeof databaseOnly>> {
  return Object.freeze(parse(databaseOnly, environment));
}

const financeOnly = environmentSchema
  .pick({ FINANCE_DATABASE_URL: true, FINANCE_SCHEMA: true, DATABASE_URL: true, LOG_LEVEL: true })
  .partial({ DATABASE_URL: true });

/** What a dry run needs: the money; our own database as well, where there is one. */
export function parseFinanceConfig(environment: Environment): Readonly<z.infer<typeof financeOnly>> {
  return Object.freeze(parse(financeOnly, environment));
}

function parse<Schema extends z.ZodType>(
  schema: Schema,
  environment: Environment,
  furtherProblems: (given: Environment) => string[] = () => [],
): z.infer<Schema> {
  // An empty variable is one somebody forgot to fill in, not a value.
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  const problems = (parsed.error?.issues ?? []).map((issue) => {
    const name = issue.path.join('.');
    return `${name}: ${name in given ? issue.message : 'is missing'}`;
  });
  problems.push(...furtherProblems(given));
  if (parsed.success && problems.length === 0) return parsed.data;
  const lines = problems.map((line) => `  ${line}`);
  throw new AppError('config_invalid', `The environment is wrong:\n${lines.join('\n')}`, {
    retryable: false,
  });
}
