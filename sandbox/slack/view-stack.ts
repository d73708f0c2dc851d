import { interactiveElements, placedBlocks } from './blocks/whole.ts';
import type { State } from './state.ts';
import { BOT, TEAM, type JsonObject, type StoredView } from './types.ts';

/** Modals that may lie on one another: https://docs.slack.dev/surfaces/modals */
export const MAX_STACK = 3;

/** block_id, action_id, state value. */
export type StateValues = Record<string, Record<string, JsonObject>>;

/** A person's open modals, the top last. */
export function viewsOf(state: State, user: string): StoredView[] {
  return [...state.views.values()]
    .filter((view) => view.type === 'modal' && view.user === user)
    .toSorted((a, b) => a.depth - b.depth);
}

export function homeOf(state: State, user: string): StoredView | undefined {
  return [...state.views.values()].find((view) => view.type === 'home' && view.user === user);
}

/** A view as the app and its payloads see it. */
export function viewShape(stored: StoredView): JsonObject {
  const { view } = stored;
  return {
    id: stored.id,
    team_id: TEAM.id,
    type: stored.type,
    blocks: view['blocks'],
    private_metadata: view['private_metadata'] ?? '',
    callback_id: view['callback_id'] ?? '',
    state: { values: stateValues(view['blocks'], stored.values) },
    hash: stored.hash,
    title: view['title'] ?? null,
    submit: view['submit'] ?? null,
    close: view['close'] ?? null,
    clear_on_close: view['clear_on_close'] ?? false,
    notify_on_close: view['notify_on_close'] ?? false,
    submit_disabled: view['submit_disabled'] ?? false,
    previous_view_id: stored.previousViewId,
    root_view_id: stored.rootViewId,
    app_id: BOT.appId,
    external_id: view['external_id'] ?? '',
    app_installed_team_id: TEAM.id,
    bot_id: BOT.botId,
  };
}

/** Every input's state, chosen or initial; an empty one stands there with nulls. */
export function stateValues(blocks: unknown, chosen: StateValues): StateValues {
  const values: StateValues = {};
  for (const placed of placedBlocks(blocks, '')) {
    const blockId = String(placed.block['block_id']);
    for (const { element } of interactiveElements(placed)) {
      const initial = initialState(element);
      const actionId = String(element['action_id']);
      if (initial === undefined) continue;
      (values[blockId] ??= {})[actionId] = chosen[blockId]?.[actionId] ?? initial;
    }
  }
  return values;
}

/** The name under which an element's choice travels, and its initial property; buttons have none. */
const STATE_FIELDS: Record<string, [field: string, initial: string, empty?: unknown]> = {
  plain_text_input: ['value', 'initial_value'],
  email_text_input: ['value', 'initial_value'],
  url_text_input: ['value', 'initial_value'],
  number_input: ['value', 'initial_value'],
  rich_text_input: ['rich_text_value', 'initial_value'],
  file_input: ['files', '', []],
  datepicker: ['selected_date', 'initial_date'],
  timepicker: ['selected_time', 'initial_time'],
  datetimepicker: ['selected_date_time', 'initial_date_time'],
  static_select: ['selected_option', 'initial_option'],
  external_select: ['selected_option', 'initial_option'],
  radio_buttons: ['selected_option', 'initial_option'],
  users_select: ['selected_user', 'initial_user'],
  channels_select: ['selected_channel', 'initial_channel'],
  conversations_select: ['selected_conversation', 'initial_conversation'],
  multi_static_select: ['selected_options', 'initial_options', []],
  multi_external_select: ['selected_options', 'initial_options', []],
  checkboxes: ['selected_options', 'initial_options', []],
  multi_users_select: ['selected_users', 'initial_users', []],
  multi_channels_select: ['selected_channels', 'initial_channels', []],
  multi_conversations_select: ['selected_conversations', 'initial_conversations', []],
};

/** `selected_option` and the like; undefined for elements that keep no state. */
export function stateFieldOf(element: JsonObject): string | undefined {
  return STATE_FIELDS[String(element['type'])]?.[0];
}

function initialState(element: JsonObject): JsonObject | undefined {
  const fields = STATE_FIELDS[String(element['type'])];
  if (fields === undefined) return undefined;
  const [field, initial, empty = null] = fields;
  return { type: element['type'], [field]: element[initial] ?? empty };
}
