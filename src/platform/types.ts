/** What a provider said about one attempt, asked by the attempt's exact reference. Only `failed` proves an attempt dead. */
export const PROVIDER_ANSWERS = ['succeeded', 'failed', 'pending', 'not_found', 'silent', 'error'] as const;
export type ProviderAnswer = (typeof PROVIDER_ANSWERS)[number];

export interface KnownAnswer {
  answer: ProviderAnswer;
  /** On our Clock. */
  askedAt: Date;
}

/** What providers said last about attempts, by attempt id. */
export type Answers = ReadonlyMap<string, KnownAnswer>;

/** Everything a platform may offer. Those that change something are sent for a row of operations only. */
export const ACTION_NAMES = ['retry', 'recheck', 'lookup', 'mark_paid', 'reject'] as const;
export type ActionName = (typeof ACTION_NAMES)[number];
export type ChangingAction = Extract<ActionName, 'retry' | 'mark_paid' | 'reject'>;

/** What a platform's refusal code means to us; the policy maps each code that may come to one of these. */
export const REFUSAL_MEANINGS = [
  'cooldown',
  'attempts_exhausted',
  'wrong_state',
  'already_done',
  'account_blocked',
  'provider_stopped',
  'over_limit',
  'other',
] as const;
export type RefusalMeaning = (typeof REFUSAL_MEANINGS)[number];

/** One exchange as it is kept: no token, no header but the key; the answer scrubbed and cut. */
export interface Exchange {
  method: string;
  /** Path and query. */
  path: string;
  body: string | null;
  /** Null: no answer came. */
  status: number | null;
  answer: string | null;
  durationMs: number;
}

/** One change that is to be made, as its row has it. */
export interface Order {
  operationId: string;
  action: ChangingAction;
  /** The same on every try. */
  idempotencyKey: string;
  tenantId: string;
  transactionId: string;
  /** Decimal, major units. */
  amount: string;
  currency: string;
  /** The actor as audit rows name them. */
  actor: string;
  reason: string;
  /** What it carries out; empty: it was asked for by a button. */
  override: string;
}

/** An attempt to ask about. */
export interface AttemptRef {
  attemptId: string;
  transactionId: string;
  tenantId: string;
  provider: string;
  reference: string;
}

export type SendOutcome =
  /** 2xx of the declared shape. */
  | { as: 'succeeded'; attemptId: string | null; exchange: Exchange }
  /** A code that the policy lists. */
  | { as: 'refused'; code: string; means: RefusalMeaning; exchange: Exchange }
  /**
   * Certainly nothing was done: no connection could be made (unreachable), the breaker is open (paused), all hands are
   * busy (busy: also an unlisted 429), or we were not let in (unauthorised: 401, 403).
   */
  | {
      as: 'not_done';
      why: 'unreachable' | 'paused' | 'busy' | 'unauthorised';
      retryAfterMs: number | null;
      exchange: Exchange | null;
    }
  /** Whether it was done can't be known from this. */
  | { as: 'unknown'; why: 'time_limit' | 'connection' | 'status' | 'shape'; exchange: Exchange };

export type LookUpOutcome =
  | { as: 'succeeded'; attemptId: string | null; exchange: Exchange }
  | { as: 'refused'; code: string; means: RefusalMeaning; exchange: Exchange }
  | { as: 'pending'; exchange: Exchange }
  /** The platform says that it knows no such key: it proves nothing about what is under way. */
  | { as: 'not_found'; exchange: Exchange }
  | {
      as: 'unreadable';
      why:
        | 'unreachable'
        | 'paused'
        | 'busy'
        | 'unauthorised'
        | 'time_limit'
        | 'connection'
        | 'status'
        | 'shape';
      exchange: Exchange | null;
    };

export interface AskOutcome {
  answer: ProviderAnswer;
  exchange: Exchange | null;
}

/** What may be offered for money here, and why not. */
export type MoneyOffer = 'offered' | 'no_platform' | 'not_named' | 'no_idempotency' | 'no_lookup';

/**
 * The payment platform, as far as the policy names its actions. Never throws for what the platform or the network does:
 * that is an outcome. Every call has a time limit; how many run at once is bounded; a breaker pauses calls to a platform
 * that does not answer.
 */
export interface Platform {
  offerOf(action: ChangingAction): MoneyOffer;
  /** Can attempts be asked about? */
  canAsk(): boolean;
  /** For how long, in milliseconds, the platform remembers a key of this action; 0: it does not. */
  keepsMs(action: ChangingAction): number;
  send(order: Order): Promise<SendOutcome>;
  /** By our key only. */
  lookUp(order: Order): Promise<LookUpOutcome>;
  ask(attempt: AttemptRef): Promise<AskOutcome>;
  /** The breaker: until when nothing is called; null while it is closed. */
  pausedUntil(): Date | null;
}
