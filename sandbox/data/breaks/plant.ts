import type { RiskClass, SuggestedAction } from '../../../src/findings/types.ts';
import type { Subject } from '../../../src/ids.ts';
import type { Change } from '../changes.ts';
import { makeScene, type Scene } from '../scene.ts';
import { PROVIDERS, SANDBOX_TENANTS } from '../world.ts';

export interface Expected {
  rule: string;
  class: RiskClass;
  action: SuggestedAction;
  subject: Subject;
}

/** One thing that is broken on purpose: the healthy ground, what breaks it, what must be found, what mends it. */
export interface Plant {
  name: string;
  scene: Scene;
  breaks: Change[];
  /** What the first digest (09:00 on the first day) must find; several where one cause shows in several rules. */
  expected: Expected[];
  mend: Change[];
}

/** What a plant is made from. */
export interface Ground {
  seed: string;
  /** The sandbox's start, epoch milliseconds; ages count from here. */
  startAt: number;
}

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** An account for a plant; tenants and providers take turns by name. */
export function sceneFor(ground: Ground, name: string, currency: string): Scene {
  const turn = Buffer.from(name).reduce((sum, byte) => sum + byte, 0);
  return makeScene({
    seed: ground.seed,
    name,
    currency,
    tenantId: SANDBOX_TENANTS[turn % SANDBOX_TENANTS.length]!.id,
    provider: PROVIDERS[turn % PROVIDERS.length]!.provider,
  });
}

/** A deposit that came in some days ago, so that there is something to withdraw. */
export function fund(scene: Scene, amount: bigint, at: number): void {
  scene.pay({
    kind: 'deposit',
    amount,
    createdAt: at,
    events: [
      ['send', at + 4_000],
      ['complete', at + 95_000],
    ],
  });
}

export const onAccount = (scene: Scene): Subject => ({ kind: 'account', id: scene.owner.accountId });
export const onPayment = (payment: { id: string }): Subject => ({ kind: 'transaction', id: payment.id });

/** Invariant rules are HIGH and escalated, whatever the amount. */
export function invariant(rule: string, subject: Subject): Expected {
  return { rule, class: 'HIGH', action: 'escalate', subject };
}
