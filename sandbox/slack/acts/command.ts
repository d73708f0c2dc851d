import { validateMessageBlocks } from '../blocks/message.ts';
import { withIds } from '../blocks/ids.ts';
import { parseJsonBody } from '../http.ts';
import { BOT, TEAM, type Channel, type JsonObject, type Person } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { ackAnswer, cannot, channelIn, isAnswer, personIn, textIn, type Act } from './act.ts';

/** POST /sandbox/command: a person types a slash command. */
export const command: Act = async (workspace, body) => {
  const person = personIn(workspace, body);
  if (isAnswer(person)) return person;
  const channel = channelIn(workspace, body, person);
  if (isAnswer(channel)) return channel;
  const name = textIn(body, 'command') ?? '';
  if (!/^\/\S+$/.test(name)) return cannot('command must look like /name', 400);
  const ack = await workspace.deliveries.sendCommand(
    fieldsOf(workspace, person, channel, name, textIn(body, 'text')),
  );
  if (ack.error !== undefined) return ackAnswer(ack);
  const reply = readReply(ack.body);
  if (reply === undefined) return ackAnswer(ack);
  const shown = show(workspace, person, channel, reply);
  await workspace.journal.flush();
  return shown ? ackAnswer(ack, { reply }) : ackAnswer(ack, { error: 'invalid_command_response' });
};

/** https://docs.slack.dev/interactivity/implementing-slash-commands */
function fieldsOf(
  workspace: Workspace,
  person: Person,
  channel: Channel,
  name: string,
  text = '',
): Record<string, string> {
  return {
    token: 'local-verification-token',
    team_id: TEAM.id,
    team_domain: TEAM.domain,
    channel_id: channel.id,
    channel_name: channel.isIm ? 'directmessage' : channel.name,
    user_id: person.id,
    user_name: person.name,
    command: name,
    text,
    api_app_id: BOT.appId,
    is_enterprise_install: 'false',
    response_url: workspace.tickets.issueResponseUrl({
      user: person.id,
      channel: channel.id,
      isEphemeral: true,
    }),
    trigger_id: workspace.tickets.issueTrigger(person.id),
  };
}

/** A reply is a text or a message as JSON; an empty one shows nothing. */
function readReply(body: string): JsonObject | undefined {
  if (body.trim() === '') return undefined;
  return (body.trimStart().startsWith('{') ? parseJsonBody(Buffer.from(body)) : undefined) ?? { text: body };
}

function show(workspace: Workspace, person: Person, channel: Channel, reply: JsonObject): boolean {
  const { state } = workspace;
  const { text = '', blocks, response_type: responseType } = reply;
  if (typeof text !== 'string') return false;
  if (blocks !== undefined && validateMessageBlocks(blocks).length > 0) return false;
  const content = { text, ...(blocks === undefined ? {} : { blocks: withIds(blocks as JsonObject[]) }) };
  const at = { channel: channel.id, ts: state.nextTs() };
  if (responseType === 'in_channel')
    state.saveMessage({ ...at, user: BOT.userId, botId: BOT.botId, ...content });
  else state.saveEphemeral({ ...at, user: person.id, ...content });
  return true;
}
