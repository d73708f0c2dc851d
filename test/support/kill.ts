import type { AppChild } from './app-child.ts';
import { lockTable, type Barrier } from './blocked.ts';
import type { Stage } from './stage.ts';

type Phase = 'before' | 'after';

interface LockedTable {
  table: string;
  /** Of the database that it is in. */
  superuserUrl: string;
  mode?: string;
}

/** Kills an app of a process of its own at a known step. */
export interface Killer {
  /** Where it waits for a lock, which is then lifted. */
  at(barrier: Barrier): Promise<void>;
  /** The first time, or that time, that the platform is about to carry out a call of this kind, or just has. */
  aroundPlatform(action: string, at: Phase, count?: number): Promise<void>;
  /** The same around a call to Slack, counted from now on. */
  aroundSlack(method: string, at: Phase, count?: number): Promise<void>;
  /** Where it waits for a table that was locked when the platform was called. */
  before(locked: LockedTable, action: string, at: Phase): Promise<void>;
}

/** `app` gives whoever is to die by then: one that starts may be at work before it says that it is ready. */
export function killerOf(
  { platform, workspace }: Pick<Stage, 'platform' | 'workspace'>,
  app: () => Promise<AppChild>,
): Killer {
  const kill = async (): Promise<void> => {
    await (await app()).kill();
  };
  const at = async (barrier: Barrier): Promise<void> => {
    await barrier.reached();
    await kill();
    await barrier.lift();
  };
  return {
    at,
    aroundPlatform: (action, phase, count = 1) =>
      once((hook) => platform.onCall(hook), { name: action, phase, count }, kill),
    aroundSlack: (method, phase, count = 1) =>
      once((hook) => workspace.onCall(hook), { name: method, phase, count }, kill),
    async before({ table, superuserUrl, mode }, action, phase) {
      let killed: Promise<void> | undefined;
      await once(
        (hook) => platform.onCall(hook),
        { name: action, phase, count: 1 },
        async () => {
          // Not waited for here: the app gets there only once this call is answered.
          killed = at(await lockTable(superuserUrl, table, mode));
        },
      );
      await killed;
    },
  };
}

interface Wanted {
  name: string;
  phase: Phase;
  count: number;
}

/** Does this the first time, or that time, that such a call is made, which waits for it; resolves when it is done. */
function once(
  watch: (hook: (name: string, phase: Phase) => Promise<void>) => () => void,
  wanted: Wanted,
  then: () => Promise<void>,
): Promise<void> {
  let calls = 0;
  return new Promise((resolve, reject) => {
    const off = watch(async (name, phase) => {
      if (name !== wanted.name || phase !== wanted.phase || (calls += 1) < wanted.count) return;
      off();
      await then().then(resolve, reject);
    });
  });
}
