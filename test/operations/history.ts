import fc from 'fast-check';
import { expect } from 'vitest';
import { readHistory } from '../../src/operations/standing.ts';
import type { Operation, OperationState } from '../../src/operations/types.ts';
import type { ProviderAnswer } from '../../src/platform/types.ts';
import type { Ground } from './ground.ts';
import { TURNS } from './scripted-platform.ts';
import { makeWorld, type Fate, type World } from './world.ts';

type Step =
  | { do: 'press'; action: 'retry' | 'recheck'; isStale: boolean }
  | { do: 'run' }
  | { do: 'next_turn'; turn: keyof typeof TURNS }
  | { do: 'die_at'; state: OperationState }
  | { do: 'advance'; seconds: number }
  | { do: 'provider'; fate: Fate; silence: Exclude<ProviderAnswer, 'failed' | 'succeeded'> }
  /** Somebody else pays, or has another attempt made, without us. */
  | { do: 'elsewhere'; isPaid: boolean }
  | { do: 'refuse'; refuses: boolean }
  | { do: 'blind'; times: number };

export interface History {
  begins: Extract<Step, { do: 'provider' }>;
  keepsMs: number;
  steps: Step[];
}

const provider = fc.record({
  do: fc.constant('provider' as const),
  fate: fc.constantFrom<Fate>('dies', 'dies', 'dies', 'lies', 'pays'),
  silence: fc.constantFrom('pending', 'not_found', 'silent', 'error'),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('press' as const),
      action: fc.constantFrom('retry', 'retry', 'recheck'),
      isStale: fc.boolean(),
    }),
  },
  { weight: 9, arbitrary: fc.constant<Step>({ do: 'run' }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('next_turn' as const),
      turn: fc.constantFrom(...(Object.keys(TURNS) as (keyof typeof TURNS)[])),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('die_at' as const),
      state: fc.constantFrom<OperationState>('accepted', 'sent', 'unknown', 'succeeded', 'refused'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('advance' as const),
      seconds: fc.constantFrom(1, 61, 120, 700),
    }),
  },
  { weight: 5, arbitrary: provider },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('elsewhere' as const), isPaid: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('refuse' as const), refuses: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('blind' as const), times: fc.constantFrom(1, 4, 20, 20) }),
  },
) as fc.Arbitrary<Step>;

export const history = fc.record({
  begins: provider,
  keepsMs: fc.constantFrom(600_000, 86_400_000),
  steps: fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }),
});

export interface Lived {
  operations: Operation[];
  /** Keys of what was done. */
  effects: string[];
  /** What was done while an earlier attempt could still pay, or had paid. */
  doubled: string[];
}

/** Lives a history on a button that is always there, then lets all that is under way come to its end. */
export async function live(ground: Ground, { begins, keepsMs, steps }: History): Promise<Lived> {
  await ground.renew();
  const { platform, clock, transactionId, ours } = ground;
  platform.keeps = keepsMs;
  const world = await makeWorld(ground);
  await world.decide(begins.fate, begins.silence);
  for (const each of steps) await take(ground, world, each);
  Object.assign(platform, { turns: [], blindLookUps: 0, refuses: null });
  ground.dieAt = null;
  clock.advance(120_000);
  await world.arrive();
  const endsAt = clock.now().getTime() + 1_200_000;
  while ((await world.isOpen()) && clock.now().getTime() < endsAt) await world.run();
  return {
    operations: await readHistory(ours.pool, { tenantId: 'anadolu', transactionId }),
    effects: platform.effects,
    doubled: world.doubled,
  };
}

async function take(ground: Ground, world: World, step: Step): Promise<void> {
  switch (step.do) {
    case 'press':
      return await world.press(step.action, step.isStale);
    case 'run':
      return await world.run();
    case 'next_turn':
      ground.platform.turns.push(TURNS[step.turn]);
      return;
    case 'die_at':
      ground.dieAt = step.state;
      return;
    case 'advance':
      ground.clock.advance(step.seconds * 1_000);
      return await world.arrive();
    case 'provider':
      return await world.decide(step.fate, step.silence);
    case 'elsewhere':
      return await world.actElsewhere(step.isPaid);
    case 'refuse':
      ground.platform.refuses = step.refuses ? { code: 'wrong_state', means: 'wrong_state' } : null;
      return;
    case 'blind':
      ground.platform.blindLookUps = step.times;
  }
}

/** Nothing twice, nothing while another attempt could pay, and what is said of each operation is so. */
export function expectTruth({ operations, effects, doubled }: Lived): void {
  expect(doubled).toEqual([]);
  expect(new Set(effects).size).toBe(effects.length);
  for (const { state, idempotencyKey, action } of operations) {
    const isDone = effects.includes(idempotencyKey);
    if (action === 'retry' && state === 'succeeded') expect(isDone).toBe(true);
    if (state === 'refused') expect(isDone).toBe(false);
  }
  expect(operations.filter(({ settledAt }) => settledAt === null).length).toBeLessThanOrEqual(1);
}
