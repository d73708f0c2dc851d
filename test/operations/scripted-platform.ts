import type { Pool } from '../../src/database/pool.ts';
import type {
  Exchange,
  LookUpOutcome,
  MoneyOffer,
  Order,
  Platform,
  ProviderAnswer,
  SendOutcome,
} from '../../src/platform/types.ts';
import type { Clock } from '../../src/ports.ts';

const EXCHANGE: Exchange = {
  method: 'POST',
  path: '/',
  body: null,
  status: null,
  answer: null,
  durationMs: 1,
};

/** What becomes of one call: whether the platform does it, and what its caller is told. */
export interface Turn {
  executes: boolean;
  /** Undefined: the truth. */
  answers?: Exclude<SendOutcome, { as: 'succeeded' }>;
  /** The caller's process ends before the call arrives, or after it was done. */
  dies?: 'before' | 'after';
  /** It is on its way for so long, and done when it arrives. */
  arrivesAfterMs?: number;
}

export const TURNS = {
  lost_reply: { executes: true, answers: { as: 'unknown', why: 'connection', exchange: EXCHANGE } },
  dropped: { executes: false, answers: { as: 'unknown', why: 'connection', exchange: EXCHANGE } },
  time_limit: { executes: false, answers: { as: 'unknown', why: 'time_limit', exchange: EXCHANGE } },
  late_success: { executes: true, answers: { as: 'unknown', why: 'time_limit', exchange: EXCHANGE } },
  server_error: { executes: false, answers: { as: 'unknown', why: 'status', exchange: EXCHANGE } },
  server_error_done: { executes: true, answers: { as: 'unknown', why: 'status', exchange: EXCHANGE } },
  not_json: { executes: true, answers: { as: 'unknown', why: 'shape', exchange: EXCHANGE } },
  unlisted_code: { executes: false, answers: { as: 'unknown', why: 'status', exchange: EXCHANGE } },
  busy: {
    executes: false,
    answers: { as: 'not_done', why: 'busy', retryAfterMs: 7_000, exchange: EXCHANGE },
  },
  unauthorised: {
    executes: false,
    answers: { as: 'not_done', why: 'unauthorised', retryAfterMs: null, exchange: EXCHANGE },
  },
  unreachable: {
    executes: false,
    answers: { as: 'not_done', why: 'unreachable', retryAfterMs: null, exchange: EXCHANGE },
  },
  late: {
    executes: false,
    arrivesAfterMs: 110_000,
    answers: { as: 'unknown', why: 'connection', exchange: EXCHANGE },
  },
  killed_before: { executes: false, dies: 'before' },
  killed_after: { executes: true, dies: 'after' },
} as const satisfies Record<string, Turn>;

const STATE_AFTER = { retry: 'payout_pending', mark_paid: 'paid', reject: 'rejected' } as const;

export class Killed extends Error {
  override readonly name = 'Killed';
}

export interface ScriptedPlatform extends Platform {
  /** What the next sends come to, in order; after them all goes well. */
  turns: Turn[];
  /** What the next look-ups come to, in order. */
  blindLookUps: number;
  answers: Map<string, ProviderAnswer>;
  /** Keys of what was done, in order. */
  effects: string[];
  sends: string[];
  /** The override that each send named; empty for none. */
  overrides: string[];
  keeps: number;
  /** Says no to whatever it has not done yet. */
  refuses: { code: string; means: 'wrong_state' } | null;
  offer: MoneyOffer;
  /** The breaker. */
  paused: Date | null;
  /** Sees what is about to be done. */
  beforeEffect: ((order: Order) => Promise<void>) | null;
  isExpectingMore(): boolean;
  /** Lets arrive what was on its way for long enough. */
  deliver(): Promise<void>;
  /** Happens while a provider is asked. */
  whileAsked: (() => unknown) | null;
  /** Happens once, while a key is looked up. */
  whileLookedUp: (() => unknown) | null;
}

/**
 * A platform at the port's other side: it changes the finance database, does one thing a key, forgets keys after
 * `keeps`, and answers as it is told to. What it has done outlives whoever called it.
 */
