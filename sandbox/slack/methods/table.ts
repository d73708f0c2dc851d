import type { ApiMethod } from '../api/method.ts';
import { apiTest, authTest, blocksValidate, teamInfo } from './app.ts';
import { chatGetPermalink, chatPostEphemeral } from './chat-ephemeral.ts';
import { chatPostMessage } from './chat-post.ts';
import { chatDelete, chatUpdate } from './chat-update.ts';
import {
  conversationsInfo,
  conversationsJoin,
  conversationsList,
  conversationsMembers,
  conversationsOpen,
} from './conversations.ts';
import { appsConnectionsOpen } from './connections-open.ts';
import { filesCompleteUpload, filesGetUploadUrl, filesInfo } from './files.ts';
import { conversationsHistory, conversationsReplies } from './history.ts';
import { usergroupsList, usergroupsUsersList, usersInfo, usersList } from './people.ts';
import { reactionsAdd } from './reactions.ts';
import { viewsOpen, viewsPublish, viewsPush, viewsUpdate } from './views.ts';

/** Every method the workspace knows; all others are unknown_method. */
export const METHODS: ReadonlyMap<string, ApiMethod> = new Map([
  ['api.test', apiTest],
  ['apps.connections.open', appsConnectionsOpen],
  ['auth.test', authTest],
  ['blocks.validate', blocksValidate],
  ['chat.delete', chatDelete],
  ['chat.getPermalink', chatGetPermalink],
  ['chat.postEphemeral', chatPostEphemeral],
  ['chat.postMessage', chatPostMessage],
  ['chat.update', chatUpdate],
  ['conversations.history', conversationsHistory],
  ['conversations.info', conversationsInfo],
  ['conversations.join', conversationsJoin],
  ['conversations.list', conversationsList],
  ['conversations.members', conversationsMembers],
  ['conversations.open', conversationsOpen],
  ['conversations.replies', conversationsReplies],
  ['files.completeUploadExternal', filesCompleteUpload],
  ['files.getUploadURLExternal', filesGetUploadUrl],
  ['files.info', filesInfo],
  ['reactions.add', reactionsAdd],
  ['team.info', teamInfo],
  ['usergroups.list', usergroupsList],
  ['usergroups.users.list', usergroupsUsersList],
  ['users.info', usersInfo],
  ['users.list', usersList],
  ['views.open', viewsOpen],
  ['views.publish', viewsPublish],
  ['views.push', viewsPush],
  ['views.update', viewsUpdate],
]);
