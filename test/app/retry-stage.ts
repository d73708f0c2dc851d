import { createTransaction, transactionRequest } from '../../sandbox/data/create-transaction.ts';
import { signBody } from '../../sandbox/slack/deliveries/sign.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { actingOn } from '../support/acting.ts';
import { messagesIn, type ShownMessage } from '../support/channel.ts';
import { openStage, type Stage, type StageOptions } from '../support/stage.ts';

export const ALERTS = 'ops-alerts';

interface OperationSeen {
  id: string;
  state: string;
  action: string;
  by: string;
  intent: number;
  tries: number;
  trouble: string | null;
  refusal: { by: string; code: string | null; means: string; reasons: string[] } | null;
}

/** One failed payout. */
export interface FailedPayout {
  /** The payment. */
  id: string;
  attempt: string;
  /** The episode. */
  payoutId: string;
}

/** A stage on which payouts are watched: they fail, people press, the platform moves money or does not. */
export async function openRetryStage(options: StageOptions = {}) {
  const stage = await openStage({ checks: true, planted: false, ...options });
  const people = actingOn(stage);
  const { pool } = stage.ours;

  async function make(more: object = {}): Promise<{ id: string; attempt: string }> {
    const asked = {
      kind: 'withdrawal',
      amount: '125.50',
      currency: 'TRY',
      age: '10m',
      state: 'payout_failed',
      ...more,
    };
    const made = await createTransaction(
      stage.finance.pool,
      transactionRequest.parse(asked),
      stage.clock.now(),
    );
    return { id: made.id, attempt: made.attempt ?? '' };
  }

  async function episodeOf(id: string): Promise<string | null> {
    const { rows } = await pool.query<{ id: string }>(
      'select id from payouts where transaction_id = $1 order by opened_at desc, id desc limit 1',
      [id],
    );
    return rows[0]?.id ?? null;
  }

  return {
    stage,
    people,
    make,
    episodeOf,
    /** Failed payouts, seen by the check: their messages stand in the channel. */
    async fail(count = 1, more: object = {}): Promise<FailedPayout[]> {
      const made: { id: string; attempt: string }[] = [];
      for (let each = 0; each < count; each += 1) made.push(await make(more));
      await pass(stage, 320);
      const seen: FailedPayout[] = [];
      for (const each of made) seen.push({ ...each, payoutId: (await episodeOf(each.id))! });
      return seen;
    },
    /** Every message about an episode, oldest first. */
    cards: (payoutId: string) => cardsOf(stage, payoutId),
    async card(payoutId: string): Promise<ShownMessage> {
      const cards = await cardsOf(stage, payoutId);
      if (cards.length !== 1) throw new Error(`${cards.length} messages are about ${payoutId}`);
      return cards[0]!;
    },
    async press(user: string, verb: 'retry' | 'recheck', payoutId: string) {
      const [card] = await cardsOf(stage, payoutId);
      return await people.press(user, ALERTS, card!.ts, `payouts.${verb}`);
    },
    async operations(id: string): Promise<OperationSeen[]> {
      const { rows } = await pool.query<OperationSeen>(
        `select id, state, action, requested_by as by, intent_no as intent, tries, trouble, refusal
           from operations where subject_id = $1 order by intent_no`,
        [id],
      );
      return rows;
    },
    effectsOn: async (id: string) =>
      (await stage.platform.effects()).filter(({ subject }) => subject === id).map(({ action }) => action),
    /** Keys of the changes that the platform was asked for, in order. */
    keysOf: async (id: string) =>
      (await stage.platform.calls())
        .filter(({ subject, action }) => subject === id && action === 'retry')
        .map(({ idempotency_key: key }) => key),
    /** Somebody settles it in the platform's own screens; gives the status. */
    async markPaidElsewhere(id: string): Promise<number> {
      const { PLATFORM_URL: url, PLATFORM_TOKEN: token } = stage.environment;
      const response = await fetch(`${url}/v1/payouts/${id}/mark-paid`, {
        method: 'POST',
        body: JSON.stringify({ reason: 'the bank says so' }),
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': `elsewhere-${id}`,
        },
      });
      return response.status;
    },
    tell: (order: object) => people.act('provider', order),
    plant: (fault: object) => people.act('faults', fault),
    pass: (seconds: number) => pass(stage, seconds),
    attemptsOf: async (id: string): Promise<string[]> =>
      (
        await stage.finance.pool.query<{ status: string }>(
          'select status from finance.payout_attempts where transaction_id = $1 order by created_at',
          [id],
        )
      ).rows.map(({ status }) => status),
    stateOf: async (id: string): Promise<string> =>
      (
        await stage.finance.pool.query<{ state: string }>(
          'select state from finance.transactions where id = $1',
          [id],
        )
      ).rows[0]!.state,
    auditState: async (): Promise<string> => (await verifyAudit(pool)).state,
    /** Audit rows of one action, oldest first. */
    async audited(action: string): Promise<{ actor: string; data: Record<string, unknown> }[]> {
      const { rows } = await pool.query<{ actor: string; data: string }>(
        'select actor, data from audit_log where action = $1 order by seq',
        [action],
      );
      return rows.map(({ actor, data }) => ({ actor, data: JSON.parse(data) as Record<string, unknown> }));
    },
  };
}

