import type { ModalView } from '@slack/types';
import type { Noun, Verb } from '../blocks/actions.ts';
import type { Pool } from '../src/database/pool.ts';
import type { Subject } from '../src/ids.ts';
import type { Log } from '../src/log.ts';
import type { Clicker, MayAct, People, Person } from '../src/people/types.ts';
import type { Policy } from '../src/policy.ts';
import type { Clock, MessageContent, SlackViews } from '../src/ports.ts';
import type { Texts } from '../src/texts.ts';

/** What every listener works with. */
export interface Desk {
  pool: Pool;
  clock: Clock;
  policy: Policy;
  log: Log;
  people: People;
  views: SlackViews;
}

/** Where somebody pressed, chose or typed: what an answer needs to go back the same way. */
export interface Place {
  channelId: string | null;
  messageTs: string | null;
  threadTs: string | null;
  responseUrl: string | null;
  /** The thing that was pressed is seen by one person only, so its answer may stand in its place. */
  isEphemeral: boolean;
  isHome: boolean;
  view: PlaceView | null;
}

export interface PlaceView {
  id: string;
  hash: string;
  /** How many modals lie below it, as far as the payload tells: 0, 1, or 2 for more. */
  depth: number;
  metadata: string;
  values: ViewValues;
}

/** What a modal's inputs hold: block id, action id, the value in Slack's own shape. */
export type ViewValues = Record<string, Record<string, ViewValue>>;

export interface ViewValue {
  type: string;
  value?: string | null | undefined;
  selected_option?: { value: string } | null | undefined;
  selected_options?: readonly { value: string }[] | undefined;
  selected_user?: string | null | undefined;
  selected_date?: string | null | undefined;
}

/** Who did it, where, and the id that is the same when Slack (or somebody else) sends it again. */
export interface Request {
  clicker: Clicker;
  /** Slack's trigger id: one per click; opens one modal within three seconds. */
  triggerId: string;
  place: Place;
}

/** A pressed button, or a chosen option. */
export interface Press extends Request {
  /** Of one of our rows, or whatever the button carries; '' for selects, whose choices stand in the view's values. */
  id: string;
}

/** A modal that was sent. */
export interface Submission extends Request {
  view: PlaceView;
}

export interface CommandCall extends Request {
  /** What stands behind the command, trimmed. */
  text: string;
}

/** What one person is told, in private. */
export type Answer =
  | { as: 'nothing' }
  | { as: 'words'; content: MessageContent }
  /** Stands in the modal that was opened, or where the press was; a new one where there is none. */
  | { as: 'view'; view: ModalView };

/** What becomes of a modal that was sent. */
export type SubmitAnswer =
  /** It closes; `words` are said where it was opened from. `afterwards`: what was below it is drawn anew. */
  | { as: 'close'; words?: MessageContent; afterwards?: () => Promise<void> }
  /** All of the stack closes. */
  | { as: 'clear'; words?: MessageContent }
  /** Beside its inputs: block id to words. */
  | { as: 'errors'; errors: Record<string, string> }
  | { as: 'update'; view: ModalView }
  | { as: 'push'; view: ModalView };

export interface PressDefinition<N extends Noun = Noun> {
  noun: N;
  verb: Verb<N>;
  /** Who may press: whoever holds one of these, or any member, where what it is about says whose it is. */
  roles: MayAct;
  /** What the id names, for the audit row of a refusal. */
  about: Subject['kind'];
  /** The modal that opens at once (on top, when pressed in a modal), before anything is read. */
  opening?: (texts: Texts) => ModalView;
  run(press: Press, person: Person): Promise<Answer>;
}

export interface SubmitDefinition {
  /** The modal's callback_id, `<noun>.<verb>`. */
  callbackId: string;
  roles: MayAct;
  about: Subject['kind'];
  run(submission: Submission, person: Person): Promise<SubmitAnswer>;
  /** Where its words are said once it is closed, read from its metadata. */
  channelOf?: (submission: Submission) => string | null;
}

export interface CommandDefinition {
  /** With its slash. */
  command: string;
  roles: MayAct;
  /** The modal that opens at once, before anything is read, where these words lead to one. */
  opening?: (call: CommandCall, texts: Texts) => ModalView | undefined;
  run(call: CommandCall, person: Person): Promise<Answer>;
}
