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

interface SlackIdentity {
  botId: string;
  botUserId: string;
  teamId: string;
  /** Of the workspace, with a slash at its end; '' when the server does not say. Links to messages begin with it. */
  url: string;
}

/**
 * Slack, as far as jobs need it. Every call has a time limit and no retries of its own: our rows retry.
 * Errors are AppErrors: `slack_rate_limited` (nothing was done; retryAfterMs), `slack_refused` (Slack said no: a
 * SlackRefusedError with Slack's error word; nothing was done), `slack_unavailable` (time limit, 5xx, a broken
 * connection: whether it was done is unknown).
 */
export interface Slack {
  /** Who we are; asked once, cached on success. */
  identity(): Promise<SlackIdentity>;
  /** Does Slack answer? Asks every time; throws like any call. */
  ping(): Promise<void>;
  /** The id of a channel known by name (without #), the id itself, or a person's direct message. Refused with channel_not_found. */
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

/** A modal or Home view, opaque to src: blocks/ makes it. docs.slack.dev/reference/views */
type ViewContent = object;

export interface OpenedView {
  viewId: string;
  hash: string;
}

/**
 * What answers a person who waits: views and words that only they see. Every call has a short time limit and is never
 * repeated; faults are those of `Slack`.
 */
export interface SlackViews {
  /** A trigger lives three seconds and opens one view. */
  open(triggerId: string, view: ViewContent): Promise<OpenedView>;
  /** On top of the modal that is open; three at most. */
  push(triggerId: string, view: ViewContent): Promise<OpenedView>;
  /** With `hash`, only if nobody changed it meanwhile (refused with hash_conflict). */
  update(view: { viewId: string; hash?: string }, content: ViewContent): Promise<OpenedView>;
  publishHome(userId: string, view: ViewContent): Promise<void>;
  /** Seen by one person, until they reload; never the only copy of anything. */
  postEphemeral(to: {
    channelId: string;
    userId: string;
    threadTs?: string;
    content: MessageContent;
  }): Promise<void>;
  /** An ephemeral answer to a click or command: 30 minutes, five times. `replace`: instead of the ephemeral that was clicked. */
  respond(responseUrl: string, content: MessageContent, options?: { replace?: boolean }): Promise<void>;
}

/** A person as Slack knows them. docs.slack.dev/reference/objects/user-object */
export interface SlackUser {
  id: string;
  teamId: string;
  name: string;
  realName: string;
  /** IETF tag; null where the server has none. */
  locale: string | null;
  timeZone: string | null;
  isDeleted: boolean;
  /** Single- or multi-channel guest. */
  isGuest: boolean;
  /** Of another workspace. */
  isStranger: boolean;
  isBot: boolean;
}

export interface SlackGroup {
  id: string;
  handle: string;
  userIds: readonly string[];
}

/** Who is who in Slack. Faults are those of `Slack`; a server without user groups refuses with its own word. */
export interface SlackDirectory {
  /** Undefined when there is no such user. */
  user(userId: string): Promise<SlackUser | undefined>;
  /** Everybody, pages followed. */
  users(): Promise<SlackUser[]>;
  /** Every user group with its members, disabled groups left out. */
  groups(): Promise<SlackGroup[]>;
}

/** One event of PagerDuty's Events API v2. developer.pagerduty.com/docs/events-api-v2 */
export interface PagerEvent {
  action: 'trigger' | 'acknowledge' | 'resolve';
  /** Events with one key are one incident there, at most 255 characters. */
  dedupKey: string;
  /** One line of at most 1,024 characters; no amounts, no account ids: it leaves the house. */
  summary: string;
  severity: 'critical' | 'error' | 'warning' | 'info';
  at: Date;
  /** Where to look on, when there is such a place. */
  link?: { href: string; text: string };
}

/** Good and valid events of one whole minute. */
export interface SliMinute {
  minute: Date;
  good: number;
  valid: number;
}

/** What a source tells of [from, to), whole minutes. */
export interface SliReading {
  /** By when it was asked for; in order. */
  minutes: SliMinute[];
  /** By when it became good or bad, where that is another moment (payouts); null: the same. */
  decided: SliMinute[] | null;
  /** zero: a minute that is not there had no events; gap: nothing is known of it. */
  absent: 'zero' | 'gap';
  /** Minutes of which the source says that its target is down; they have no counts of their own. */
  down: Date[];
  /** Who caused the bad events, where the source tells. */
  contributors: { minute: Date; name: string; bad: number }[];
  /** Shown beside the share, such as the p95 in seconds; null: none. */
  value: number | null;
  /** What the source warns of, in its own words. */
  warnings: string[];
}

/**
 * Where a service level is measured. Faults: `sli_unavailable` (retryable; it does not answer) and `sli_refused` (it
 * answers that the question is wrong).
 */
export interface Sli {
  /** Never waits longer than its own time limit. `at`: what is later does not count yet. */
  read(stretch: { from: Date; to: Date; at: Date }): Promise<SliReading>;
}

/**
 * Wakes somebody up by a way that is not Slack. Faults: `pager_unavailable` (retryable; whether it arrived is unknown,
 * the same event may be sent again) and `pager_refused` (it never will be taken like this).
 */
export interface Pager {
  send(event: PagerEvent): Promise<void>;
}
