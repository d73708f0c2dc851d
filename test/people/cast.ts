import { readFileSync } from 'node:fs';
import { makeSlackDirectory } from '../../src/adapters/slack-directory.ts';
import { makeSlack } from '../../src/adapters/slack-web.ts';
import type { UserId } from '../../src/ids.ts';
import { makeLog } from '../../src/log.ts';
import { makePeople, type RunningPeople } from '../../src/people/make-people.ts';
import type { Clicker, Refused } from '../../src/people/types.ts';
import { parsePolicy, type Policy } from '../../src/policy.ts';
import { createOurDatabase } from '../support/databases.ts';
import { BOT_TOKEN, openWorkspace } from '../workspace/open-workspace.ts';
import { ageSnapshot } from './age-snapshot.ts';

export const TEAM = 'T0MUTABIK';
export const EXAMPLE = readFileSync(new URL('../../policy.example.yml', import.meta.url), 'utf8');

export interface AuditRow {
  actor: string;
  action: string;
  subject_kind: string;
  subject_id: string;
  data: Record<string, unknown>;
}

export type Cast = Awaited<ReturnType<typeof openCast>>;

/** The local workspace, our database, and as many processes that ask who is who as a test wants. */
export async function openCast(options: { scopes?: string[] } = {}) {
  const [ours, slack] = await Promise.all([createOurDatabase(), openWorkspace(options)]);
  const refused: Refused[] = [];
  const started: RunningPeople[] = [];
  return {
    ours,
    slack,
    refused,
    /** One process; its policy is the example's, changed. */
    join(change: (text: string) => string = (text) => text): RunningPeople {
      const people = joinAs(parsePolicy(change(EXAMPLE)), slack.url(), {
        pool: ours.pool,
        clock: slack.clock,
        onRefused: (why) => refused.push(why),
      });
      started.push(people);
      return people;
    },
    age: (ms: number) => ageSnapshot(ours.pool, ms),
    setUser: (user: string, change: object) => slack.act('user', { user, ...change }),
    plant: (target: string, kind: string, more: object = {}) =>
      slack.act('faults', { target, kind, times: 100, ...more }),
    heal: async (...targets: string[]) => {
      for (const target of targets) await slack.act('faults', { target, kind: 'none' });
    },
    async callsOf(method: string): Promise<number> {
      return (await slack.calls()).filter((call) => call.method === method).length;
    },
    async audited(action: string): Promise<AuditRow[]> {
      const { rows } = await ours.pool.query<AuditRow>(
        `select actor, action, subject_kind, subject_id, data::jsonb as data from audit_log
          where action like $1 order by seq`,
        [action],
      );
      return rows;
    },
    async close() {
      for (const people of started) await people.stop();
      await slack.stop();
      await ours.drop();
    },
  };
}

function joinAs(
  policy: Policy,
  url: string,
  rest: Pick<Parameters<typeof makePeople>[0], 'pool' | 'clock' | 'onRefused'>,
): RunningPeople {
  const log = makeLog('silent');
  const client = { token: BOT_TOKEN, apiUrl: `${url}/api/`, log };
  const slack = makeSlack(client);
  return makePeople({
    ...rest,
    log,
    policy,
    directory: makeSlackDirectory({ ...client, timeoutMs: 1_000 }),
    quickDirectory: makeSlackDirectory({ ...client, timeoutMs: 700 }),
    ourTeamId: async () => (await slack.identity()).teamId,
  });
}

/** Ids of the local workspace follow from the names of its people. */
export function idOf(name: string): UserId {
  return `U0${name.toUpperCase().padStart(8, '0')}` as UserId;
}

export function clicker(name: string, teamId = TEAM): Clicker {
  return { userId: idOf(name), teamId };
}
