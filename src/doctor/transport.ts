import type { Config } from '../config.ts';
import { SlackRefusedError } from '../errors.ts';
import { callByHand } from './call-by-hand.ts';
import { ok, problem, type Diagnosis } from './types.ts';

type TransportConfig = Pick<Config, 'SLACK_APP_TOKEN' | 'SLACK_SIGNING_SECRET' | 'SLACK_API_URL'>;

/** How Slack reaches the app: over a socket, which is asked for, or over HTTP. Throws when Slack is out of reach. */
export async function diagnoseTransport(config: TransportConfig): Promise<Diagnosis> {
  const { SLACK_APP_TOKEN: token, SLACK_API_URL: apiUrl } = config;
  if (token === undefined) {
    return ok('slack', 'HTTP: requests to /slack/events are checked with SLACK_SIGNING_SECRET');
  }
  try {
    await callByHand({ apiUrl, token }, 'apps.connections.open', {});
  } catch (error) {
    if (!(error instanceof SlackRefusedError)) throw error;
    return problem(
      'slack',
      `SLACK_APP_TOKEN: Slack says ${error.slackError}: turn Socket Mode on, and make an app-level token with connections:write`,
    );
  }
  const unused = config.SLACK_SIGNING_SECRET === undefined ? '' : '; SLACK_SIGNING_SECRET is not used';
  return ok('slack', `Socket Mode: the app-level token opens sockets${unused}`);
}
