import { newId } from '../ids.ts';
import type { Config } from '../config.ts';
import { makeLog } from '../log.ts';
import { checkActions } from '../platform/check-actions.ts';
import { makePlatform } from '../platform/gateway.ts';
import type { ChangingAction, LookUpOutcome, MoneyOffer, Platform } from '../platform/types.ts';
import type { Policy } from '../policy.ts';
import type { Clock } from '../ports.ts';
import { ok, problem, warning, type Diagnosis } from './types.ts';

const CHANGES: readonly ChangingAction[] = ['retry', 'mark_paid', 'reject'];

/**
 * The payment platform: what is offered and why not, and whether it answers a look-up of a key that nobody has, which
 * proves address, token and shape and changes nothing.
 */
export async function diagnosePlatform(
  config: Pick<Config, 'PLATFORM_URL' | 'PLATFORM_TOKEN'>,
  policy: Pick<Policy, 'platform' | 'tenants'>,
  clock: Clock,
): Promise<Diagnosis[]> {
  const { PLATFORM_URL: url, PLATFORM_TOKEN: token } = config;
  if (url === undefined)
    return [
      warning(
        'platform',
        'no payout can be acted on: set PLATFORM_URL and PLATFORM_TOKEN (docs/connect-your-platform.md)',
      ),
    ];
  const platform = makePlatform({ policy: policy.platform, url, token, clock, log: makeLog('silent') });
  return [
    ...diagnoseToken(policy.platform, token),
    ...checkActions(policy.platform).map(({ state, text }): Diagnosis => ({ area: 'platform', state, text })),
    ...diagnoseOffers(platform),
    ...(await lookUpNothing(platform, policy)),
  ];
}

function diagnoseToken(declared: Policy['platform'], token: string | undefined): Diagnosis[] {
  if (token !== undefined || !JSON.stringify(declared).includes('{token}')) return [];
  return [problem('platform', 'policy.platform uses {token}, which is empty: set PLATFORM_TOKEN')];
}

const WHY_NOT: Record<Exclude<MoneyOffer, 'offered' | 'no_platform' | 'not_named'>, string> = {
  no_idempotency:
    'has no idempotent: an answer that is lost could be sent twice, so it gets no button;\nsee "A platform without idempotency" in docs/connect-your-platform.md',
  no_lookup: 'has no actions.lookup to clear up a lost answer with, so it gets no button',
};

function diagnoseOffers(platform: Platform): Diagnosis[] {
  const offers = CHANGES.map((action) => ({ action, offer: platform.offerOf(action) }));
  const offered = [
    ...offers.filter(({ offer }) => offer === 'offered').map(({ action }) => action),
    ...(platform.canAsk() ? ['recheck'] : []),
  ];
  const without = offers.flatMap(({ action, offer }) =>
    offer === 'no_idempotency' || offer === 'no_lookup'
      ? [warning('platform', `actions.${action} ${WHY_NOT[offer]}`)]
      : [],
  );
  const blind = platform.canAsk()
    ? []
    : [
        warning(
          'platform',
          'actions.recheck is not named: no provider can be asked, so no retry is ever safe',
        ),
      ];
  const line = offered.length === 0 ? 'nothing is offered' : `offered: ${offered.join(', ')}`;
  return [offered.length === 0 ? warning('platform', line) : ok('platform', line), ...without, ...blind];
}

async function lookUpNothing(
  platform: Platform,
  { platform: { actions }, tenants }: Pick<Policy, 'platform' | 'tenants'>,
): Promise<Diagnosis[]> {
  if (actions.lookup === undefined) return [];
  const key = newId<string>();
  const outcome = await platform.lookUp({
    operationId: key,
    action: 'retry',
    idempotencyKey: key,
    tenantId: tenants[0]?.id ?? 'none',
    transactionId: key,
    amount: '0',
    currency: 'USD',
    actor: 'mutabik doctor',
    reason: 'mutabik doctor',
    override: '',
  });
  return [judgeNothing(outcome)];
}

type Unreadable = Extract<LookUpOutcome, { as: 'unreadable' }>;
const ADVICE: Record<Unreadable['why'], string> = {
  unreachable: 'no connection, or actions.lookup can’t be put together: look at PLATFORM_URL',
  time_limit: 'no answer in time: look at PLATFORM_URL and platform.time_limit_seconds',
  connection: 'the connection broke before an answer: look at PLATFORM_URL and what stands between',
  unauthorised: 'it does not let us in: look at PLATFORM_TOKEN, platform.headers and platform.login',
  busy: 'it is busy (429): try again later',
  paused: 'calls are paused',
  status: 'a key that nobody has must come back as one of actions.lookup.not_found',
  shape: 'a 2xx for a key that nobody has: look at actions.lookup.success and its path',
};

function judgeNothing(outcome: LookUpOutcome): Diagnosis {
  if (outcome.as === 'not_found')
    return ok('platform', 'answers, lets us in, and says so when it does not know a key');
  if (outcome.as !== 'unreadable')
    return problem(
      'platform',
      `look-up: a key that nobody has is said to be ${outcome.as}; let actions.lookup.success.fields name {key}`,
    );
  const status = outcome.exchange?.status ?? null;
  const said = status === null ? '' : `it answered ${status}; `;
  return problem('platform', `look-up: ${said}${ADVICE[outcome.why]}`);
}
