/**
 * The ids by which buttons and menus are known again when somebody presses them, and their values, both ways. A value
 * is an opaque id of ours, never an amount and never authority: what it means is read again at the click.
 */

/** Every noun that offers something, with its verbs: action ids are `<noun>.<verb>`. */
const VERBS = {
  findings: [
    'review',
    'close',
    'show_all',
    'filter',
    'page',
    'decide',
    'assign',
    'undo',
    'approve',
    'reject',
    'adopt',
  ],
  payouts: ['retry', 'recheck', 'escalate', 'open', 'list', 'filter', 'page'],
  escalations: ['start', 'acknowledge', 'hand_over', 'resolve'],
  home: ['refresh'],
  overrides: ['request', 'ask', 'choose', 'approve', 'reject', 'decline', 'renew', 'cancel', 'proof', 'open'],
  exemptions: [
    'open',
    'add',
    'close',
    'hand_in',
    'withdraw',
    'extend',
    'reassign',
    'take_over',
    'accept',
    'refuse',
    'decline',
    'list',
    'filter',
    'page',
  ],
  actions: ['add', 'create', 'done', 'drop'],
  slo: ['open', 'show', 'share', 'acknowledge', 'correct', 'ask', 'put_back', 'risk'],
} as const;

/** What stands in the menu of another noun, since it is about the same row. */
const GUESTS: Readonly<Record<string, readonly string[]>> = {
  'payouts.more': ['overrides.request'],
  'findings.more': ['overrides.request', 'payouts.recheck'],
};

export type Noun = keyof typeof VERBS;
export type Verb<N extends Noun> = (typeof VERBS)[N][number];
/** One thing to do: `verb` belongs to `noun`. */
export type Action = { [N in Noun]: { noun: N; verb: Verb<N> } }[Noun];
/** An action as pressed: on which of our rows. */
export type PressedAction = Action & { id: string };

/** What Slack sends of a pressed element, as far as it matters here. docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export interface PressedElement {
  action_id: string;
  value?: string | undefined;
  selected_option?: { value: string } | null | undefined;
}

/** Slack's limits for the value of a button and of an option. docs.slack.dev/reference/block-kit/composition-objects/option-object */
const BUTTON_VALUE_LIMIT = 2_000;
const OPTION_VALUE_LIMIT = 150;

/** The action id of a button: payouts.retry. */
export function encodeActionId<N extends Noun>(noun: N, verb: Verb<N>): `${N}.${Verb<N>}` {
  return `${noun}.${verb}`;
}

/** The same for one of several menus that do one thing together, findings.filter.rule: ids are unique within a block. */
export function encodePartId<N extends Noun>(noun: N, verb: Verb<N>, part: string): string {
  return `${encodeActionId(noun, verb)}.${part}`;
}

/** The action id of a noun's overflow menu: payouts.more. */
export function encodeOverflowId<N extends Noun>(noun: N): `${N}.more` {
  return `${noun}.more`;
}

/** The value of a button: the id itself. Throws a RangeError for an id that Slack would refuse. */
export function encodeButtonValue(id: string): string {
  return bounded(id, BUTTON_VALUE_LIMIT);
}

/** The value of an overflow's option: payouts.recheck:<id>. Throws a RangeError for an id that Slack would refuse. */
export function encodeOptionValue<N extends Noun>(noun: N, verb: Verb<N>, id: string): string {
  const prefix = `${encodeActionId(noun, verb)}:`;
  return prefix + bounded(id, OPTION_VALUE_LIMIT - prefix.length);
}

/** "payouts.retry" as an action; undefined for anything that is not one of ours. */
export function parseActionId(actionId: string): Action | undefined {
  const [, noun = '', verb = ''] = /^(\w+)\.(\w+)(?:\.[a-z]+)?$/.exec(actionId) ?? [];
  if (!isNoun(noun) || !(VERBS[noun] as readonly string[]).includes(verb)) return undefined;
  return { noun, verb } as Action;
}

/** What was pressed, and on which row; undefined for anything that is not one of ours or carries no id. */
export function parsePressed(element: PressedElement): PressedAction | undefined {
  const option = element.selected_option?.value;
  if (option === undefined) return withId(parseActionId(element.action_id), element.value);
  const colon = option.indexOf(':');
  const action = parseActionId(option.slice(0, Math.max(colon, 0)));
  return action !== undefined && isIn(element.action_id, action)
    ? withId(action, option.slice(colon + 1))
    : undefined;
}

function isIn(menuId: string, { noun, verb }: Action): boolean {
  if (menuId === encodeOverflowId(noun)) return true;
  return Object.hasOwn(GUESTS, menuId) && GUESTS[menuId]!.includes(`${noun}.${verb}`);
}

function withId(action: Action | undefined, id: string | undefined): PressedAction | undefined {
  return action === undefined || id === undefined || id === '' ? undefined : { ...action, id };
}

function isNoun(word: string): word is Noun {
  return Object.hasOwn(VERBS, word);
}

function bounded(id: string, limit: number): string {
  if (id === '' || Array.from(id).length > limit)
    throw new RangeError(`an id of 1 to ${limit} characters is needed`);
  return id;
}
