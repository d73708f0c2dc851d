import { createHash } from 'node:crypto';
import { assert } from '../errors.ts';
import type { MessageContent, MessageMetadata, SeenMessage } from '../ports.ts';

/** Slack's recommendation is 4,000 and chat.update refuses more (msg_too_long); the rest is room for entities. */
const MOST_TEXT_CHARACTERS = 3500;
/** https://docs.slack.dev/reference/block-kit/blocks */
const MOST_BLOCKS = 50;
/** A post whose reply was lost may still arrive this long after our time limit. */
const SETTLE_MS = 30_000;
const BETWEEN_LOOKS_MS = 3000;
/** Both looks must find nothing before anything is sent again. */
const LOOKS = 2;
/**
 * Slack's clock and ours may differ by this much: a card's id is unique, so looking further back costs a page, while
 * a message that is overlooked is posted twice.
 */
const CLOCK_SKEW_MS = 60 * 60_000;

const CARD_EVENT = 'mutabik_card';

/** The card's id and nothing else: metadata is readable by everybody in the channel. */
export function cardMetadata(cardId: string): MessageMetadata {
  return { event_type: CARD_EVENT, event_payload: { card: cardId } };
}

/** sha256 of all that Slack is shown, hex; equal renderings have equal hashes. */
export function hashContent(content: MessageContent): string {
  return createHash('sha256')
    .update(JSON.stringify([content.text, content.blocks]))
    .digest('hex');
}

/** A rendering that Slack would refuse or cut is a bug of the one who renders. */
export function assertFits(content: MessageContent, kind: string): void {
  const characters = Array.from(content.text).length;
  assert(characters > 0, `the ${kind} card has no text`);
  assert(characters <= MOST_TEXT_CHARACTERS, `the text of the ${kind} card has ${characters} characters`);
  assert(content.blocks.length <= MOST_BLOCKS, `the ${kind} card has ${content.blocks.length} blocks`);
}

export interface Sending {
  /** When the call whose outcome is unknown began. */
  sentAt: Date;
  /** Looks without a find so far. */
  looks: number;
  lookedAt: Date | null;
}

/** When to look next for what may have arrived: after time limit and settling, then a few seconds later again. */
export function nextLookAt(sending: Sending, callLimitMs: number): Date {
  const firstMs = sending.sentAt.getTime() + callLimitMs + SETTLE_MS;
  const secondMs = sending.lookedAt === null ? 0 : sending.lookedAt.getTime() + BETWEEN_LOOKS_MS;
  return new Date(Math.max(firstMs, secondMs));
}

/** What a look without a find means: look once more, or nothing arrived and it may be sent again. */
export function decideAfterLook(looksBefore: number): 'look_again' | 'send_again' {
  return looksBefore + 1 >= LOOKS ? 'send_again' : 'look_again';
}

/** Slack's ts of the moment from which on to look; generous, since two clocks are compared. */
export function oldestTs(sentAt: Date): string {
  return (Math.max(0, sentAt.getTime() - CLOCK_SKEW_MS) / 1000).toFixed(6);
}

/**
 * The message that shows the card: its id in the metadata and written by our own bot, since anybody may post the same
 * metadata. Messages it was moved away from are left out: the last of them and what is older, by Slack's own clock. The
 * oldest wins, should there ever be two.
 */
export function findOwnPost(
  seen: readonly SeenMessage[],
  wanted: { cardId: string; botId: string; afterTs: string | null },
): SeenMessage | undefined {
  return seen
    .filter(
      (message) =>
        message.botId === wanted.botId &&
        message.metadata?.event_type === CARD_EVENT &&
        message.metadata.event_payload['card'] === wanted.cardId &&
        Number(message.ts) > Number(wanted.afterTs ?? 0),
    )
    .toSorted((a, b) => Number(a.ts) - Number(b.ts))[0];
}

/** Whether our own bot has shared the file there; a shared file may name the bot's user only. */
export function hasOwnFile(
  seen: readonly SeenMessage[],
  wanted: { fileId: string; botId: string; botUserId: string },
): boolean {
  return seen.some(
    (message) =>
      message.fileIds.includes(wanted.fileId) &&
      (message.botId === wanted.botId || message.userId === wanted.botUserId),
  );
}
