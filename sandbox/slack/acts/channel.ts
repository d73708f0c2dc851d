import { freshId } from '../state.ts';
import { channelByName, personByName } from '../look-up.ts';
import { BOT, type Channel } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { cannot, done, textIn, type Act } from './act.ts';

/**
 * POST /sandbox/channel: an administrator makes or changes a channel: {channel, members?, archived?, private?,
 * ext_shared?}. Members are names or ids; the app is "mutabik".
 */
export const channel: Act = async (workspace, body) => {
  const name = textIn(body, 'channel') ?? '';
  if (!/^#?[\p{Ll}\p{N}_-]{1,80}$|^[CD][A-Z0-9]+$/u.test(name)) return cannot('invalid_name', 400);
  const target = channelByName(workspace.state, name) ?? makeChannel(workspace, name.replace(/^#/, ''));
  const { members, archived, private: isPrivate, ext_shared: isExtShared } = body;
  if (Array.isArray(members)) {
    const people = members.map((member) => personByName(workspace.state, String(member)));
    if (people.includes(undefined)) return cannot('user_not_found');
    target.members = people.flatMap((person) => person?.id ?? []);
  }
  if (typeof archived === 'boolean') target.isArchived = archived;
  if (typeof isPrivate === 'boolean') target.isPrivate = isPrivate;
  if (typeof isExtShared === 'boolean') target.isExtShared = isExtShared;
  workspace.state.saveChannel(target);
  await workspace.journal.flush();
  return done({ ok: true, id: target.id });
};

function makeChannel(workspace: Workspace, name: string): Channel {
  return {
    id: freshId('C'),
    name,
    isIm: false,
    isPrivate: false,
    isArchived: false,
    isExtShared: false,
    members: [BOT.userId],
    created: Math.floor(workspace.clock.now().getTime() / 1000),
  };
}
