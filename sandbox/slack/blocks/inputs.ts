import { actionId } from './buttons.ts';
import { confirm, dispatchConfig, plainText } from './composition.ts';
import { richTextBlock } from './rich-text.ts';
import { flag, integer, list, text, textLike, typed, type Check, type Schema } from './schema.ts';

const picked = { action_id: actionId, confirm, focus_on_load: flag };
const written = {
  action_id: actionId,
  dispatch_action_config: dispatchConfig,
  focus_on_load: flag,
  placeholder: plainText(150),
};
const date = textLike(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'must be a valid date');
const time = textLike(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a valid time');
const numeral = textLike(/^-?\d+(\.\d+)?$/, 'must be a valid number');

const lengthsInOrder: Check = (value, pointer, report) => {
  const { min_length: min, max_length: max } = value;
  if (typeof min === 'number' && typeof max === 'number' && min > max)
    report(`${pointer}/min_length`, `must be less than ${max + 1}`);
};

const wholeUnlessDecimal: Check = (value, pointer, report) => {
  if (value['is_decimal_allowed'] !== false) return;
  for (const name of ['initial_value', 'min_value', 'max_value'])
    if (typeof value[name] === 'string' && value[name].includes('.'))
      report(`${pointer}/${name}`, 'must be a valid number');
};

/** https://docs.slack.dev/reference/block-kit/block-elements: what is written or picked from a calendar. */
export const INPUTS: Record<string, Schema> = {
  datepicker: typed('datepicker', {
    optional: { ...picked, placeholder: plainText(150), initial_date: date },
  }),
  timepicker: typed('timepicker', {
    optional: { ...picked, placeholder: plainText(150), initial_time: time, timezone: text({ min: 1 }) },
  }),
  datetimepicker: typed('datetimepicker', {
    optional: {
      ...picked,
      initial_date_time: integer({ min: 1_000_000_000, max: 9_999_999_999 }),
    },
  }),
  plain_text_input: typed(
    'plain_text_input',
    {
      optional: {
        ...written,
        multiline: flag,
        initial_value: text({ max: 3000 }),
        min_length: integer({ min: 0, max: 3000 }),
        max_length: integer({ min: 1, max: 3000 }),
      },
    },
    lengthsInOrder,
  ),
  email_text_input: typed('email_text_input', { optional: { ...written, initial_value: text() } }),
  url_text_input: typed('url_text_input', { optional: { ...written, initial_value: text() } }),
  number_input: typed(
    'number_input',
    {
      required: { is_decimal_allowed: flag },
      optional: { ...written, initial_value: numeral, min_value: numeral, max_value: numeral },
    },
    wholeUnlessDecimal,
  ),
  rich_text_input: typed('rich_text_input', {
    optional: {
      ...written,
      initial_value: richTextBlock,
      min_lines: integer({ min: 1, max: 100 }),
      max_lines: integer({ min: 1, max: 100 }),
    },
  }),
  file_input: typed('file_input', {
    optional: {
      action_id: actionId,
      filetypes: list(text({ min: 1 }), { min: 1 }),
      max_files: integer({ min: 1, max: 10 }),
    },
  }),
};
