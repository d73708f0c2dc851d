import type { RouteRequest } from '../http.ts';
import { channelByName, personByName } from '../look-up.ts';
import type { Ack } from '../deliveries/delivery.ts';
import { BOT, TEAM, type Channel, type JsonObject, type Person } from '../types.ts';
import type { Workspace } from '../workspace.ts';

/** What a call of /sandbox/ answers: an HTTP status and a JSON object. */
export interface ActAnswer {
  status: number;
  body: object;
}

/** Something a person does, asked for over HTTP. */
export type Act = (
  workspace: Workspace,
  body: JsonObject,
  request: RouteRequest,
) => ActAnswer | Promise<ActAnswer>;

export function done(body: object = {}): ActAnswer {
  return { status: 200, body };
}

export function cannot(error: string, status = 404): ActAnswer {
  return { status, body: { error } };
}

export function isAnswer(value: object): value is ActAnswer {
  return 'status' in value && 'body' in value;
}

/** The acting person, by name or id. */
export function personIn(workspace: Workspace, body: JsonObject): Person | ActAnswer {
  const given = body['user'];
  const person = typeof given === 'string' ? personByName(workspace.state, given) : undefined;
  return person ?? cannot(`user_not_found: ${String(given)}`);
}

/** The channel it happens in, by name or id; a person's own direct message with the app by "dm". */
export function channelIn(workspace: Workspace, body: JsonObject, person: Person): Channel | ActAnswer {
  const given = body['channel'];
  if (typeof given !== 'string') return cannot('channel_not_found');
  const channel =
    given === 'dm'
      ? [...workspace.state.channels.values()].find((one) => one.user === person.id)
      : channelByName(workspace.state, given);
  return channel ?? cannot(`channel_not_found: ${given}`);
}

export function textIn(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  return typeof value === 'string' ? value : undefined;
}

/** What the person saw of an interaction; Slack's client shows the error as a mark beside the button. */
export function ackAnswer(ack: Ack, more: object = {}): ActAnswer {
  return done({ ack_ms: ack.ackMs, status: ack.status, ...errorOf(ack), ...more });
}

function errorOf(ack: Ack): { error?: string } {
  if (ack.error === undefined) return {};
  return { error: ack.error === 'http_timeout' ? 'operation_timeout' : ack.error };
}

/** Fields that every interaction payload carries. */
export function payloadBase(person: Person): JsonObject {
  return {
    team: { id: TEAM.id, domain: TEAM.domain },
    user: { id: person.id, username: person.name, name: person.name, team_id: TEAM.id },
    api_app_id: BOT.appId,
    token: 'local-verification-token',
    enterprise: null,
    is_enterprise_install: false,
  };
}