export type RetryStage = Awaited<ReturnType<typeof openRetryStage>>;

async function pass(stage: Stage, seconds: number): Promise<void> {
  await stage.advanceTo(new Date(stage.clock.now().getTime() + seconds * 1_000).toISOString());
}

async function cardsOf(stage: Stage, payoutId: string): Promise<ShownMessage[]> {
  const { rows } = await stage.ours.pool.query<{ ts: string }>(
    `select ts from cards where kind = 'payout' and subject_id = $1 and ts is not null`,
    [payoutId],
  );
  const known = new Set(rows.map(({ ts }) => ts));
  return (await messagesIn(stage.workspace, ALERTS)).filter(({ ts }) => known.has(ts));
}

/** Buttons and menu options of a message, by the verbs they carry. */
export function offeredOn({ blocks }: Pick<ShownMessage, 'blocks'>): string[] {
  return blocks.flatMap((block) => {
    const elements = (block['elements'] ?? []) as { type: string; action_id?: string }[];
    return elements.flatMap(({ action_id: id }) => (id?.startsWith('payouts.') === true ? [id] : []));
  });
}

/** What the button of a message carries. */
export function valueOn({ blocks }: Pick<ShownMessage, 'blocks'>, actionId: string): string {
  for (const block of blocks) {
    for (const element of (block['elements'] ?? []) as { action_id?: string; value?: string }[])
      if (element.action_id === actionId) return element.value ?? '';
  }
  throw new Error(`no button ${actionId}`);
}

/**
 * A signed press on a button of a payout's message, whether or not it still stands there; gives the status. It carries no
 * response_url, so that what is answered can be seen among the ephemerals of the channel.
 */
export async function pressSigned(
  stage: Stage,
  port: number,
  press: { userId: string; card: ShownMessage; actionId: string; value: string; teamId?: string },
): Promise<number> {
  const { userId, card, actionId, value, teamId = 'T0MUTABIK' } = press;
  const payload = {
    type: 'block_actions',
    user: { id: userId, team_id: teamId },
    team: { id: teamId },
    api_app_id: 'A0MUTABIK',
    trigger_id: `${Math.random()}`,
    container: { type: 'message', message_ts: card.ts, channel_id: card.channel, is_ephemeral: false },
    channel: { id: card.channel, name: ALERTS },
    message: { type: 'message', ts: card.ts, text: card.text, blocks: card.blocks },
    actions: [{ type: 'button', action_id: actionId, block_id: 'b', value, action_ts: '1.0' }],
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const secret = stage.environment['SLACK_SIGNING_SECRET'] ?? '';
  const response = await fetch(`http://127.0.0.1:${port}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signBody(secret, timestamp, body),
    },
    body,
  });
  await response.arrayBuffer();
  return response.status;
}
