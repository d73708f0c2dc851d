import { BUTTONS } from './buttons.ts';
import { imageElement } from './composition.ts';
import { INPUTS } from './inputs.ts';
import type { Schema } from './schema.ts';
import { SELECTS } from './selects.ts';

export type Surface = 'message' | 'modal' | 'home';

const ELEMENTS: Record<string, Schema> = { ...BUTTONS, ...SELECTS, ...INPUTS, image: imageElement };

/** Elements that don't work on every surface: https://docs.slack.dev/reference/block-kit/block-elements */
const ONLY_ON: Record<string, readonly Surface[]> = {
  datetimepicker: ['message', 'modal'],
  email_text_input: ['modal'],
  url_text_input: ['modal'],
  number_input: ['modal'],
  file_input: ['modal'],
  rich_text_input: ['modal', 'home'],
  feedback_buttons: ['message'],
  icon_button: ['message'],
  workflow_button: ['message'],
};

const SELECT_TYPES = Object.keys(SELECTS);

export const ACCESSORIES = [
  ...SELECT_TYPES,
  'button',
  'datepicker',
  'image',
  'overflow',
  'timepicker',
  'workflow_button',
];
export const ACTIONS = [
  ...SELECT_TYPES,
  'button',
  'datepicker',
  'datetimepicker',
  'overflow',
  'timepicker',
  'workflow_button',
  'rich_text_input',
];
export const INPUT_ELEMENTS = [...SELECT_TYPES, ...Object.keys(INPUTS)];
export const CONTEXT_ACTIONS = ['feedback_buttons', 'icon_button'];

/** The schemas of these element types that a surface takes. */
export function elementsFor(types: readonly string[], surface: Surface): Record<string, Schema> {
  return Object.fromEntries(
    types
      .filter((type) => ONLY_ON[type]?.includes(surface) ?? true)
      .map((type) => [type, ELEMENTS[type] as Schema]),
  );
}

/** Does this element send something, and so carry an action_id? */
export function isInteractive(type: unknown): boolean {
  return typeof type === 'string' && type !== 'image' && Object.hasOwn(ELEMENTS, type);
}
