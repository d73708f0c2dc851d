import { findMessage } from '../look-up.ts';
import { BOT, TEAM, type Channel, type Message, type Person } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { cannot, channelIn, done, isAnswer, personIn, textIn, type Act } from './act.ts';

/** POST /sandbox/message: a person writes into a channel or a thread. */
export const message: Act = async (workspace, body) => {
  const person = personIn(workspace, body);
  if (isAnswer(person)) return person;
  const channel = channelIn(workspace, body, person);
  if (isAnswer(channel)) return channel;
  if (!channel.members.includes(person.id)) return cannot('not_in_channel', 403);
  if (person.deleted) return cannot('account_inactive', 403);
  const text = textIn(body, 'text') ?? '';
  if (text === '') return cannot('no_text', 400);
  const threadTs = textIn(body, 'thread_ts');
  if (threadTs !== undefined && findMessage(workspace.state, channel.id, threadTs) === undefined)
    return cannot('thread_not_found');
  const written: Message = {
    channel: channel.id,
    ts: workspace.state.nextTs(),
    user: person.id,
    text: text.replaceAll(`@${BOT.name}`, `<@${BOT.userId}>`),
    ...(threadTs === undefined ? {} : { threadTs }),
  };
  workspace.state.saveMessage(written);
  tellApp(workspace, channel, person, written);
  await workspace.journal.flush();
  return done({ ok: true, channel: channel.id, ts: written.ts });
};

/** Events of a message, as far as the app is in the channel and subscribed. */
function tellApp(workspace: Workspace, channel: Channel, person: Person, written: Message): void {
  if (!channel.members.includes(BOT.userId)) return;
  const shared = {
    user: person.id,
    text: written.text,
    ts: written.ts,
    channel: channel.id,
    team: TEAM.id,
    event_ts: written.ts,
    ...(written.threadTs === undefined ? {} : { thread_ts: written.threadTs }),
  };
  const channelType = channel.isIm ? 'im' : channel.isPrivate ? 'group' : 'channel';
  const name = { im: 'message.im', group: 'message.groups', channel: 'message.channels' }[channelType];
  if (workspace.subscriptions.has(name))
    workspace.deliveries.queueEvent({ ...shared, type: 'message', channel_type: channelType });
  const mentioned = written.text.includes(`<@${BOT.userId}>`) && !channel.isIm;
  if (mentioned && workspace.subscriptions.has('app_mention'))
    workspace.deliveries.queueEvent({ ...shared, type: 'app_mention' });
}