export function makeScriptedPlatform(finance: Pool, clock: Clock): ScriptedPlatform {
  const done = new Map<string, { attemptId: string | null; at: number }>();
  let onItsWay: { order: Order; arrivesAt: number }[] = [];
  function remembered(key: string, at = clock.now().getTime()) {
    const known = done.get(key);
    return known !== undefined && at - known.at < platform.keeps ? known : undefined;
  }
  async function execute(order: Order, at?: number): Promise<{ attemptId: string | null }> {
    const known = remembered(order.idempotencyKey, at);
    if (known !== undefined) return known;
    await platform.beforeEffect?.(order);
    const made = {
      attemptId: order.action === 'retry' ? await makeAttempt(order) : null,
      at: clock.now().getTime(),
    };
    const state = STATE_AFTER[order.action];
    await finance.query(
      `update finance.transactions set state = $3, state_since = $2, updated_at = $2 where id = $1`,
      [order.transactionId, clock.now(), state],
    );
    done.set(order.idempotencyKey, made);
    platform.effects.push(order.idempotencyKey);
    return made;
  }
  async function makeAttempt(order: Order): Promise<string> {
    const { rows } = await finance.query<{ attempts: number }>(
      'select count(*)::int as attempts from finance.payout_attempts where transaction_id = $1',
      [order.transactionId],
    );
    const attemptId = `pa_${order.transactionId}_${(rows[0]?.attempts ?? 0) + 1}`;
    await finance.query(
      `insert into finance.payout_attempts (id, transaction_id, provider, provider_ref, status, created_at, updated_at)
       values ($1, $2, 'kuzey-pay', $1, 'submitted', $3, $3)`,
      [attemptId, order.transactionId, clock.now()],
    );
    return attemptId;
  }
  const platform: ScriptedPlatform = {
    turns: [],
    blindLookUps: 0,
    answers: new Map(),
    effects: [],
    sends: [],
    overrides: [],
    keeps: 24 * 3_600_000,
    refuses: null,
    offer: 'offered',
    paused: null,
    whileAsked: null,
    whileLookedUp: null,
    beforeEffect: null,
    isExpectingMore: () => onItsWay.length > 0,
    async deliver() {
      const now = clock.now().getTime();
      const arrived = onItsWay.filter(({ arrivesAt }) => arrivesAt <= now);
      onItsWay = onItsWay.filter(({ arrivesAt }) => arrivesAt > now);
      // It came when it came, however far the clock went in one go: keys are forgotten from that moment on.
      for (const { order, arrivesAt } of arrived) await execute(order, arrivesAt);
    },
    offerOf: () => platform.offer,
    canAsk: () => platform.offer !== 'no_platform',
    keepsMs: () => platform.keeps,
    pausedUntil: () => (platform.paused !== null && platform.paused > clock.now() ? platform.paused : null),
    async send(order): Promise<SendOutcome> {
      platform.sends.push(order.idempotencyKey);
      platform.overrides.push(order.override);
      const turn: Turn = platform.turns.shift() ?? { executes: true };
      if (turn.dies === 'before') throw new Killed();
      if (platform.refuses !== null && !done.has(order.idempotencyKey))
        return { as: 'refused', ...platform.refuses, exchange: EXCHANGE };
      if (turn.arrivesAfterMs !== undefined)
        onItsWay.push({ order, arrivesAt: clock.now().getTime() + turn.arrivesAfterMs });
      const made = turn.executes ? await execute(order) : null;
      if (turn.dies === 'after') throw new Killed();
      if (turn.answers !== undefined) return turn.answers;
      return { as: 'succeeded', attemptId: made?.attemptId ?? null, exchange: EXCHANGE };
    },
    async lookUp(order): Promise<LookUpOutcome> {
      const happen = platform.whileLookedUp;
      platform.whileLookedUp = null;
      await happen?.();
      if (platform.blindLookUps > 0) {
        platform.blindLookUps -= 1;
        return { as: 'unreadable', why: 'time_limit', exchange: EXCHANGE };
      }
      const known = remembered(order.idempotencyKey);
      return known === undefined
        ? { as: 'not_found', exchange: EXCHANGE }
        : { as: 'succeeded', attemptId: known.attemptId, exchange: EXCHANGE };
    },
    async ask({ attemptId }) {
      await platform.whileAsked?.();
      if (platform.pausedUntil() !== null) return { answer: 'error', exchange: null };
      return { answer: platform.answers.get(attemptId) ?? 'pending', exchange: EXCHANGE };
    },
  };
  return platform;
}
