import { assert, SlackRefusedError } from '../errors.ts';
import type { MessageContent } from '../ports.ts';
import type { CardRow } from './card-row.ts';
import type { CardDeps } from './deps.ts';
import { assertFits, hashContent } from './rules.ts';
import { withReadSnapshot } from '../database/pool.ts';
import type { CardFile, RenderContext } from './types.ts';

export interface DrawnCard {
  content: MessageContent;
  hash: string;
  files: CardFile[];
}

/** Loads the subject and renders it as it stands now; null when there is nothing to show (any more). */
export async function drawCard(deps: CardDeps, row: CardRow): Promise<DrawnCard | null> {
  const kind = deps.kinds.get(row.kind);
  assert(kind !== undefined, `no card kind ${row.kind} is registered`);
  const locale = deps.channelOf(row.channel)?.locale ?? row.locale;
  const model = await withReadSnapshot(deps.pool, (db) => kind.load(db, { ...row, locale }));
  if (model === null) return null;
  const { url } = await deps.slack.identity();
  const context: RenderContext = {
    locale,
    previousPermalink: await linkToPrevious(deps, row),
    permalink: (message) => permalinkOf(url, message),
  };
  const plain = deps.plain?.has(row.id) === true ? kind.renderPlain?.(model, context) : undefined;
  const content = plain ?? kind.render(model, context);
  assertFits(content, row.kind);
  return {
    content,
    hash: hashContent(content),
    files: kind.files?.(model, context, deps.pool) ?? [],
  };
}

/**
 * The link that chat.getPermalink would give, without asking for it: a card may link to a dozen others.
 * docs.slack.dev/reference/methods/chat.getPermalink
 */
export function permalinkOf(
  workspaceUrl: string,
  message: { channelId: string; ts: string; threadTs?: string | null },
): string | null {
  if (workspaceUrl === '') return null;
  const link = `${workspaceUrl.replace(/\/$/, '')}/archives/${message.channelId}/p${message.ts.replace('.', '')}`;
  const { threadTs = null } = message;
  return threadTs === null ? link : `${link}?thread_ts=${threadTs}&cid=${message.channelId}`;
}

/** Null where there is none, or where Slack will not link to it (it was deleted, or the server has no links). */
async function linkToPrevious(deps: CardDeps, row: CardRow): Promise<string | null> {
  if (row.previousChannelId === null || row.previousTs === null) return null;
  try {
    return await deps.slack.permalink({ channelId: row.previousChannelId, ts: row.previousTs });
  } catch (error) {
    if (!(error instanceof SlackRefusedError)) throw error;
    deps.log.warn({ card: row.id, error: error.slackError }, 'no link to where the card stood before');
    return null;
  }
}
