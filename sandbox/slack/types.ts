/** What the local workspace keeps. Shapes follow Slack's own objects as far as an app can see them. */

export type JsonObject = Record<string, unknown>;

export interface Person {
  id: string;
  name: string;
  realName: string;
  /** IETF tag as users.info shows it, such as tr-TR. */
  locale: string;
  tz: string;
  deleted: boolean;
  guest: boolean;
  isBot: boolean;
}

export interface UserGroup {
  id: string;
  handle: string;
  name: string;
  users: string[];
}

export interface Channel {
  id: string;
  name: string;
  isIm: boolean;
  isPrivate: boolean;
  isArchived: boolean;
  /** Shared with another organisation (Slack Connect). */
  isExtShared: boolean;
  /** The person on the other side of a direct message. */
  user?: string;
  members: string[];
  /** Unix seconds by the workspace's clock. */
  created: number;
}

export interface Message {
  channel: string;
  ts: string;
  user: string;
  text: string;
  botId?: string;
  subtype?: string;
  threadTs?: string;
  blocks?: JsonObject[];
  attachments?: JsonObject[];
  metadata?: JsonObject;
  /** Ids of completed files shared with this message. */
  files?: string[];
  edited?: { user: string; ts: string };
  reactions?: { name: string; users: string[] }[];
}

export interface Ephemeral {
  ts: string;
  /** Who sees it. */
  user: string;
  channel: string;
  text: string;
  threadTs?: string;
  blocks?: JsonObject[];
}

export interface StoredFile {
  id: string;
  uploadToken: string;
  filename: string;
  title: string;
  length: number;
  state: 'expected' | 'uploaded' | 'completed';
  /** Unix seconds by the workspace's clock. */
  created: number;
  channels: string[];
}

/** A modal on somebody's stack, or somebody's published Home. */
export interface StoredView {
  id: string;
  user: string;
  type: 'modal' | 'home';
  hash: string;
  /** The view as the app gave it, block and action ids filled in. */
  view: JsonObject;
  rootViewId: string;
  previousViewId: string | null;
  /** Position in the stack; the top is the highest. */
  depth: number;
  /** What a person chose so far: block_id, action_id, state value. */
  values: Record<string, Record<string, JsonObject>>;
}

export interface CallEntry {
  seq: number;
  /** ISO time by the workspace's clock. */
  at: string;
  direction: 'api' | 'delivery';
  method: string;
  ok: boolean;
  /** HTTP status; 0 when no answer was given or received. */
  status: number;
  error?: string;
  messages?: string[];
  /** Set when a planted fault shaped this call. */
  fault?: string;
  args: JsonObject;
}

export const TEAM = { id: 'T0MUTABIK', name: 'Mutabık', domain: 'mutabik-local' } as const;
export const BOT = { userId: 'U0MUTABIK', botId: 'B0MUTABIK', appId: 'A0MUTABIK', name: 'mutabik' } as const;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
