import type { SecretShape } from '../../src/secrets/find-secret.ts';

const UPPER = 'ABCDEFGHJKMNPQRSTUVWXYZ';
const MIXED = 'q7Wb2Xr9Kd4Lm8Zt5Vc3Nf6Hg1Jp0QsYwEuRiTo';
const HEX = '3f9a1c7e5b2d8046';
const BASE32 = 'QX7ZK3MPL5VN2WRD6TYB4HGJ';

const take = (alphabet: string, length: number): string =>
  alphabet.repeat(Math.ceil(length / alphabet.length)).slice(0, length);

/** Joined here, so that no scanner of sources takes this file for a leak. */
const join = (...parts: string[]): string => parts.join('');

/** Made-up values in the form of real ones; none opens anything. */
export const FAKES: readonly (readonly [SecretShape, string])[] = [
  ['aws_key_id', join('AK', 'IA', take(BASE32, 16))],
  ['aws_key_id', join('AS', 'IA', take(BASE32, 16))],
  ['aws_secret', join('AWS_SECRET_ACCESS_KEY is ', take(MIXED, 20), '/', take(MIXED, 19))],
  ['github', join('gh', 'p_', take(MIXED, 36))],
  ['github', join('gh', 's_', take(MIXED, 36))],
  ['github', join('github', '_pat_', take(MIXED, 22), '_', take(MIXED, 59))],
  ['gitlab', join('gl', 'pat-', take(MIXED, 20))],
  ['slack', join('xo', 'xb-', take('123456789', 12), '-', take('987654321', 13), '-', take(MIXED, 24))],
  ['slack', join('xa', 'pp-1-', take(UPPER, 11), '-', take('1234567890', 13), '-', take(HEX, 64))],
  [
    'slack_webhook',
    join(
      'https://hooks.',
      'slack.com/services/T',
      take(BASE32, 8),
      '/B',
      take(BASE32, 8),
      '/',
      take(MIXED, 24),
    ),
  ],
  ['stripe', join('sk', '_live_', take(MIXED, 24))],
  ['stripe', join('rk', '_test_', take(MIXED, 24))],
  ['stripe', join('wh', 'sec_', take(MIXED, 32))],
  ['google_api', join('AI', 'za', take(MIXED, 35))],
  ['google_oauth', join('ya', '29.', take(MIXED, 60))],
  ['sendgrid', join('S', 'G.', take(MIXED, 22), '.', take(MIXED, 43))],
  ['twilio', join('S', 'K', take(HEX, 32))],
  ['npm', join('np', 'm_', take(MIXED, 36))],
  ['pypi', join('py', 'pi-', take(MIXED, 90))],
  ['digitalocean', join('do', 'p_v1_', take(HEX, 64))],
  ['shopify', join('shp', 'at_', take(HEX, 32))],
  ['square', join('sq0', 'atp-', take(MIXED, 22))],
  ['mailgun', join('ke', 'y-', take(HEX, 32))],
  ['mailchimp', join(take(HEX, 32), '-us', '12')],
  ['jwt', join('ey', 'J', take(MIXED, 33), '.ey', 'J', take(MIXED, 60), '.', take(MIXED, 43))],
  ['private_key', join('-----BEGIN RSA ', 'PRIVATE KEY-----')],
  ['private_key', join('-----BEGIN ', 'PRIVATE KEY-----\n', take(MIXED, 64))],
  ['credentials', join('postgres://app:', 'Tr0ub4dor', '@db.internal:5432/app')],
  ['azure', join('Account', 'Key=', take(MIXED, 86), '==')],
  ['telegram', join('123456789', ':AA', take(MIXED, 33))],
  ['anthropic', join('sk-', 'ant-api03-', take(MIXED, 90))],
  ['openai', join('sk-', 'proj-', take(MIXED, 48))],
  ['openai', join('sk', '-', take(MIXED, 48))],
  ['hugging_face', join('h', 'f_', take(MIXED, 34))],
  ['vault', join('hv', 's.', take(MIXED, 28))],
  ['doppler', join('dp', '.pt.', take(MIXED, 43))],
  ['databricks', join('da', 'pi', take(HEX, 32))],
  ['atlassian', join('ATA', 'TT3', take(MIXED, 180))],
  ['grafana', join('gl', 'sa_', take(MIXED, 32), '_', take(HEX, 8))],
  ['new_relic', join('NR', 'AK-', take(BASE32, 27))],
  ['postman', join('PM', 'AK-', take(HEX, 24), '-', take(HEX, 34))],
  ['linear', join('lin', '_api_', take(MIXED, 40))],
  ['notion', join('nt', 'n_', take(MIXED, 46))],
  ['supabase', join('sb', 'p_', take(HEX, 40))],
  ['discord', join('M', take(MIXED, 23), '.', take(MIXED, 6), '.', take(MIXED, 27))],
  ['age_key', join('AGE-SECRET', '-KEY-1', take(BASE32, 58))],
  ['sentry', join('snt', 'rys_', take(MIXED, 80))],
  ['authorization', join('Authorization: Bearer ', take(MIXED, 40))],
  ['assignment', join('pass', 'word=', 'Tr0ub4dor&3')],
  ['assignment', join('sec', 'ret: "', take(MIXED, 24), '"')],
  ['assignment', join('par', 'ola: ', 'Gizli1234x')],
  ['assignment', join('api', '_key = ', take(HEX, 40))],
];

/** What belongs into a register, and into the texts around it. */
export const HARMLESS: readonly string[] = [
  'STRIPE_SECRET_KEY',
  'AWS_SECRET_ACCESS_KEY in prod',
  'secret: STRIPE_WEBHOOK_SECRET_2',
  'rotate by 2026-02-01',
  'token: rotate-by-2026-02-01',
  'password: see vault/kv/prod/stripe-2026',
  'secret: kv/data/prod/eu1/stripe',
  'API key: https://vault.example/ui/kv/prod/stripe2026',
  'a3f9c1d2-7b4e-4c8a-9f01-2d3e4f5a6b7c',
  'commit 3f9a1c7e5b2d80463f9a1c7e5b2d80463f9a1c7e, access granted',
  'AWS bucket at 9fceb02d0ae598e95dc970b74767f19372d61af8',
  'SEC-1234, OPS-4711',
  'https://github.com/example/infra/pull/4711#issuecomment-1234567890',
  'https://vault.example:8200/ui/vault/secrets/kv/show/prod',
  'postgres://app:${DB_PASSWORD}@db.internal/app',
  'https://user:password@example.com is the form',
  'Üretimdeki gizli anahtar tedarikçiden bekleniyor; son tarih 15 Ocak 2026.',
  'Parola: kasada, anahtarı güvenlik ekibi tutuyor',
  'Şifre değişti, eskisi 2026-01-14T09:00:00Z itibarıyla kapatıldı',
  'pk_live_ keys are public; sk_live is the other half',
  'ask_live_about_this, risk-based-approach-to-a-very-long-name-2026',
  'The token was rotated at 10:45:00, see SEC-99.',
  'tx_01HQ3V5K7M9N2P4R6S8T0VWXYZ failed twice',
  'Europe/Istanbul, TR330006100519786457841326',
  'password=${STRIPE_PASSWORD_2026}',
  'secret key of the test environment: missing since 2026-01-03',
  'EX-7 / A-12 / finding 8a1b2c3d',
  'basic authentication in front of staging, bearer tokens behind it',
];
