import { createHmac } from 'node:crypto';

/**
 * Slack's signature over the exact bytes of a body: `v0=` and the HMAC-SHA256 of `v0:<timestamp>:<body>`.
 * https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function signBody(signingSecret: string, timestampSeconds: string, body: string): string {
  const hmac = createHmac('sha256', signingSecret).update(`v0:${timestampSeconds}:${body}`, 'utf8');
  return `v0=${hmac.digest('hex')}`;
}
