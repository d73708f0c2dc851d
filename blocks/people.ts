import type { RenderContext } from '../src/cards/types.ts';
import type { RoleChange } from '../src/people/changes.ts';
import type { RoleChangesModel } from '../src/people/load-role-changes.ts';
import type { MessageContent } from '../src/ports.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { context, header, message, section } from './kit.ts';
import { linkTo, markupMedium, wordsMedium, type Medium } from './medium.ts';

/** More names than this in a line are counted: a policy may give a role to a department. */
const MOST_NAMES = 20;
const NAME_LIMIT = 40;

/** Who gained and who lost which role, and where that came from. */
export function renderRoleChanges(
  model: RoleChangesModel,
  { locale, previousPermalink }: RenderContext,
): MessageContent {
  const texts = makeTexts(locale);
  const headline = `🔑 ${texts.t('people.changes.title', { count: model.changes.length })}`;
  const markup = markupMedium(texts, model.timeZone);
  const words = wordsMedium(texts, model.timeZone);
  const print = [texts.t('people.changes.at', { at: markup.at(model.at) })];
  if (previousPermalink !== null) print.push(...linkTo(previousPermalink, texts));
  const seen = texts.t('people.changes.at', { at: words.at(model.at) });
  return message(
    [headline, ...storyLines(model, words), seen],
    [header(headline), section(storyLines(model, markup)), context(print)],
  );
}

function storyLines({ changes, cause }: RoleChangesModel, medium: Medium): string[] {
  const { texts } = medium;
  return [
    ...groupChanges(changes).map(([{ role, change }, userIds]) =>
      texts.t(`people.changes.${change}`, {
        role: medium.strong(texts.t(`people.role.${role}`)),
        people: listPeople(userIds, medium, texts),
      }),
    ),
    texts.t(`people.changes.cause.${cause}`),
    texts.t('people.changes.advice'),
  ];
}

/** One line for each role and direction, in the order they were found. */
function groupChanges(changes: readonly RoleChange[]): [RoleChange, string[]][] {
  const lines = new Map<string, [RoleChange, string[]]>();
  for (const change of changes) {
    const key = `${change.role} ${change.change}`;
    const line = lines.get(key);
    if (line === undefined) lines.set(key, [change, [change.userId]]);
    else line[1].push(change.userId);
  }
  return [...lines.values()];
}

function listPeople(userIds: readonly string[], medium: Medium, texts: Texts): string {
  const people = userIds
    .slice(0, MOST_NAMES)
    .map((id) => mention(id, medium))
    .join(', ');
  const more = userIds.length - MOST_NAMES;
  return more > 0 ? texts.t('people.changes.more', { people, count: more }) : people;
}

/** Slack draws a user's name for its id; what is no id of Slack's stays foreign text. docs.slack.dev/messaging/formatting-message-text */
function mention(userId: string, medium: Medium): string {
  return /^[UW][A-Z0-9]+$/.test(userId) ? `<@${userId}>` : medium.id(userId, NAME_LIMIT);
}
