import type { ActionsBlockElement, InputBlockElement } from '@slack/types';
import type { OfferedOption, StateValue } from '../wire/types.ts';

/** An element that holds something: everything but buttons and overflows. */
export type FieldElement = Exclude<
  InputBlockElement | ActionsBlockElement,
  { type: 'button' | 'overflow' | 'workflow_button' | 'file_input' | 'rich_text_input' }
>;

export interface Picked {
  /** An option's value, or an id. */
  value: string;
  /** As the app wrote it; ids are looked up when they are drawn. */
  label: string;
}

/** What a field holds: words, a date, a time or Unix seconds as text; or what was picked, one or several. */
export type FieldValue = string | readonly Picked[];

/** Does it hold what is picked from a list? The others hold text. */
export function isPicking(type: string): boolean {
  return /select$|^radio_buttons$|^checkboxes$/.test(type);
}

export function isMultiple(type: string): boolean {
  return type.startsWith('multi_') || type === 'checkboxes';
}

export function isEmpty(value: FieldValue): boolean {
  return typeof value === 'string' ? value.trim() === '' : value.length === 0;
}

/** Of a field that holds text. */
export function textOf(value: FieldValue): string {
  return typeof value === 'string' ? value : '';
}

export function picked(option: OfferedOption): Picked {
  return { value: option.value ?? '', label: option.text.text };
}

/** What an element holds before anybody touched it. */
export function initialValue(element: FieldElement): FieldValue {
  const kept = Object.entries(element).find(
    ([key, value]) => key.startsWith('initial_') && value !== undefined,
  );
  return readValue(element.type, kept?.[1]);
}

/** What the workspace says that an element holds. */
export function stateValue(state: StateValue): FieldValue {
  const kept = Object.entries(state).find(([key]) => key !== 'type');
  return readValue(state.type, kept?.[1]);
}

function readValue(type: string, kept: unknown): FieldValue {
  if (!isPicking(type)) return typeof kept === 'string' || typeof kept === 'number' ? `${kept}` : '';
  const list = Array.isArray(kept) ? kept : kept === undefined || kept === null ? [] : [kept];
  return list.map((one: string | OfferedOption) =>
    typeof one === 'string' ? { value: one, label: one } : picked(one),
  );
}

/** A field's value as the workspace takes it; null when it is empty. */
export function givenValue(type: string, value: FieldValue): unknown {
  if (typeof value === 'string') return value === '' ? null : value;
  // What the app suggested isn't in the view: it travels whole.
  const given = value.map((one) =>
    type.includes('external_select')
      ? { text: { type: 'plain_text', text: one.label, emoji: true }, value: one.value }
      : one.value,
  );
  return isMultiple(type) ? given : (given[0] ?? null);
}
