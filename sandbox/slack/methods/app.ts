import { malformed } from '../api/args.ts';
import type { ApiMethod } from '../api/method.ts';
import { refuse } from '../answer.ts';
import { validateMessageBlocks } from '../blocks/message.ts';
import { validateView } from '../blocks/view.ts';
import { BOT, TEAM } from '../types.ts';

/** https://docs.slack.dev/reference/methods/api.test */
export const apiTest: ApiMethod = {
  scopes: [],
  tier: 'none',
  open: true,
  run: (_workspace, args) =>
    args.has('error') ? refuse(args.text('error') ?? '', { args: args.all }) : { ok: true, args: args.all },
};

/** https://docs.slack.dev/reference/methods/auth.test */
export const authTest: ApiMethod = {
  scopes: [],
  tier: 'none',
  run: () => ({
    ok: true,
    url: `https://${TEAM.domain}.slack.com/`,
    team: TEAM.name,
    user: BOT.name,
    team_id: TEAM.id,
    user_id: BOT.userId,
    bot_id: BOT.botId,
    is_enterprise_install: false,
  }),
};

/** https://docs.slack.dev/reference/methods/team.info */
export const teamInfo: ApiMethod = {
  scopes: ['team:read'],
  tier: 3,
  run: () => ({ ok: true, team: { ...TEAM, email_domain: '', icon: {} } }),
};

/** https://docs.slack.dev/reference/methods/blocks.validate, with our own wording in `message`. */
export const blocksValidate: ApiMethod = {
  scopes: [],
  tier: 'none',
  open: true,
  run(_workspace, args) {
    const given = ['blocks', 'view'].filter((name) => args.has(name));
    const value = args.json(given[0] ?? 'blocks');
    if (given.length !== 1 || value === malformed) return refuse('invalid_arguments');
    const problems = given[0] === 'view' ? validateView(value) : validateMessageBlocks(value);
    if (problems.length === 0) return { ok: true };
    return refuse('invalid_blocks', { errors: problems.map((message) => ({ message })) });
  },
};
