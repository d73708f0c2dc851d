import { tiersFor } from '../../src/slo/burn.ts';
import type { BurnModel } from '../../src/slo/load-burn.ts';
import type { Episode } from '../../src/slo/types.ts';
import { makePayoutSlo, makeSlo, TIERS } from '../slo/ground.ts';

const OPENED = new Date('2026-01-15T06:31:00Z');
const at = (minutes: number) => new Date(OPENED.getTime() + minutes * 60_000);

function event(what: Episode['history'][number]['what'], tier: string, minutes: number) {
  return { what, tier, at: at(minutes).toISOString() };
}

const OPENING = event('opened', 'page-fast', 0);

function makeEpisode(changes: Partial<Episode> = {}): Episode {
  return {
    id: '0e000000-0000-4000-8000-00000000000e',
    number: 4,
    slo: 'api-availability',
    state: 'burning',
    tier: 'page-fast',
    worstTier: 'page-fast',
    level: 'page',
    openedAt: OPENED,
    changedAt: OPENED,
    recoveredAt: null,
    peakBurn: 98.4,
    bad: 1_640,
    acknowledgedBy: null,
    acknowledgedAt: null,
    history: [OPENING],
    ...changes,
  };
}

/** A message of an episode, with what a test wants otherwise. */
export function makeBurn(changes: Partial<BurnModel> = {}, episode: Partial<Episode> = {}): BurnModel {
  return {
    slo: makeSlo({ dashboard: 'https://grafana.example/d/slo?var-slo=api-availability&orgId=1' }),
    episode: makeEpisode(episode),
    tier: TIERS[0] ?? null,
    worstTier: TIERS[0] ?? null,
    burn: { short: 1_000, long: 98.4 },
    budgetLeft: 0.624,
    exhaustedAt: at(280),
    brokenSince: null,
    chart: Array.from({ length: 16 }, (_, index) => ({
      from: at(index - 11),
      ratio: index < 10 ? 0.0004 : Math.min(1, (index - 9) / 5),
    })),
    contributors: [
      { name: 'POST /v1/deposits', share: 0.72 },
      { name: 'GET /v1/wallets', share: 0.21 },
    ],
    answered: null,
    dataUntil: at(6),
    silentSince: null,
    isFrozen: false,
    reopenMinutes: 60,
    timeZone: 'Europe/Istanbul',
    ...changes,
  };
}

const answered = { by: 'U0ENGINEER1', at: at(4) };
const toSlow = event('eased', 'page-slow', 40);
const toTicket = event('eased', 'ticket', 70);
const over = event('recovered', 'ticket', 430);
const recovered = { state: 'recovered', recoveredAt: at(430), changedAt: at(430) } as const;

const payout = makePayoutSlo({ tiers: tiersFor(0.95, TIERS) });

/** Every state that the message of an episode can be in. */
export const BURNS: Readonly<Record<string, BurnModel>> = {
  opened: makeBurn(),
  acknowledged: makeBurn({ answered }),
  ticket: makeBurn(
    {
      slo: payout,
      tier: TIERS[2] ?? null,
      worstTier: TIERS[2] ?? null,
      burn: { short: 1.9, long: 1.21 },
      budgetLeft: 0.31,
      exhaustedAt: at(11_000),
      chart: Array.from({ length: 20 }, (_, index) => ({
        from: at((index - 8) * 120),
        ratio: index === 5 || index === 6 ? null : 0.05 + index / 200,
      })),
      contributors: [{ name: 'papara', share: 1 }],
    },
    { slo: 'payout', tier: 'ticket', worstTier: 'ticket', level: 'ticket', bad: 1, peakBurn: 1.21 },
  ),
  worsened: makeBurn(
    { budgetLeft: -0.083, exhaustedAt: null, brokenSince: at(5), contributors: [] },
    { history: [event('opened', 'ticket', -300), event('worsened', 'page-fast', 0)], openedAt: at(-300) },
  ),
  eased: makeBurn(
    { tier: TIERS[1] ?? null, burn: { short: 4.2, long: 17.3 }, answered },
    { tier: 'page-slow', history: [OPENING, toSlow] },
  ),
  frozen: makeBurn({
    burn: { short: null, long: null },
    isFrozen: true,
    silentSince: at(7),
    budgetLeft: null,
    exhaustedAt: null,
    chart: [
      { from: at(-10), ratio: null },
      { from: at(-5), ratio: 0 },
      { from: at(0), ratio: 1 },
      { from: at(5), ratio: null },
    ],
  }),
  reopened: makeBurn(
    {},
    {
      history: [
        OPENING,
        toSlow,
        toTicket,
        event('recovered', 'ticket', 90),
        event('reopened', 'page-fast', 100),
        event('eased', 'page-slow', 140),
        event('worsened', 'page-fast', 150),
      ],
    },
  ),
  recovered: makeBurn(
    { answered, exhaustedAt: null, dataUntil: at(600) },
    { ...recovered, tier: 'ticket', level: 'ticket', history: [OPENING, toSlow, toTicket, over] },
  ),
  unanswered: makeBurn(
    { worstTier: null, tier: null, exhaustedAt: null, chart: [], slo: makeSlo({ unit: 'webhooks' }) },
    { ...recovered, history: [OPENING, over] },
  ),
};
