/** Modals with every kind of field, a Home, and the answers of an app to them. */

const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
const m = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });
const option = (value: string, text: string, description?: string) => ({
  text: plain(text),
  value,
  ...(description === undefined ? {} : { description: plain(description) }),
});

interface FieldBlock {
  type: string;
  block_id: string;
  [key: string]: unknown;
}

function input(blockId: string, label: string, element: object, more: object = {}): FieldBlock {
  return { type: 'input', block_id: blockId, label: plain(label), element, ...more };
}

/** A finding with both sides, and what to do with it. */
export const reviewModal = {
  type: 'modal',
  callback_id: 'findings.decide',
  title: plain('R01 · HIGH'),
  submit: plain('Save'),
  close: plain('Cancel'),
  notify_on_close: true,
  blocks: [
    {
      type: 'section',
      block_id: 'head',
      text: m('*Wallet differs from ledger*\nAccount `TR-0000-4821`, tenant acme · open for 3 d 4 h'),
      accessory: {
        type: 'overflow',
        action_id: 'findings.more',
        options: [option('findings.reopen:f_1', 'Reopen'), option('findings.history:f_1', 'Whole history')],
      },
    },
    { type: 'alert', block_id: 'alert', level: 'warning', text: m('lead1 has this open since 09:04.') },
    {
      type: 'section',
      block_id: 'sides',
      fields: [
        m('*Wallet*\n₺1,204,550.00 available\n₺0.00 held'),
        m('*Ledger*\n₺1,204,549.99 available\n₺0.00 held'),
      ],
    },
    { type: 'divider', block_id: 'line' },
    input('todo', 'What to do', {
      type: 'radio_buttons',
      action_id: 'pick',
      initial_option: option('resolve', 'Resolve'),
      options: [
        option('resolve', 'Resolve'),
        option('accept', 'Accept until a day', 'For at most 30 days'),
        option('assign', 'Assign to me'),
      ],
    }),
    input('reason', 'Reason', {
      type: 'static_select',
      action_id: 'pick',
      placeholder: plain('Choose a reason'),
      option_groups: [
        {
          label: plain('Booking'),
          options: [
            option('late', 'Booked late'),
            option('rounding', 'Rounding'),
            option('dup', 'Double entry'),
          ],
        },
        {
          label: plain('Provider'),
          options: [option('file', 'Settlement file late'), option('fee', 'Fee not announced')],
        },
      ],
    }),
    input(
      'note',
      'Note',
      {
        type: 'plain_text_input',
        action_id: 'text',
        multiline: true,
        min_length: 10,
        max_length: 500,
        placeholder: plain('What did you see, and where?'),
      },
      { hint: plain('Stands in the audit log. No card numbers.') },
    ),
  ],
};

/** Every other kind of field. */
export const fieldsModal = {
  type: 'modal',
  callback_id: 'fields',
  title: plain('All kinds of fields'),
  submit: plain('Send'),
  blocks: [
    input('line', 'One line', {
      type: 'plain_text_input',
      action_id: 'text',
      initial_value: 'as it was',
    }),
    input(
      'search',
      'Asks while typing',
      {
        type: 'plain_text_input',
        action_id: 'fields.typed',
        dispatch_action_config: { trigger_actions_on: ['on_character_entered'] },
      },
      { optional: true, dispatch_action: true },
    ),
    input('providers', 'Providers', {
      type: 'multi_static_select',
      action_id: 'pick',
      max_selected_items: 2,
      options: [option('bankone', 'Bank One'), option('paycell', 'Paycell'), option('wire', 'Wire')],
    }),
    input('who', 'Who', { type: 'users_select', action_id: 'pick' }, { optional: true }),
    input('where', 'Where', { type: 'channels_select', action_id: 'pick' }, { optional: true }),
    input(
      'payout',
      'Payout',
      {
        type: 'external_select',
        action_id: 'payouts.find',
        min_query_length: 2,
        placeholder: plain('Search'),
      },
      { optional: true },
    ),
    input(
      'checks',
      'Checks',
      {
        type: 'checkboxes',
        action_id: 'pick',
        options: [
          { text: m('*Statement* seen'), value: 'statement', description: m('of the same day') },
          { text: m('Provider asked'), value: 'provider' },
        ],
      },
      { optional: true },
    ),
    input('day', 'Until', { type: 'datepicker', action_id: 'pick', initial_date: '2026-01-30' }),
    input('hour', 'At', { type: 'timepicker', action_id: 'pick' }, { optional: true }),
    input('moment', 'Moment', {
      type: 'datetimepicker',
      action_id: 'pick',
      initial_date_time: 1_768_456_800,
    }),
    input('amount', 'Amount', {
      type: 'number_input',
      action_id: 'text',
      is_decimal_allowed: true,
      min_value: '0.01',
      max_value: '5000',
    }),
    input('mail', 'Mail', { type: 'email_text_input', action_id: 'text' }, { optional: true }),
    input('page', 'Page', { type: 'url_text_input', action_id: 'text' }, { optional: true }),
    {
      type: 'actions',
      block_id: 'filters',
      elements: [
        {
          type: 'static_select',
          action_id: 'findings.filter_class',
          placeholder: plain('Class'),
          options: [option('HIGH', 'HIGH'), option('MED', 'MED'), option('LOW', 'LOW')],
        },
        { type: 'button', action_id: 'findings.next_page', text: plain('Next page'), value: '2' },
      ],
    },
  ],
};

export const loadingModal = {
  type: 'modal',
  title: plain('R01 · HIGH'),
  blocks: [{ type: 'section', block_id: 'loading', text: plain('Loading…') }],
};

/** The app's page for one person. */
export const homeView = {
  type: 'home',
  blocks: [
    { type: 'header', block_id: 'h', text: plain('Good morning') },
    {
      type: 'section',
      block_id: 'state',
      text: m('Last run *09:00*, 19 findings open: 3 HIGH, 4 MED, 12 LOW.'),
      accessory: { type: 'button', action_id: 'findings.show_all', text: plain('Show all'), value: 'run_1' },
    },
    { type: 'divider', block_id: 'd' },
    { type: 'header', block_id: 'mine', text: plain('Assigned to you') },
    {
      type: 'section',
      block_id: 'f1',
      text: m('*HIGH* · R01 Wallet differs from ledger\nAccount `••••4821` · ₺0.01 · 3 d 4 h'),
      accessory: {
        type: 'button',
        action_id: 'findings.review',
        text: plain('Review'),
        value: 'f_1',
        style: 'primary',
      },
    },
    {
      type: 'actions',
      block_id: 'quiet',
      elements: [
        {
          type: 'radio_buttons',
          action_id: 'home.quiet',
          initial_option: option('on', 'Quiet hours from 22:00'),
          options: [option('on', 'Quiet hours from 22:00'), option('off', 'Tell me at any hour')],
        },
      ],
    },
    { type: 'context', block_id: 'c', elements: [m('Only you see this page.')] },
  ],
};

let count = 0;

/** A view as the workspace shows it: with an id, a hash and no state of its own. */
export function shownView(view: object, id: string) {
  count += 1;
  return { ...view, id, hash: `h${count}`, state: { values: {} } };
}
