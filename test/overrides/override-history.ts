import fc from 'fast-check';
import { expect } from 'vitest';
import { requestOperation } from '../../src/operations/request-operation.ts';
import { readStanding } from '../../src/operations/standing.ts';
import { TURNS } from '../operations/scripted-platform.ts';
import { answer, editRows, look } from './override-books.ts';
import { TENANT, type Ground } from './override-ground.ts';
import { history, type Deed, type History, type Of, type Step, type Trouble } from './override-steps.ts';
import { World } from './override-world.ts';

/**
 * Lives through so many random histories. In each, nothing is done that the rules do not allow, and what is said of each
 * override is so; in all of them together at least so much is done: where nothing ever is, nothing is ever wrong.
 */
export async function liveMany(ground: Ground, count: number, leastDone: number): Promise<void> {
  let done = 0;
  await fc.assert(
    fc.asyncProperty(history, async (given) => {
      const { wrong, story, known } = await live(ground, given);
      expect(wrong, story.join('\n')).toEqual([]);
      done += known.flatMap(({ effects }) => effects).length;
    }),
    // The first that fails is told as it was lived: making it smaller would take longer than finding it.
    { numRuns: count, endOnFailure: true },
  );
  expect(done).toBeGreaterThanOrEqual(leastDone);
}

/** Lives a history, then lets all that is under way come to its end. */
async function live(ground: Ground, { steps, keepsMs, ...given }: History): Promise<World> {
  const world = await World.begin(ground, given);
  ground.platform.keeps = keepsMs;
  for (const each of steps) {
    await take(ground, world, each);
    if (world.wrong.length > 0) return world;
  }
  await settle(ground, world);
  world.finish();
  return world;
}

/** Nobody disturbs it any more; what can be known of what is unknown is known soon after. */
async function settle(ground: Ground, world: World): Promise<void> {
  const { platform, clock } = ground;
  Object.assign(platform, { turns: [], blindLookUps: 0, refuses: null, whileAsked: null });
  Object.assign(ground, { crash: null, blackouts: 0 });
  for (const of of [0, 1]) {
    const isUnderWay = () => ['approved', 'executing'].includes(world.newest(of)?.state ?? '');
    for (let round = 0; isUnderWay() && round < 8; round += 1) {
      await advance(ground, round === 0 ? 0 : 2);
      await world.runOverride(of);
      await world.runOperation(of);
      await world.runOverride(of);
    }
  }
  clock.advance(1);
}

async function advance({ clock, platform }: Ground, minutes: number): Promise<void> {
  clock.advance(minutes * 60_000);
  await platform.deliver();
}

async function take(ground: Ground, world: World, step: Step): Promise<void> {
  if (step.do === 'trouble') return await disturb(ground, step.trouble);
  const { platform } = ground;
  const { transactionId } = world.payout(step.of);
  switch (step.do) {
    case 'request':
      return await world.request(step.of, step.who, step.choice, step.asks);
    case 'approve':
      return await world.approve(step.of, step.who, step.isStale);
    case 'reject':
      return await world.reject(step.of, step.who);
    case 'renew':
    case 'cancel':
      return await world[step.do](step.of, step.who);
    case 'own':
      return await world[step.what](step.of, 'requester');
    case 'run':
      return await run(ground, world, step);
    case 'edit': {
      const change = () => editRows(ground, transactionId, step.edit);
      if (!step.whileAsked) return await change();
      platform.whileAsked = () => {
        platform.whileAsked = null;
        return change();
      };
      return;
    }
    case 'answer':
      await answer(ground, transactionId, step.says, step.ofAll);
      return step.looks ? await look(ground, transactionId) : undefined;
    case 'press':
      return await press(ground, world, step.of);
    case 'lift':
      return await world.lift(step.of);
    case 'lose':
      return await lose(ground, world, step.of);
    case 'advance':
      await advance(ground, step.minutes);
      return step.looks ? await look(ground, transactionId) : undefined;
  }
}

async function disturb(ground: Ground, step: Trouble): Promise<void> {
  const { platform, groups, policy } = ground;
  switch (step.do) {
    case 'role': {
      const members = groups.members[step.role] ?? [];
      const isHeld = members.includes(step.who);
      const changed = isHeld ? members.filter((who) => who !== step.who) : [...members, step.who];
      return await ground.setGroups({ ...groups, members: { ...groups.members, [step.role]: changed } });
    }
    case 'deactivate': {
      const { inactive } = groups;
      const isGone = inactive.includes(step.who);
      const changed = isGone ? inactive.filter((who) => who !== step.who) : [...inactive, step.who];
      return await ground.setGroups({ ...groups, inactive: changed });
    }
    case 'refuse':
      platform.refuses = platform.refuses === null ? { code: 'wrong_state', means: 'wrong_state' } : null;
      return;
    case 'blackout':
      ground.blackouts = 1;
      return;
    case 'turn':
      platform.turns.push(TURNS[step.turn]);
      return;
    case 'blind':
      platform.blindLookUps = step.times;
      return;
    case 'crash':
      ground.crash = { ...step.crash, commits: step.crash.commits + 1 };
      return;
    case 'policy': {
      const overrides = { ...policy.overrides, two_from: step.two, lead_from: step.lead };
      ground.policy = { ...policy, overrides };
    }
  }
}

async function lose(ground: Ground, world: World, of: number): Promise<void> {
  const who = world.newest(of)?.votes.at(-1)?.userId;
  const { managers = [], leads = [] } = ground.groups.members;
  const without = (ids: readonly string[]) => ids.filter((each) => each !== who);
  const members = { ...ground.groups.members, managers: without(managers), leads: without(leads) };
  await ground.setGroups({ ...ground.groups, members });
}

/** The button of the alert, where it may be pressed. */
async function press({ ours, clock }: Ground, world: World, of: number): Promise<void> {
  const { payoutId, transactionId } = world.payout(of);
  const { nextIntentNo } = await readStanding(ours.pool, { tenantId: TENANT, transactionId });
  await requestOperation(ours.pool, clock.now(), {
    payoutId,
    intentNo: nextIntentNo,
    action: 'retry',
    actor: 'person:U0OPS2',
  });
}

/** The override's task, what it began, and the task again, as workers take them up; at once with something else. */
async function run(ground: Ground, world: World, step: Of<Extract<Deed, { do: 'run' }>>): Promise<void> {
  const { of, races } = step;
  const beside = {
    nothing: async () => undefined,
    itself: () => world.runOverride(of),
    press: () => press(ground, world, of),
    cancel: () => world.cancel(of, 'requester'),
  }[races];
  await Promise.all([world.runOverride(of), beside()]);
  if (await world.runOperation(of)) await world.runOverride(of);
}
