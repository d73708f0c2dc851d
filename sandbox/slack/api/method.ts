import type { Answer } from '../answer.ts';
import type { Workspace } from '../workspace.ts';
import type { Args } from './args.ts';
import type { Tier } from './limits.ts';

/** One Web API method. */
export interface ApiMethod {
  /** The kind of token it takes: the app-level one (in the header only), or, by default, the bot's. */
  token?: 'app';
  /** Scopes of which one is needed; empty when any token will do. */
  scopes: readonly string[];
  tier: Tier;
  /** Arguments without which Slack answers invalid_arguments. */
  required?: readonly string[];
  /** Answers without a token too (api.test, blocks.validate). */
  open?: boolean;
  run(workspace: Workspace, args: Args): Answer | Promise<Answer>;
}
