/** Bot scopes that the workspace knows, and grants unless told to grant fewer. */
export const BOT_SCOPES = [
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'reactions:write',
  'team:read',
  'usergroups:read',
  'users:read',
] as const;
