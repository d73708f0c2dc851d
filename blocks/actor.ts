import type { Medium } from './medium.ts';

const NAME_LIMIT = 40;

/**
 * Who did something, from an actor as rows keep it: a person's name is drawn by Slack from the id, a job is the app
 * itself. docs.slack.dev/messaging/formatting-message-text
 */
export function describeActor(actor: string, medium: Medium): string {
  const [, kind = '', name = ''] = /^(\w+):(.*)$/s.exec(actor) ?? [];
  if (kind === 'person') return mentionUser(name, medium);
  if (kind === 'job' || kind === 'schedule') return medium.texts.t('findings.by_app');
  return medium.foreign(actor, NAME_LIMIT);
}

/** A person by Slack id; what is no id of Slack's stays foreign text. */
export function mentionUser(userId: string, medium: Medium): string {
  return /^[UW][A-Z0-9]+$/.test(userId) ? `<@${userId}>` : medium.foreign(userId, NAME_LIMIT);
}
