import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import type { RunningApp } from '../../src/main.ts';
import { fileText, loggedCalls, messagesIn, type ShownMessage } from '../support/channel.ts';
import { openStage, type Stage } from '../support/stage.ts';

const LONG_ACCOUNT = `acc<!channel>${'x'.repeat(3_980)}tail789`;
const ERROR = '<!channel> <@U00000OPS1> *bold* `code` <https://evil.example|click> &amp; =HYPERLINK("x")';

describe('what comes from outside', () => {
  let stage: Stage;
  let app: RunningApp;
  let messages: ShownMessage[];

  beforeAll(async () => {
    stage = await openStage({ planted: false });
    const at = new Date('2026-01-15T08:00:00+03:00');
    const db = stage.finance.pool;
    await db.query(`insert into finance.wallets values ('anadolu', $1, 'USD', 1234567890123456.78, 0, $2)`, [
      LONG_ACCOUNT,
      at,
    ]);
    await db.query(
      `insert into finance.wallets values ('anadolu', 'acc_kwd', 'KWD', 400.005, 0, $1), ('anadolu', 'acc_jpy', 'JPY', 7, 0, $1)`,
      [at],
    );
    await db.query(
      `insert into finance.transactions values ('tx_=hostile', 'anadolu', 'acc_hostile', null, 'withdrawal', 'payout_failed',
         1500, 'USD', 'atlas-bank', 'ref_hostile', $1, $1, $1, null, $1)`,
      [at],
    );
    await db.query(
      `insert into finance.payout_attempts values ('at_hostile', 'tx_=hostile', 'atlas-bank', 'ref_hostile', 'failed', $2, $1, $1)`,
      [at, ERROR],
    );
    await db.query(
      `insert into finance.ledger_entries values
         ('le_1', 'tx_=hostile', 'anadolu', 'acc_hostile', 'USD', 'deposit', 1500, 0, $1),
         ('le_2', 'tx_=hostile', 'anadolu', 'acc_hostile', 'USD', 'withdrawal_requested', -1500, 1500, $1)`,
      [at],
    );
    await db.query(`insert into finance.wallets values ('anadolu', 'acc_hostile', 'USD', 0, 1500, $1)`, [at]);
    app = await stage.startApp();
    await stage.advanceTo('2026-01-15T09:00:00+03:00');
    messages = await messagesIn(stage.workspace, 'finance-ops');
  });

  afterAll(async () => {
    await app.stop();
    await stage.close();
  });

  const digest = (): string => JSON.stringify(messages[0]?.blocks);

  test('is one valid message', async () => {
    expect(messages.map(({ files }) => files.length)).toEqual([0, 1]);
    expect(validateMessageBlocks(messages[0]?.blocks ?? [])).toEqual([]);
    expect((await loggedCalls(stage.workspace)).filter(({ ok }) => !ok)).toEqual([]);
  });

  test('mentions, links and formats nothing', () => {
    for (const text of [digest(), messages[0]?.text ?? '']) {
      expect(text).toContain('click');
      expect(text).not.toMatch(/<!channel|<@U|<https?:\/\/evil/);
    }
    expect(digest()).toContain('&lt;!channel&gt;');
  });

  test('masks an account of 4,000 characters', () => {
    expect(digest()).toContain('••l789');
    expect(digest()).not.toContain('xxxx');
  });

  test('shows 18 digits, KWD and JPY exactly', () => {
    const text = messages[0]?.text ?? '';
    expect(text).toContain('$1,234,567,890,123,456.78');
    expect(text).toMatch(/KWD 400\.005/);
    expect(text).toMatch(/¥7(?!\.)/);
  });

  test('is harmless in a spreadsheet', async () => {
    const csv = await fileText(stage.workspace, messages[1]?.files[0]?.id ?? '');
    expect(csv).toContain('1234567890123456.78');
    expect(csv).toContain('400.005');
    for (const cell of csv.split(/[,\r\n]+/)) expect(cell).not.toMatch(/^"?[=+@]/);
  });
});
