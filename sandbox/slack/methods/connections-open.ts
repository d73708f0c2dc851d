import type { ApiMethod } from '../api/method.ts';

/** https://docs.slack.dev/reference/methods/apps.connections.open */
export const appsConnectionsOpen: ApiMethod = {
  token: 'app',
  scopes: ['connections:write'],
  tier: 3,
  run: (workspace) => ({ ok: true, url: workspace.connections.invite() }),
};
