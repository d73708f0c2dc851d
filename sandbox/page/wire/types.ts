/** What the local workspace answers, as far as the page reads it. */
import type { KnownBlock } from '@slack/types';

export interface Person {
  id: string;
  /** The short name, such as ops1. */
  name: string;
  real_name?: string;
  groups: string[];
  locale: string;
  tz: string;
  deleted: boolean;
  guest: boolean;
  is_bot?: boolean;
}

export interface Channel {
  id: string;
  name: string;
  is_im: boolean;
  user?: string;
}

export interface FileEntry {
  id: string;
  name: string;
  title?: string | null;
  /** Bytes. */
  size?: number;
}

/** Blocks have passed the workspace's validation; kinds that the typings don't know yet are drawn as unknown. */
export type DrawnBlock = KnownBlock | { type: 'data_visualization'; block_id?: string; title: string };

export interface Message {
  channel: string;
  ts: string;
  thread_ts?: string | null;
  user: string;
  text: string;
  blocks?: DrawnBlock[] | null;
  files?: FileEntry[] | null;
  metadata?: { event_type: string; event_payload: Record<string, unknown> } | null;
  edited?: unknown;
}

export interface Ephemeral {
  ts: string;
  /** The id of the only person who sees it. */
  user: string;
  channel: string;
  thread_ts?: string | null;
  text: string;
  blocks?: DrawnBlock[] | null;
}

export interface WorkspaceState {
  /** ISO; the sandbox's clock. */
  now: string;
  users: Person[];
  channels: Channel[];
  messages: Message[];
  ephemerals: Ephemeral[];
}

export interface TrafficCall {
  /** Counts up over the workspace's life; asking with `since` gives what came after it. */
  seq: number;
  at: string;
  /** `api`: the app called the workspace; `delivery`: the workspace called the app. */
  direction: 'api' | 'delivery';
  method: string;
  ok: boolean;
  status: number;
  error?: string | null;
  messages?: string[] | null;
  args?: unknown;
}

export interface Click {
  user: string;
  channel: string;
  ts: string;
  action_id: string;
  block_id?: string;
  value?: string;
  option?: string;
}

export interface Acked {
  ack_ms?: number;
  status?: number;
  error?: string;
}
