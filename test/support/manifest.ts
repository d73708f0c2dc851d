import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

export const MANIFEST_TEXT = readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8');

const address = z.url({ protocol: /^https$/ }).max(3000);

/** As far as we use it, and closed: Slack refuses keys that it doesn't know. docs.slack.dev/reference/app-manifest */
const manifest = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(1) }),
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().min(1).max(140),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    bot_user: z.strictObject({
      display_name: z.string().regex(/^[a-z0-9_.-]{1,80}$/),
      always_online: z.boolean(),
    }),
    app_home: z.strictObject({
      home_tab_enabled: z.boolean(),
      messages_tab_enabled: z.boolean(),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().regex(/^\/[a-z-]{1,31}$/),
          description: z.string().min(1).max(2000),
          usage_hint: z.string().min(1).max(1000),
          url: address,
        }),
      )
      .min(1)
      .max(50),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()).max(255) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: address, bot_events: z.array(z.string()).max(100) }),
    interactivity: z.strictObject({ is_enabled: z.boolean(), request_url: address }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
});

/** manifest.yml, or an error that names what Slack would refuse. */
export function readManifest(): z.infer<typeof manifest> {
  return manifest.parse(parse(MANIFEST_TEXT));
}

/** The bot scopes that manifest.yml asks for, which is all that an installed app has. */
export function manifestScopes(): string[] {
  return readManifest().oauth_config.scopes.bot;
}
