import type {
  ActionsBlock,
  ActionsBlockElement,
  Button,
  Datepicker,
  InputBlock,
  Option,
  OptionGroup,
  PlainTextElement,
  PlainTextInput,
  StaticSelect,
  UsersSelect,
} from '@slack/types';
import { encodeActionId, encodePartId, encodeButtonValue, type Noun, type Verb } from './actions.ts';
import { cut } from './foreign.ts';

/** Slack's limits, in code points. docs.slack.dev/reference/block-kit */
const LIMITS = {
  button: 75,
  option: 75,
  options: 100,
  label: 2_000,
  hint: 2_000,
  placeholder: 150,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
} as const;

export interface Choice {
  value: string;
  /** Our words, or foreign ones that went through foreignWords. */
  label: string;
}

/** Asked before a press is sent. */
export interface Confirmation {
  title: string;
  text: string;
  yes: string;
  no: string;
}

/** `part` tells two buttons of one verb apart where they stand in one block. */
export function button<N extends Noun>(
  noun: N,
  verb: Verb<N>,
  id: string,
  label: string,
  options: { style?: 'primary' | 'danger'; confirm?: Confirmation; part?: string } = {},
): Button {
  const { style, confirm, part } = options;
  return {
    type: 'button',
    action_id: part === undefined ? encodeActionId(noun, verb) : encodePartId(noun, verb, part),
    value: encodeButtonValue(id),
    text: plain(label, LIMITS.button),
    ...(style === undefined ? {} : { style }),
    ...(confirm === undefined
      ? {}
      : {
          confirm: {
            title: plain(confirm.title, LIMITS.confirmTitle),
            text: plain(confirm.text, LIMITS.confirmText),
            confirm: plain(confirm.yes, LIMITS.confirmButton),
            deny: plain(confirm.no, LIMITS.confirmButton),
          },
        }),
  };
}

export function actions(elements: readonly ActionsBlockElement[], blockId?: string): ActionsBlock {
  return {
    type: 'actions',
    ...(blockId === undefined ? {} : { block_id: blockId }),
    elements: [...elements],
  };
}

/** A menu of at most 100 choices; what is chosen is one of them, or nothing is. */
export function select(
  actionId: string,
  choices: readonly Choice[],
  { chosen, placeholder }: { chosen?: string | null; placeholder?: string } = {},
): StaticSelect {
  const options = choices
    .slice(0, LIMITS.options)
    .map(({ value, label }): Option => ({ value, text: plain(label, LIMITS.option) }));
  const initial = options.find(({ value }) => value === chosen);
  return {
    type: 'static_select',
    action_id: actionId,
    options: options as StaticSelect['options'] & OptionGroup[],
    ...(initial === undefined ? {} : { initial_option: initial }),
    ...(placeholder === undefined ? {} : { placeholder: plain(placeholder, LIMITS.placeholder) }),
  } as StaticSelect;
}

/** Where a person writes; at most `limit` code points. */
export function textInput(
  actionId: string,
  limit: number,
  placeholder?: string,
  { multiline = true }: { multiline?: boolean } = {},
): PlainTextInput {
  return {
    type: 'plain_text_input',
    action_id: actionId,
    multiline,
    max_length: limit,
    ...(placeholder === undefined ? {} : { placeholder: plain(placeholder, LIMITS.placeholder) }),
  };
}

/** A day, YYYY-MM-DD. */
export function datePicker(actionId: string, chosen: string): Datepicker {
  return { type: 'datepicker', action_id: actionId, initial_date: chosen };
}

/** Somebody of the workspace; whom Slack offers may be a guest or an app, so who it is, is read afterwards. */
export function usersSelect(actionId: string, chosen: string | null): UsersSelect {
  return {
    type: 'users_select',
    action_id: actionId,
    ...(chosen === null ? {} : { initial_user: chosen }),
  };
}

/** An input of a modal; block and action bear one name. Slack lets an optional one be empty: whether it may be is our rule. */
export function input(
  name: string,
  label: string,
  element: StaticSelect | PlainTextInput | Datepicker | UsersSelect,
  { hint, optional = false }: { hint?: string; optional?: boolean } = {},
): InputBlock {
  return {
    type: 'input',
    block_id: name,
    label: plain(label, LIMITS.label),
    element,
    optional,
    ...(hint === undefined ? {} : { hint: plain(hint, LIMITS.hint) }),
  };
}

function plain(text: string, limit: number): PlainTextElement {
  return { type: 'plain_text', text: cut(text, limit) || '–', emoji: true };
}
