/** The outside world as small interfaces. Adapters live in src/adapters/, stand-ins in sandbox/. */

/** The only source of time for rules, timers and domain SQL. */
export interface Clock {
  now(): Date;
  /** Called after the clock moved other than by itself (the sandbox's clock). Returns the way to stop listening. */
  onJump(listener: () => void): () => void;
}

/** One Block Kit message, opaque to src: blocks/ makes it, the Slack adapter sends it. */
export interface MessageContent {
  /** The whole message in words, for notifications and screen readers; under 3,500 characters. */
  text: string;
  blocks: readonly object[];
}

export interface MessageMetadata {
  event_type: string;
  event_payload: Record<string, string | number | boolean>;
}

/** A message as history shows it to us. */
export interface SeenMessage {
  ts: string;
  botId: string | undefined;
  /** Who wrote it; a file shared by a bot may carry the bot's user and no bot id. */
  userId: string | undefined;
  metadata: { event_type: string; event_payload: Record<string, unknown> } | undefined;
  fileIds: string[];
}

interface PostMessage {
  channel: string;
  content: MessageContent;
  metadata: MessageMetadata;
  threadTs?: string;
}

interface UploadTarget {
  fileId: string;
  uploadUrl: string;
}

/**
 * Slack, as far as jobs need it. Every call has a time limit and no retries of its own: our rows retry.
 * Errors are AppErrors: `slack_rate_limited` (nothing was done; retryAfterMs), `slack_refused` (Slack said no: a
 * SlackRefusedError with Slack's error word; nothing was done), `slack_unavailable` (time limit, 5xx, a broken
 * connection: whether it was done is unknown).
 */
export interface Slack {
  /** Who we are; asked once, cached on success. */
  identity(): Promise<{ botId: string; botUserId: string; teamId: string }>;
  /** The id of a channel known by name (without #), or the id itself. Refused with channel_not_found. */
  channelId(nameOrId: string): Promise<string>;
  /** Is the channel shared with another organisation (Slack Connect)? */
  isExternallyShared(channelId: string): Promise<boolean>;
  postMessage(post: PostMessage): Promise<{ channelId: string; ts: string }>;
  updateMessage(update: {
    channelId: string;
    ts: string;
    content: MessageContent;
    metadata: MessageMetadata;
  }): Promise<void>;
  /** Every message in the channel (or the thread) not older than `oldestTs`, pages followed, metadata included. */
  messagesSince(where: { channelId: string; threadTs?: string; oldestTs: string }): Promise<SeenMessage[]>;
  permalink(message: { channelId: string; ts: string }): Promise<string>;
  startUpload(file: { filename: string; bytes: number }): Promise<UploadTarget>;
  uploadBytes(target: { uploadUrl: string; filename: string; content: Uint8Array }): Promise<void>;
  completeUpload(file: { fileId: string; title: string; channelId: string; threadTs: string }): Promise<void>;
}
