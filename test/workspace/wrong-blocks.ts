import {
  plain,
  mrkdwn,
  section,
  button,
  actions,
  option,
  select,
  confirm,
  rich,
  cell,
  many,
  bar,
} from './block-builders.ts';

/** Wrong blocks of a message, each with the one line Slack says about it. */

type BlockCase = [title: string, blocks: unknown[], line: string];

const at = (pointer: string, message: string) => `${message} [json-pointer:${pointer}]`;

export const WRONG_BLOCKS: BlockCase[] = [
  ['an unknown block', [{ type: 'banner' }], at('/blocks/0/type', 'unsupported type: banner')],
  ['a block without type', [{ text: plain('x') }], at('/blocks/0', 'missing required field: type')],
  ['a block that is no object', ['divider'], at('/blocks/0', 'must provide an object')],
  ['51 blocks', many(51, () => ({ type: 'divider' })), at('/blocks', 'no more than 50 items allowed')],
  [
    'an unknown property',
    [{ type: 'divider', color: 'red' }],
    at('/blocks/0', 'invalid additional property: color'),
  ],
  [
    'a block_id of 256',
    [{ type: 'divider', block_id: 'x'.repeat(256) }],
    at('/blocks/0/block_id', 'must be less than 256 characters'),
  ],
  [
    'an empty block_id',
    [{ type: 'divider', block_id: '' }],
    at('/blocks/0/block_id', 'must be more than 0 characters'),
  ],
  [
    'the same block_id twice',
    [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ],
    at('/blocks/1/block_id', '`block_id` "a" already exists'),
  ],
  ['a section of nothing', [{ type: 'section' }], at('/blocks/0', 'must define either `text` or `fields`')],
  [
    'a section text of 3,001',
    [section({ text: mrkdwn('x'.repeat(3001)) })],
    at('/blocks/0/text/text', 'must be less than 3001 characters'),
  ],
  [
    'an empty text',
    [section({ text: mrkdwn('') })],
    at('/blocks/0/text/text', 'must be more than 0 characters'),
  ],
  [
    'a text that is a number',
    [section({ text: { type: 'mrkdwn', text: 7 } })],
    at('/blocks/0/text/text', 'must provide a string'),
  ],
  [
    'a text object that is a text',
    [section({ text: 'hello' })],
    at('/blocks/0/text', 'must provide an object'),
  ],
  [
    'emoji in mrkdwn',
    [section({ text: { ...mrkdwn('x'), emoji: true } })],
    at('/blocks/0/text', 'invalid additional property: emoji'),
  ],
  [
    'verbatim in plain text',
    [section({ text: { ...plain('x'), verbatim: true } })],
    at('/blocks/0/text', 'invalid additional property: verbatim'),
  ],
  [
    'eleven fields',
    [section({ fields: many(11, () => mrkdwn('x')) })],
    at('/blocks/0/fields', 'no more than 10 items allowed'),
  ],
  ['no fields at all', [section({ fields: [] })], at('/blocks/0/fields', 'must provide at least 1 items')],
  [
    'a field of 2,001',
    [section({ fields: [mrkdwn('x'.repeat(2001))] })],
    at('/blocks/0/fields/0/text', 'must be less than 2001 characters'),
  ],
  ['a null accessory', [section({ accessory: null })], at('/blocks/0/accessory', 'must provide an object')],
  [
    'an accessory that may not be one',
    [section({ accessory: { type: 'datetimepicker', action_id: 'd' } })],
    at('/blocks/0/accessory/type', 'unsupported type: datetimepicker'),
  ],
  ['expand as a text', [section({ expand: 'yes' })], at('/blocks/0/expand', 'must be a boolean')],
  [
    'a header of 151',
    [{ type: 'header', text: plain('x'.repeat(151)) }],
    at('/blocks/0/text/text', 'must be less than 151 characters'),
  ],
  [
    'a header in mrkdwn',
    [{ type: 'header', text: mrkdwn('x') }],
    at('/blocks/0/text/type', 'must be a valid enum value'),
  ],
  ['a header without text', [{ type: 'header' }], at('/blocks/0', 'missing required field: text')],
  [
    'eleven context elements',
    [{ type: 'context', elements: many(11, () => mrkdwn('x')) }],
    at('/blocks/0/elements', 'no more than 10 items allowed'),
  ],
  [
    'a button in a context',
    [{ type: 'context', elements: [button()] }],
    at('/blocks/0/elements/0/type', 'unsupported type: button'),
  ],
  [
    'an image without alt text',
    [{ type: 'image', image_url: 'https://a.example/x.png' }],
    at('/blocks/0', 'missing required field: alt_text'),
  ],
  [
    'an image without source',
    [{ type: 'image', alt_text: 'x' }],
    at('/blocks/0', 'must define either `image_url` or `slack_file`'),
  ],
  [
    'an image with two sources',
    [{ type: 'image', alt_text: 'x', image_url: 'https://a.example/x.png', slack_file: { id: 'F1' } }],
    at('/blocks/0', 'failed to match exactly one allowed schema'),
  ],
  [
    '26 elements',
    [actions(...many(26, (i) => button({ action_id: `b${i}` })))],
    at('/blocks/0/elements', 'no more than 25 items allowed'),
  ],
  [
    'elements that are no list',
    [{ type: 'actions', elements: {} }],
    at('/blocks/0/elements', 'must provide an array'),
  ],
  [
    'a button label of 76',
    [actions(button({ text: plain('x'.repeat(76)) }))],
    at('/blocks/0/elements/0/text/text', 'must be less than 76 characters'),
  ],
  [
    'a button label in mrkdwn',
    [actions(button({ text: mrkdwn('x') }))],
    at('/blocks/0/elements/0/text/type', 'must be a valid enum value'),
  ],
  [
    'a button value of 2,001',
    [actions(button({ value: 'x'.repeat(2001) }))],
    at('/blocks/0/elements/0/value', 'must be less than 2001 characters'),
  ],
  [
    'an invented button style',
    [actions(button({ style: 'warning' }))],
    at('/blocks/0/elements/0/style', 'must be a valid enum value'),
  ],
  [
    'an action_id of 256',
    [actions(button({ action_id: 'x'.repeat(256) }))],
    at('/blocks/0/elements/0/action_id', 'must be less than 256 characters'),
  ],
  [
    'the same action_id in one block',
    [actions(button(), button())],
    at('/blocks/0/elements/1/action_id', '`action_id` "go" already exists'),
  ],
  [
    'a confirm title of 101',
    [actions(button({ confirm: { ...confirm, title: plain('x'.repeat(101)) } }))],
    at('/blocks/0/elements/0/confirm/title/text', 'must be less than 101 characters'),
  ],
  [
    'a confirm without deny',
    [actions(button({ confirm: { ...confirm, deny: undefined } }))],
    at('/blocks/0/elements/0/confirm', 'missing required field: deny'),
  ],
  [
    'a select of nothing',
    [select({})],
    at('/blocks/0/elements/0', 'must define either `options` or `option_groups`'),
  ],
  [
    '101 options',
    [select({ options: many(101, (i) => option(`o${i}`)) })],
    at('/blocks/0/elements/0/options', 'no more than 100 items allowed'),
  ],
  [
    'an option value of 151',
    [select({ options: [{ text: plain('x'), value: 'x'.repeat(151) }] })],
    at('/blocks/0/elements/0/options/0/value', 'must be less than 151 characters'),
  ],
  [
    'an initial option not offered',
    [select({ options: [option('a')], initial_option: option('b') })],
    at('/blocks/0/elements/0/initial_option', 'must be a valid enum value'),
  ],
  [
    'a placeholder of 151',
    [select({ options: [option('a')], placeholder: plain('x'.repeat(151)) })],
    at('/blocks/0/elements/0/placeholder/text', 'must be less than 151 characters'),
  ],
  [
    'six options in an overflow',
    [actions({ type: 'overflow', action_id: 'o', options: many(6, (i) => option(`o${i}`)) })],
    at('/blocks/0/elements/0/options', 'no more than 5 items allowed'),
  ],
  [
    'eleven checkboxes',
    [actions({ type: 'checkboxes', action_id: 'c', options: many(11, (i) => option(`o${i}`)) })],
    at('/blocks/0/elements/0/options', 'no more than 10 items allowed'),
  ],
  [
    'a date that is none',
    [actions({ type: 'datepicker', action_id: 'd', initial_date: '15.01.2026' })],
    at('/blocks/0/elements/0/initial_date', 'must be a valid date'),
  ],
  [
    'an empty conversation filter',
    [actions({ type: 'conversations_select', action_id: 'c', filter: {} })],
    at(
      '/blocks/0/elements/0/filter',
      'must define either `include`, `exclude_external_shared_channels` or `exclude_bot_users`',
    ),
  ],
  [
    'a number input in a message',
    [
      {
        type: 'input',
        label: plain('x'),
        element: { type: 'number_input', action_id: 'n', is_decimal_allowed: false },
      },
    ],
    at('/blocks/0/element/type', 'unsupported type: number_input'),
  ],
  [
    'an alert in a message',
    [{ type: 'alert', text: plain('x') }],
    at('/blocks/0/type', 'unsupported type: alert'),
  ],
  [
    'a file block',
    [{ type: 'file', external_id: 'x', source: 'remote' }],
    at('/blocks/0/type', 'unsupported type: file'),
  ],
  [
    'an empty rich text leaf',
    [rich({ type: 'text', text: '' })],
    at('/blocks/0/elements/0/elements/0/text', 'must be more than 0 characters'),
  ],
  [
    'an invented rich text style',
    [rich({ type: 'text', text: 'x', style: { blink: true } })],
    at('/blocks/0/elements/0/elements/0/style', 'invalid additional property: blink'),
  ],
  [
    'a broadcast to nobody',
    [rich({ type: 'broadcast', range: 'team' })],
    at('/blocks/0/elements/0/elements/0/range', 'must be a valid enum value'),
  ],
  [
    'a table of 101 rows',
    [{ type: 'table', rows: many(101, () => [cell]) }],
    at('/blocks/0/rows', 'no more than 100 items allowed'),
  ],
  [
    'a table row of 21 cells',
    [{ type: 'table', rows: [many(21, () => cell)] }],
    at('/blocks/0/rows/0', 'no more than 20 items allowed'),
  ],
  [
    'an empty table cell',
    [{ type: 'table', rows: [[{ type: 'raw_text', text: '' }]] }],
    at('/blocks/0/rows/0/0/text', 'must be more than 0 characters'),
  ],
  [
    'a table of 10,001 characters',
    [{ type: 'table', rows: many(11, () => [{ type: 'raw_text', text: 'x'.repeat(910) }]) }],
    at('/blocks', 'must be less than 10001 characters'),
  ],
  [
    'two tables',
    many(2, () => ({ type: 'table', rows: [[cell]] })),
    at('/blocks/1', 'only_one_table_allowed'),
  ],
  [
    'a data table with a short row',
    [{ type: 'data_table', caption: 'c', rows: [[cell, cell], [cell]] }],
    at('/blocks/0/rows/1', 'must provide at least 2 items'),
  ],
  [
    'a pie with a slice of nothing',
    [
      {
        type: 'data_visualization',
        title: 'T',
        chart: { type: 'pie', segments: [{ label: 'a', value: 0 }] },
      },
    ],
    at('/blocks/0/chart/segments/0/value', 'must be more than 0'),
  ],
  [
    'a chart title of 51',
    [{ ...bar({}), title: 'x'.repeat(51) }],
    at('/blocks/0/title', 'must be less than 51 characters'),
  ],
  [
    'a chart point beside its axis',
    [bar({ axis_config: { categories: ['Tue'] } })],
    at('/blocks/0/chart/series/0/data/0/label', 'must be a valid enum value'),
  ],
  ['three charts', many(3, () => bar({})), at('/blocks/2', 'no more than 2 items allowed')],
  [
    '12,001 characters of markdown',
    many(2, () => ({ type: 'markdown', text: 'x'.repeat(6001) })),
    at('/blocks', 'must be less than 12001 characters'),
  ],
  [
    'a container of eleven',
    [{ type: 'container', title: plain('x'), child_blocks: many(11, () => ({ type: 'divider' })) }],
    at('/blocks/0/child_blocks', 'no more than 10 items allowed'),
  ],
  [
    'a container in a container',
    [{ type: 'container', title: plain('x'), child_blocks: [{ type: 'container' }] }],
    at('/blocks/0/child_blocks/0/type', 'unsupported type: container'),
  ],
  [
    'a card of nothing',
    [{ type: 'card', subtitle: mrkdwn('x') }],
    at('/blocks/0', 'must define either `hero_image`, `title`, `actions` or `body`'),
  ],
];
