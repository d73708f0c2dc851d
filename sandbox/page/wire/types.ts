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
  /** Ids; absent where nobody counts them. */
  members?: string[];
}

/** A group of people, as a mention names it. */
interface Group {
  id: string;
  handle: string;
}

export interface FileEntry {
  id: string;
  name: string;
  title?: string | null;
  /** Bytes. */
  size?: number;
}

/** Blocks have passed the workspace's validation; kinds that the typings don't know yet are drawn as unknown. */
export type DrawnBlock =
  | KnownBlock
  | { type: 'data_visualization'; block_id?: string; title: string; chart?: Chart };

interface Point {
  label: string;
  value: number;
}

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
export type Chart =
  | { type: 'pie'; segments: Point[] }
  | {
      type: 'bar' | 'area' | 'line';
      series: { name: string; data: Point[] }[];
      axis_config: { categories: string[]; x_label?: string; y_label?: string };
    };

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

/** What an input holds: `{type, value}`, `{type, selected_option}` and the like. */
export type StateValue = { type: string } & Record<string, unknown>;

/** A modal, or somebody's Home. */
export interface View {
  id: string;
  type: 'modal' | 'home';
  /** Changes with every update. */
  hash: string;
  title?: { text: string } | null;
  submit?: { text: string } | null;
  close?: { text: string } | null;
  submit_disabled?: boolean;
  blocks: DrawnBlock[];
  state: { values: Record<string, Record<string, StateValue>> };
}

export interface WorkspaceState {
  /** ISO; the sandbox's clock. */
  now: string;
  users: Person[];
  /** Absent where the workspace doesn't list them: then a mention shows the group's id. */
  groups?: Group[];
  channels: Channel[];
  messages: Message[];
  ephemerals: Ephemeral[];
  /** Open modals by a person's name, the top last. */
  views: Record<string, View[]>;
  homes: Record<string, View>;
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
  /** How long a delivery waited for its ack; where the workspace says it. */
  ack_ms?: number;
}

/** Where an element stands. */
export type Spot = { channel: string; ts: string } | { view_id: string } | { home: true };

/** block_id, action_id, what was chosen or written. */
export type GivenValues = Record<string, Record<string, unknown>>;

/** What was pressed, and in a select or a field what was chosen. */
export interface Pressed {
  action_id: string;
  block_id?: string;
  value?: string;
  /** The value of an option, an id, a date, or several of them. */
  option?: unknown;
  /** All that stands in the inputs of a view; its payload carries them. */
  values?: GivenValues;
}

export type Press = Spot & Pressed;

export type Click = Press & { user: string };

/** An option as the app offers it. */
export interface OfferedOption {
  text: { text: string };
  value?: string;
  description?: { text: string } | undefined;
}

export interface Suggestions {
  options?: OfferedOption[];
  option_groups?: { label: { text: string }; options: OfferedOption[] }[];
  error?: string;
}

export interface Acked {
  ack_ms?: number;
  status?: number;
  error?: string;
  /** By block_id; only for a submission. */
  errors?: Record<string, string>;
}
