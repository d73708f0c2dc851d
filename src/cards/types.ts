import type { CardId, Subject } from '../ids.ts';
import type { Queryable, Tx } from '../database/pool.ts';
import type { MessageContent } from '../ports.ts';
import type { Locale } from '../texts.ts';

export type CardState = 'wanted' | 'posting' | 'posted' | 'failed';

export interface Card {
  id: CardId;
  kind: string;
  subject: Subject;
  /** A channel's name by policy, or a Slack id. */
  channel: string;
  locale: Locale;
}

/** A file in the card's thread, uploaded once. */
export interface CardFile {
  name: string;
  title: string;
  content(): Promise<Uint8Array>;
}

export interface RenderContext {
  locale: Locale;
  /** Link to where the card stood before, when it could not be edited any more and was posted anew. */
  previousPermalink: string | null;
  /** Link to a message, or null where the server does not say what links begin with. */
  permalink(message: { channelId: string; ts: string; threadTs?: string | null }): string | null;
}

/**
 * What a card is the projection of: a noun loads its rows, blocks/ renders them, main.ts registers the pair.
 * `load` gives null when there is nothing to show (any more); rendering is pure.
 */
export interface CardKind<Model> {
  kind: string;
  load(db: Queryable, card: Card): Promise<Model | null>;
  render(model: Model, context: RenderContext): MessageContent;
  /** The same without blocks that a workspace may refuse (charts): used for a card once Slack refused its blocks. */
  renderPlain?(model: Model, context: RenderContext): MessageContent;
  files?(model: Model, context: RenderContext, db: Queryable): CardFile[];
  /** It stands in Slack now, for the first time or anew: whatever links to it asks to be shown again. In that transaction. */
  onPosted?(tx: Tx, now: Date, card: Pick<Card, 'subject'>): Promise<void>;
  /**
   * Slack will not take it, in the transaction that gives it up; `error` is one line, fit for a row. Gives whether it
   * was told here: nobody else raises an alert then.
   */
  onFailed?(tx: Tx, now: Date, card: Pick<Card, 'subject'>, error: string): Promise<boolean>;
}
