import type { InputBlock } from '@slack/types';
import { isEmpty, isMultiple, textOf, type FieldValue } from './value.ts';

/**
 * What a client refuses before anything is sent. The workspace itself looks at empty and at too long fields; here is
 * the rest: https://docs.slack.dev/reference/block-kit/block-elements
 */
export function fieldProblem(element: InputBlock['element'], value: FieldValue): string | undefined {
  if (isEmpty(value)) return undefined;
  if (element.type === 'number_input') return numberProblem(element, textOf(value));
  if (element.type === 'url_text_input' && !/^https?:\/\/[^\s.]+\.\S+$/i.test(textOf(value)))
    return 'Must be a web address, such as https://example.com.';
  if (isMultiple(element.type) && 'max_selected_items' in element && typeof value !== 'string') {
    const most = element.max_selected_items;
    if (most !== undefined && value.length > most) return `Choose ${most} at most.`;
  }
  return undefined;
}

function numberProblem(
  element: Extract<InputBlock['element'], { type: 'number_input' }>,
  value: string,
): string | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(value)) return 'Must be a number, with a point before decimals.';
  if (!element.is_decimal_allowed && value.includes('.')) return 'Must be a whole number.';
  const { min_value: least, max_value: most } = element;
  if (least !== undefined && Number(value) < Number(least)) return `Must be ${least} or more.`;
  if (most !== undefined && Number(value) > Number(most)) return `Must be ${most} or less.`;
  return undefined;
}
