/** A morning in the workspace: a digest with its file, an edited card, a private answer, foreign text that tries to live. */

const DIGEST_TS = '1768456800.000100';

const m = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });
const plain = (text: string) => ({ type: 'plain_text', text, emoji: true });

const PEOPLE = [
  ['ops1', 'finance-ops', 'tr-TR'],
  ['ops2', 'finance-ops', 'en-GB'],
  ['manager1', 'finance-managers', 'tr-TR'],
  ['lead1', 'finance-leads', 'en-GB'],
  ['engineer1', 'sre', 'en-GB'],
  ['security1', 'security', 'en-GB'],
] as const;

const CHANNELS = ['finance-ops', 'finance-approvals', 'slo', 'security', 'incidents', 'ops-alerts'];

function finding(symbol: string, word: string, what: string, evidence: string, action: string) {
  return {
    type: 'section',
    text: m(`${symbol} *${word}* · ${what}\n${evidence}\n_Suggested: ${action}_`),
  };
}

export const digestBlocks = [
  { type: 'header', text: plain('Mutabık: 3 HIGH, 4 MED, 12 LOW on 14 January') },
  {
    type: 'section',
    text: m(
      ':rotating_light: *$ 18,240.55 at risk* · business day Wednesday 14 January 2026 · run finished <!date^1768456785^{date_short_pretty} {time}|2026-01-15 08:59 TRT>',
    ),
  },
  {
    type: 'section',
    fields: [
      m('*HIGH*\n3 findings · ₺412,000.00 · €2,310.40'),
      m('*MED*\n4 findings · $1,205.10'),
      m('*LOW*\n12 findings · KWD 38.250'),
      m('*Change*\n5 new · 12 carried over · 2 resolved'),
    ],
  },
  { type: 'divider' },
  finding(
    ':red_circle:',
    'HIGH',
    'R01 Wallet differs from ledger',
    'Account `••••4821`: wallet ₺1,204,550.00, ledger ₺1,204,549.99, difference *₺0.01* · age 3 d 4 h',
    'escalate',
  ),
  finding(
    ':large_orange_circle:',
    'MED',
    'R19 Payout stuck, provider silent',
    'Provider said: &lt;!channel&gt; *retry* &amp;lt; <https://status.example.com/?a=1&amp;b=2|status page>',
    'manual review',
  ),
  {
    type: 'table',
    rows: [
      [
        { type: 'raw_text', text: 'Kind' },
        { type: 'raw_text', text: 'Count' },
        { type: 'raw_text', text: 'Volume' },
        { type: 'raw_text', text: 'Day before' },
      ],
      [
        { type: 'raw_text', text: 'Deposits' },
        { type: 'raw_number', value: 4120, text: '4,120' },
        { type: 'raw_text', text: '₺81,204,550.10' },
        { type: 'raw_text', text: 'up 4.2 %' },
      ],
      [
        { type: 'raw_text', text: '*Withdrawals*' },
        { type: 'raw_number', value: 1893, text: '1,893' },
        { type: 'raw_text', text: '₺40,118,020.00' },
        { type: 'raw_text', text: 'down 1.1 %' },
      ],
    ],
    column_settings: [{}, { align: 'right' }, { align: 'right' }, { align: 'right' }],
  },
  {
    type: 'actions',
    block_id: 'digest-actions',
    elements: [
      { type: 'button', action_id: 'findings.show_all', text: plain('Show all findings'), value: 'run_1' },
      {
        type: 'button',
        action_id: 'escalations.start',
        text: plain('Escalate'),
        style: 'danger',
        value: 'run_1',
        confirm: {
          title: plain('Escalate three findings?'),
          text: m('The *first level* is paged now.'),
          confirm: plain('Escalate'),
          deny: plain('Not now'),
          style: 'danger',
        },
      },
      {
        type: 'overflow',
        action_id: 'findings.more',
        options: [{ text: plain('Close as accepted'), value: 'findings.close:f_1' }],
      },
    ],
  },
  {
    type: 'context',
    elements: [
      m('Scanned 1,204 accounts: 1,198 clean, 3 drifted, 3 unknown'),
      plain('Audit head *9f2c41…* Europe/Istanbul'),
      m(
        `Audit head \`mutabik-audit-head:v1:1204:${'9f2c41d07be35a8c'.repeat(4)}:${'MEUCIQDx8kQ2'.repeat(7)}==\``,
      ),
    ],
  },
];

