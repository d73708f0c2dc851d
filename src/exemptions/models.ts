import type { Closing, Exemption, Nag, Standing } from './types.ts';

interface MessagePlace {
  channelId: string;
  ts: string;
  threadTs: string | null;
}

/** One line of a list, of Home, of the overdue. */
export interface ExemptionLine {
  exemption: Exemption;
  standing: Standing;
  /** While it is handed in. */
  closing: Closing | null;
}

/** One approved extension. */
export interface Extension {
  number: number;
  overrideId: string;
  decidedOn: string;
  was: string;
  deadline: string;
}

/** Everything that is known of one, for Details. */
export interface ExemptionModel extends ExemptionLine {
  extensions: Extension[];
  /** Newest first. */
  closings: Closing[];
  /** What was sent, newest first, ten at most. */
  nags: Nag[];
  /** What happened, oldest first: action as audited, by whom, when. */
  history: { at: Date; actor: string; action: string }[];
  /** An extension that waits to be approved; `link` is filled in by whoever knows the workspace. */
  pendingExtension: { overrideId: string; message: MessagePlace | null } | null;
  timeZone: string;
  now: Date;
}

/** What one reminder is drawn from. */
export interface NagModel {
  nag: Nag;
  exemption: Exemption;
  standing: Standing;
  closing: Closing | null;
  /** A later one has its buttons, or it is over: this one is told only. */
  isCurrent: boolean;
  /** Whom a message in #security mentions, by Slack ids; nobody in a direct message. */
  mentions: { users: readonly string[]; groups: readonly string[] };
  timeZone: string;
}

/** What was handed in, with who may look at it. */
export interface ClosingModel {
  closing: Closing;
  exemption: Exemption;
  standing: Standing;
  timeZone: string;
}

/** All that is overdue on one business day. */
export interface RollModel {
  day: string;
  lines: ExemptionLine[];
  /** How many more than the lines shown. */
  more: number;
  timeZone: string;
}
