import { BugError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { PlatformPolicy } from '../policy/platform.ts';
import type { Clock } from '../ports.ts';
import { makeCaller, type Caller } from './caller.ts';
import type { Called, PlatformEvent } from './calls.ts';
import { judgeAsk, judgeLookUp, judgeSend, type Change, type LookUp } from './judge.ts';
import { decideOffer } from './offer.ts';
import type { Values } from './render-request.ts';
import type { AskOutcome, AttemptRef, LookUpOutcome, Order, Platform, SendOutcome } from './types.ts';

export interface GatewayOptions {
  policy: PlatformPolicy;
  /** PLATFORM_URL; without it nothing is offered and nothing is called. */
  url: string | undefined;
  token: string | undefined;
  clock: Clock;
  log: Log;
  onEvent?: (event: PlatformEvent) => void;
}

/** A change that has waited so long for a free hand goes back to where all is checked again. */
const SEND_WAITS_MS = 30_000;
const READ_WAITS_MS = 120_000;
const HOUR_MS = 3_600_000;

/**
 * The payment platform as the policy declares it, over HTTP. What an answer means is decided by `judge.ts` from what the
 * policy lists and nothing else; whatever the platform or the network does is an outcome, never thrown.
 */
export function makePlatform(options: GatewayOptions): Platform {
  const { policy, url, onEvent = () => {} } = options;
  const { actions } = policy;
  const caller = url === undefined ? null : makeCaller({ ...options, url, onEvent });
  const offerOf: Platform['offerOf'] = (action) => decideOffer(policy, url, action);
  return {
    offerOf,
    canAsk: () => caller !== null && actions.recheck !== undefined,
    keepsMs: (action) => (actions[action]?.idempotent?.keeps_hours ?? 0) * HOUR_MS,
    pausedUntil: () => caller?.pausedUntil() ?? null,
    async send(order) {
      const change = actions[order.action];
      const offer = offerOf(order.action);
      if (offer !== 'offered' || change === undefined || caller === null)
        throw new BugError(`${order.action} is not offered (${offer}) and must not be sent`);
      return await send(caller, { policy, change, order });
    },
    async lookUp(order) {
      if (caller === null || actions.lookup === undefined)
        return { as: 'unreadable', why: 'unreachable', exchange: null };
      return await lookUp(caller, { policy, declared: actions.lookup, order });
    },
    async ask(attempt) {
      return caller === null ? NOT_ASKED : await ask(caller, policy, attempt);
    },
  };
}

async function send(
  caller: Caller,
  { policy, change, order }: { policy: PlatformPolicy; change: Change; order: Order },
): Promise<SendOutcome> {
  const values = valuesOf(order);
  const judge = (said: Parameters<typeof judgeSend>[2]) => judgeSend(change, policy.code_at, said, values);
  const called = await caller.call({
    action: order.action,
    template: change,
    values,
    headers: change.idempotent === undefined ? {} : { [change.idempotent.header]: '{key}' },
    mostWaitMs: SEND_WAITS_MS,
    isDeclared: (answer) => judge(answer).as !== 'unproven',
  });
  const { exchange } = called;
  switch (called.as) {
    case 'answered': {
      const verdict = judge(called.answer);
      return verdict.as === 'unproven'
        ? { as: 'unknown', why: verdict.why, exchange: called.exchange }
        : { ...verdict, exchange: called.exchange };
    }
    case 'unclear':
      return { as: 'unknown', why: called.why, exchange: called.exchange };
    case 'later':
      return { as: 'not_done', why: called.why, retryAfterMs: called.retryAfterMs, exchange };
    case 'unsendable':
      return { as: 'not_done', why: 'unreachable', retryAfterMs: null, exchange };
    case 'unreachable':
    case 'unauthorised':
      return { as: 'not_done', why: called.as, retryAfterMs: null, exchange };
  }
}

async function lookUp(
  caller: Caller,
  { policy, declared, order }: { policy: PlatformPolicy; declared: LookUp; order: Order },
): Promise<LookUpOutcome> {
  const values = valuesOf(order);
  const refusals = policy.actions[order.action]?.refusals ?? [];
  const judge = (said: Parameters<typeof judgeSend>[2]) =>
    judgeLookUp(declared, refusals, policy.code_at, said, values);
  const called = await caller.call({
    action: 'lookup',
    template: declared,
    values,
    headers: {},
    mostWaitMs: READ_WAITS_MS,
    isDeclared: (answer) => judge(answer).as !== 'unproven',
  });
  if (called.as !== 'answered')
    return { as: 'unreadable', why: whyUnreadable(called), exchange: called.exchange };
  const { exchange } = called;
  const verdict = judge(called.answer);
  return verdict.as === 'unproven'
    ? { as: 'unreadable', why: verdict.why, exchange }
    : { ...verdict, exchange };
}

function whyUnreadable(called: Exclude<Called, { as: 'answered' }>) {
  if (called.as === 'unsendable') return 'unreachable';
  return called.as === 'unreachable' || called.as === 'unauthorised' ? called.as : called.why;
}

const NOT_ASKED: AskOutcome = { answer: 'error', exchange: null };

async function ask(caller: Caller, policy: PlatformPolicy, attempt: AttemptRef): Promise<AskOutcome> {
  const { recheck } = policy.actions;
  // Without a reference the provider could only be asked about some attempt.
  if (recheck === undefined || attempt.reference === '') return NOT_ASKED;
  const values: Values = {
    attempt: attempt.attemptId,
    subject: attempt.transactionId,
    tenant: attempt.tenantId,
    provider: attempt.provider,
    reference: attempt.reference,
  };
  const called = await caller.call({
    action: 'recheck',
    template: recheck,
    values,
    headers: {},
    mostWaitMs: READ_WAITS_MS,
    isDeclared: (answer) => judgeAsk(recheck, answer, values) !== 'error',
  });
  const { exchange } = called;
  return called.as === 'answered'
    ? { answer: judgeAsk(recheck, called.answer, values), exchange }
    : { answer: 'error', exchange };
}

function valuesOf(order: Order): Values {
  return {
    tenant: order.tenantId,
    subject: order.transactionId,
    amount: order.amount,
    currency: order.currency,
    operation: order.operationId,
    key: order.idempotencyKey,
    actor: order.actor,
    reason: order.reason,
    override: order.override,
  };
}
