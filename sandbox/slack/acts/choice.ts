import { codePoints, itemsOf } from '../blocks/schema.ts';
import { channelByName, personByName } from '../look-up.ts';
import { isJsonObject, type JsonObject } from '../types.ts';
import { stateFieldOf } from '../view-stack.ts';
import type { Workspace } from '../workspace.ts';

/**
 * What an element holds after a person chose: `{type, selected_option: ...}` and the like. `given` is a text, a list of
 * texts, or an object that already has the field's form. Undefined when the element doesn't offer that.
 */
export function choiceOf(workspace: Workspace, element: JsonObject, given: unknown): JsonObject | undefined {
  const field = stateFieldOf(element);
  if (field === undefined) return undefined;
  const type = element['type'];
  if (isJsonObject(given) && 'value' in given && !field.startsWith('selected_option') && field !== 'value')
    return choiceOf(workspace, element, given['value']);
  if (isJsonObject(given) && !Array.isArray(given[field]) && given[field] !== undefined)
    return choiceOf(workspace, element, given[field]);
  const raw = isJsonObject(given) && given[field] !== undefined ? given[field] : given;
  if (raw === null) return { type, [field]: field.endsWith('s') ? [] : null };
  if (field === 'selected_option') return single(type, field, optionOf(element, raw));
  if (field === 'selected_options')
    return several(
      type,
      field,
      itemsOf(raw).map((one) => optionOf(element, one)),
    );
  if (field === 'selected_user') return single(type, field, idOf(workspace, 'user', raw));
  if (field === 'selected_users')
    return several(
      type,
      field,
      itemsOf(raw).map((one) => idOf(workspace, 'user', one)),
    );
  if (field === 'selected_channel' || field === 'selected_conversation')
    return single(type, field, idOf(workspace, 'channel', raw));
  if (field === 'selected_channels' || field === 'selected_conversations')
    return several(
      type,
      field,
      itemsOf(raw).map((one) => idOf(workspace, 'channel', one)),
    );
  if (field === 'selected_date_time') return { type, [field]: Number(raw) };
  if (field === 'value') {
    if (typeof raw !== 'string' && typeof raw !== 'number') return undefined;
    return { type, value: raw === '' ? null : String(raw) };
  }
  return { type, [field]: raw };
}

/** An option that is offered, found by its value or by its shown text; external ones are taken as they come. */
export function optionOf(element: JsonObject, given: unknown): JsonObject | undefined {
  const value = isJsonObject(given) ? given['value'] : given;
  const grouped = itemsOf(element['option_groups']).flatMap((group) =>
    isJsonObject(group) ? itemsOf(group['options']) : [],
  );
  const options = [...itemsOf(element['options']), ...grouped].filter(isJsonObject);
  const found =
    options.find((option) => option['value'] === value) ??
    options.find((option) => isJsonObject(option['text']) && option['text']['text'] === value);
  if (found !== undefined) return found;
  if (!String(element['type']).includes('external_select')) return undefined;
  if (isJsonObject(given)) return given;
  return { text: { type: 'plain_text', text: String(value), emoji: true }, value };
}

/** What Slack's client itself refuses before anything is sent: empty required inputs, lengths, numbers. */
export function inputProblem(block: JsonObject, chosen: JsonObject | undefined): string | undefined {
  const element = block['element'];
  if (!isJsonObject(element)) return undefined;
  const value = chosen?.[stateFieldOf(element) ?? ''];
  const empty =
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
  if (empty) return block['optional'] === true ? undefined : 'Please complete this required field.';
  if (typeof value !== 'string') return undefined;
  const { min_length: min, max_length: max = 3000 } = element;
  const length = codePoints(value);
  if (typeof min === 'number' && length < min) return `Must be at least ${min} characters.`;
  if (typeof max === 'number' && length > max) return `Must be less than ${max + 1} characters.`;
  if (element['type'] === 'number_input' && !/^-?\d+(\.\d+)?$/.test(value)) return 'Must be a number.';
  if (element['type'] === 'email_text_input' && !/^\S+@\S+$/.test(value)) return 'Must be an email address.';
  return undefined;
}

function single(type: unknown, field: string, chosen: unknown): JsonObject | undefined {
  return chosen === undefined ? undefined : { type, [field]: chosen };
}

function several(type: unknown, field: string, chosen: unknown[]): JsonObject | undefined {
  return chosen.includes(undefined) ? undefined : { type, [field]: chosen };
}

function idOf(workspace: Workspace, kind: 'user' | 'channel', given: unknown): string | undefined {
  const found =
    kind === 'user'
      ? personByName(workspace.state, String(given))
      : channelByName(workspace.state, String(given));
  return found?.id;
}