/** Blocks that the page must survive. */
const oddBlocks = [
  { type: 'header', text: plain('Plain *stars* <!here> stay plain') },
  {
    type: 'section',
    text: m('# no heading, [no](https://evil.example) link, 3*4*5, snake_case_word\n- one\n- two'),
  },
  { type: 'image', image_url: 'https://elsewhere.example/a.png', alt_text: 'A chart from elsewhere' },
  { type: 'data_visualization', title: 'Burn rate' },
];

/** No workspace would let the table through; drawing it fails. */
const brokenBlocks = [
  { type: 'table', rows: null },
  { type: 'section', text: m('The block after it') },
];

export function makeFixtureState() {
  return {
    now: '2026-01-15T06:12:30.000Z',
    users: PEOPLE.map(([name, group, locale], index) => ({
      id: `U${index + 1}`,
      name,
      groups: [group],
      locale,
      tz: 'Europe/Istanbul',
      deleted: false,
      guest: false,
    })),
    groups: [{ id: 'S1', handle: 'finance-ops' }],
    channels: CHANNELS.map((name, index) => ({
      id: `C${index + 1}`,
      name,
      is_im: false,
      members: name === 'security' ? ['U6'] : PEOPLE.map((_, person) => `U${person + 1}`),
    })),
    messages: [
      message({
        ts: '1768411800.000100',
        user: 'U2',
        text: 'Closing the last one from yesterday, <@U1> has the bank letter.',
      }),
      message({
        ts: DIGEST_TS,
        text: 'Mutabık: 3 HIGH, 4 MED, 12 LOW',
        blocks: digestBlocks,
        metadata: { event_type: 'mutabik_card', event_payload: { card: 'card_1' } },
        edited: { user: 'UBOT', ts: '1768456900.000000' },
      }),
      message({
        ts: '1768456803.000100',
        thread_ts: DIGEST_TS,
        text: 'All findings of 14 January',
        files: [{ id: 'F1', name: 'findings-2026-01-14.csv', title: 'All 19 findings', size: 48_213 }],
        metadata: { event_type: 'mutabik_card', event_payload: { card: 'card_1' } },
      }),
      message({ ts: '1768457100.000100', thread_ts: DIGEST_TS, user: 'U1', text: 'Looking at R01 now.' }),
      message({
        channel: 'C2',
        ts: '1768456920.000100',
        text: `<!subteam^S1> <!subteam^S9> two more of this: <${permalink('C3', '1768456860.000100')}|a chart>, and <${permalink('C1', '1768457100.000100', DIGEST_TS)}|a reply>`,
        metadata: { event_type: 'mutabik_card', event_payload: { card: 'card_2' } },
      }),
      message({ channel: 'C3', ts: '1768456860.000100', blocks: oddBlocks, text: 'odd' }),
      message({ channel: 'C6', ts: '1768456861.000100', blocks: brokenBlocks, text: 'broken' }),
    ] as Record<string, unknown>[],
    ephemerals: [
      {
        ts: '1768457160.000100',
        user: 'U1',
        channel: 'C1',
        text: 'You can close LOW findings yourself.',
        blocks: [],
      },
      { ts: '1768457161.000100', user: 'U4', channel: 'C1', text: 'Only for the lead.', blocks: [] },
    ],
    views: {} as Record<string, object[]>,
    homes: {} as Record<string, object>,
  };
}

/** As chat.getPermalink answers, in mrkdwn. */
function permalink(channel: string, ts: string, thread?: string): string {
  const query = thread === undefined ? '' : `?thread_ts=${thread}&amp;cid=${channel}`;
  return `https://mutabik-local.slack.com/archives/${channel}/p${ts.replace('.', '')}${query}`;
}

function message(parts: Record<string, unknown>): Record<string, unknown> {
  return { channel: 'C1', user: 'UBOT', text: '', blocks: [], files: [], metadata: null, ...parts };
}

export const fixtureCalls = [
  { method: 'auth.test', ok: true },
  {
    method: 'chat.postMessage',
    ok: true,
    args: { channel: 'C1', text: 'Mutabık: 3 HIGH', blocks: '[{"type":"divider"}]' },
  },
  {
    method: 'chat.postMessage',
    ok: false,
    error: 'invalid_blocks',
    messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
  },
  { method: 'app_mention', ok: true, direction: 'delivery', ack_ms: 31 },
].map((call, index) => ({
  seq: index + 1,
  at: `2026-01-15T06:0${index}:00.000Z`,
  direction: 'api',
  status: 200,
  args: {},
  ...call,
}));
