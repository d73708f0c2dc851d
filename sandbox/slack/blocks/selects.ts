import { actionId } from './buttons.ts';
import {
  confirm,
  conversationFilter,
  optionGroup,
  plainOption,
  plainText,
  richOption,
} from './composition.ts';
import {
  exactlyOne,
  flag,
  initialAmong,
  integer,
  itemsOf,
  list,
  text,
  typed,
  type Check,
  type Schema,
} from './schema.ts';
import type { JsonObject } from '../types.ts';

const common = { action_id: actionId, confirm, focus_on_load: flag };
const placed = { ...common, placeholder: plainText(150) };
const several = { ...placed, max_selected_items: integer({ min: 1 }) };
const offered = {
  options: list(plainOption, { min: 1, max: 100 }),
  option_groups: list(optionGroup, { min: 1, max: 100 }),
};
const id = text({ min: 1 });
const conversations = { default_to_current_conversation: flag, filter: conversationFilter };

/** All options of a select, those in groups too. */
function optionsOf(value: JsonObject): unknown[] {
  const grouped = itemsOf(value['option_groups']).flatMap((group) =>
    itemsOf((group as JsonObject | null)?.['options']),
  );
  return [...itemsOf(value['options']), ...grouped];
}

const oneSource: Check = exactlyOne('options', 'option_groups');

/** https://docs.slack.dev/reference/block-kit/block-elements: what is chosen from a list. */
export const SELECTS: Record<string, Schema> = {
  static_select: typed(
    'static_select',
    { optional: { ...placed, ...offered, initial_option: plainOption } },
    oneSource,
    initialAmong('initial_option', optionsOf),
  ),
  multi_static_select: typed(
    'multi_static_select',
    { optional: { ...several, ...offered, initial_options: list(plainOption, { min: 1, max: 100 }) } },
    oneSource,
    initialAmong('initial_options', optionsOf),
  ),
  external_select: typed('external_select', {
    optional: { ...placed, initial_option: plainOption, min_query_length: integer({ min: 0 }) },
  }),
  multi_external_select: typed('multi_external_select', {
    optional: {
      ...several,
      initial_options: list(plainOption, { min: 1, max: 100 }),
      min_query_length: integer({ min: 0 }),
    },
  }),
  users_select: typed('users_select', { optional: { ...placed, initial_user: id } }),
  multi_users_select: typed('multi_users_select', {
    optional: { ...several, initial_users: list(id, { min: 1 }) },
  }),
  channels_select: typed('channels_select', {
    optional: { ...placed, initial_channel: id, response_url_enabled: flag },
  }),
  multi_channels_select: typed('multi_channels_select', {
    optional: { ...several, initial_channels: list(id, { min: 1 }) },
  }),
  conversations_select: typed('conversations_select', {
    optional: { ...placed, ...conversations, initial_conversation: id, response_url_enabled: flag },
  }),
  multi_conversations_select: typed('multi_conversations_select', {
    optional: { ...several, ...conversations, initial_conversations: list(id, { min: 1 }) },
  }),
  radio_buttons: typed(
    'radio_buttons',
    {
      required: { options: list(richOption, { min: 1, max: 10 }) },
      optional: { ...common, initial_option: richOption },
    },
    initialAmong('initial_option', optionsOf),
  ),
  checkboxes: typed(
    'checkboxes',
    {
      required: { options: list(richOption, { min: 1, max: 10 }) },
      optional: { ...common, initial_options: list(richOption, { min: 1, max: 10 }) },
    },
    initialAmong('initial_options', optionsOf),
  ),
};
