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

export const GOOD_BLOCKS: [title: string, blocks: unknown[]][] = [
  ['a section of 3,000 emoji', [section({ text: mrkdwn('😀'.repeat(3000)) })]],
  ['50 blocks', many(50, () => ({ type: 'divider' }))],
  ['the same action_id in two blocks', [actions(button()), actions(button())]],
  [
    'a dangerous button with confirm',
    [section({ accessory: button({ style: 'danger', confirm, value: 'k1' }) })],
  ],
  [
    'a select with groups and a choice',
    [select({ option_groups: [{ label: plain('g'), options: [option('a')] }], initial_option: option('a') })],
  ],
  [
    'an overflow with a link',
    [actions({ type: 'overflow', action_id: 'o', options: [{ ...option('a'), url: 'https://a.example' }] })],
  ],
  [
    'rich text with every kind of part',
    [
      {
        type: 'rich_text',
        elements: [
          {
            type: 'rich_text_section',
            elements: [
              { type: 'text', text: 'x', style: { bold: true } },
              { type: 'user', user_id: 'U1' },
            ],
          },
          {
            type: 'rich_text_list',
            style: 'ordered',
            indent: 1,
            elements: [
              {
                type: 'rich_text_section',
                elements: [{ type: 'date', timestamp: 1, format: '{date}', fallback: 'then' }],
              },
            ],
          },
          { type: 'rich_text_quote', elements: [{ type: 'link', url: 'https://a.example', text: 'a' }] },
          { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'code' }], border: 0 },
        ],
      },
    ],
  ],
  [
    'a table with settings',
    [
      {
        type: 'table',
        rows: [[cell, { type: 'raw_number', value: 1, text: '1' }]],
        column_settings: [{ align: 'left', is_wrapped: true }, null],
      },
    ],
  ],
  [
    'a data table',
    [{ type: 'data_table', caption: 'c', rows: [[cell], [rich({ type: 'text', text: 'x' })]], page_size: 5 }],
  ],
  ['two charts', many(2, () => bar({}))],
  [
    'a collapsible container',
    [{ type: 'container', title: plain('x'), is_collapsible: true, child_blocks: [{ type: 'divider' }] }],
  ],
  [
    'a context with image and text',
    [
      {
        type: 'context',
        elements: [{ type: 'image', alt_text: 'x', image_url: 'https://a.example/x.png' }, mrkdwn('x')],
      },
    ],
  ],
];
