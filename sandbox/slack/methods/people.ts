import type { ApiMethod } from '../api/method.ts';
import { isRefusal, refuse } from '../answer.ts';
import { groupShape, personShape } from '../shapes.ts';
import { pageOf } from './pages.ts';

/** https://docs.slack.dev/reference/methods/users.info */
export const usersInfo: ApiMethod = {
  scopes: ['users:read'],
  tier: 4,
  required: ['user'],
  run(workspace, args) {
    const person = workspace.state.people.get(args.text('user') ?? '');
    if (person === undefined) return refuse('user_not_found');
    const locale = args.bool('include_locale');
    return { ok: true, user: personShape(person, workspace.clock.now(), { locale }) };
  },
};

/** https://docs.slack.dev/reference/methods/users.list */
export const usersList: ApiMethod = {
  scopes: ['users:read'],
  tier: 2,
  run(workspace, args) {
    const page = pageOf([...workspace.state.people.values()], args, { standard: 1000, most: 1000 });
    if (isRefusal(page)) return page;
    const now = workspace.clock.now();
    const locale = args.bool('include_locale');
    return {
      ok: true,
      members: page.items.map((person) => personShape(person, now, { locale })),
      cache_ts: Math.floor(now.getTime() / 1000),
      response_metadata: { next_cursor: page.nextCursor },
    };
  },
};

/** https://docs.slack.dev/reference/methods/usergroups.list */
export const usergroupsList: ApiMethod = {
  scopes: ['usergroups:read'],
  tier: 2,
  run(workspace, args) {
    const users = args.bool('include_users');
    const groups = [...workspace.state.groups.values()];
    return { ok: true, usergroups: groups.map((group) => groupShape(group, { users })) };
  },
};

/** https://docs.slack.dev/reference/methods/usergroups.users.list; deactivated people are left out. */
export const usergroupsUsersList: ApiMethod = {
  scopes: ['usergroups:read'],
  tier: 2,
  required: ['usergroup'],
  run(workspace, args) {
    const group = workspace.state.groups.get(args.text('usergroup') ?? '');
    if (group === undefined) return refuse('no_such_subteam');
    const users = group.users.filter((id) => workspace.state.people.get(id)?.deleted === false);
    return { ok: true, users };
  },
};
