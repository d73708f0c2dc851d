import type { Workspace } from '../workspace.ts';
import { cannot, done, isAnswer, personIn, type Act } from './act.ts';

/** POST /sandbox/user: an administrator changes a person: groups, guest, deactivated, language, zone. */
export const user: Act = async (workspace, body) => {
  const person = personIn(workspace, body);
  if (isAnswer(person)) return person;
  const { groups, deleted, guest, locale, tz } = body;
  if (typeof tz === 'string' && !isZone(tz)) return cannot(`no such time zone: ${tz}`, 400);
  if (groups !== undefined) {
    const wrong = setGroups(workspace, person.id, groups);
    if (wrong !== undefined) return cannot(wrong, 400);
  }
  if (typeof deleted === 'boolean') person.deleted = deleted;
  if (typeof guest === 'boolean') person.guest = guest;
  if (typeof locale === 'string') person.locale = locale;
  if (typeof tz === 'string') person.tz = tz;
  workspace.state.savePerson(person);
  await workspace.journal.flush();
  return done({ ok: true });
};

function setGroups(workspace: Workspace, personId: string, groups: unknown): string | undefined {
  const { state } = workspace;
  if (!Array.isArray(groups)) return 'groups must be a list of handles';
  const known = [...state.groups.values()];
  const unknown = groups.find((name) => !known.some((group) => group.handle === name || group.id === name));
  if (unknown !== undefined) return `no such group: ${String(unknown)}`;
  for (const group of known) {
    group.users = group.users.filter((id) => id !== personId);
    if (groups.includes(group.handle) || groups.includes(group.id)) group.users.push(personId);
    state.saveGroup(group);
  }
  return undefined;
}

function isZone(tz: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: tz }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
