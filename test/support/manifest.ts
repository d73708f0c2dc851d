import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const manifest = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
});

/** The bot scopes that manifest.yml asks for, which is all that an installed app has. */
export function manifestScopes(): string[] {
  const text = readFileSync(new URL('../../manifest.yml', import.meta.url), 'utf8');
  return manifest.parse(parse(text)).oauth_config.scopes.bot;
}
