import pg from 'pg';
import { signBody } from '../../sandbox/slack/deliveries/sign.ts';
import type { RunningApp } from '../../src/main.ts';
import { readSlos } from '../../src/slo/read-slos.ts';
import { fillMinutes } from '../slo/standing-ground.ts';
import { actingOn } from '../support/acting.ts';
import { openStage, type Stage, type StageOptions } from '../support/stage.ts';

export interface SloStage {
  stage: Stage;
  app: RunningApp;
  people: ReturnType<typeof actingOn>;
  /** The newest answer that only this person sees; pressing needs its ts. */
  seen(user: string): Promise<{ ts: string; channel: string; text: string; blocks: unknown[] }>;
  /** A signed `/slo` of somebody of another workspace. */
  askFromElsewhere(userId: string): Promise<{ status: number; body: string }>;
  /** A signed press of a button that was never shown to them. */
  pressForged(userId: string, actionId: string, value: string): Promise<number>;
  /** Why somebody was refused, in order. */
  refusals(userId: string): Promise<string[]>;
  close(): Promise<void>;
}

/** The shipped promises with so many days of minutes; nothing reads or judges them meanwhile. */
export async function openSloStage({
  days = 31,
  ...options
}: StageOptions & { days?: number } = {}): Promise<SloStage> {
  const stage = await openStage({ scale: 0.01, planted: false, ...options });
  const until = new Date(Math.floor(stage.clock.now().getTime() / 60_000) * 60_000);
  await fillMinutes(stage.ours.pool, { slos: readSlos('slo'), until, days });
  const app = await stage.startApp();
  const people = actingOn(stage);
  const signed = async (form: Record<string, string>): Promise<Response> => {
    const body = new URLSearchParams(form).toString();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const secret = stage.environment['SLACK_SIGNING_SECRET'] ?? '';
    return await fetch(`http://127.0.0.1:${app.port}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': signBody(secret, timestamp, body),
      },
      body,
    });
  };
  return {
    stage,
    app,
    people,
    async seen(user) {
      const [{ ephemerals }, id] = await Promise.all([people.state(), people.idOf(user)]);
      const newest = ephemerals.findLast((one) => one.user === id);
      if (newest === undefined) throw new Error(`nothing was said to ${user}`);
      return newest;
    },
    async askFromElsewhere(userId) {
      const answer = await signed({
        command: '/slo',
        text: '',
        team_id: 'T0ELSEWHERE',
        team_domain: 'elsewhere',
        channel_id: 'C0FINANCE',
        channel_name: 'finance-ops',
        user_id: userId,
        user_name: 'somebody',
        api_app_id: 'A0MUTABIK',
        token: 'x',
        trigger_id: `1.${Math.random()}.x`,
        response_url: 'http://127.0.0.1:9/never',
      });
      return { status: answer.status, body: await answer.text() };
    },
    async pressForged(userId, actionId, value) {
      const payload = {
        type: 'block_actions',
        user: { id: userId, team_id: 'T0MUTABIK', username: 'x', name: 'x' },
        team: { id: 'T0MUTABIK', domain: 'mutabik-local' },
        api_app_id: 'A0MUTABIK',
        token: 'x',
        trigger_id: `1.${Math.random()}.x`,
        container: { type: 'message', message_ts: '1.1', channel_id: 'C0SLO', is_ephemeral: true },
        channel: { id: 'C0SLO', name: 'slo' },
        response_url: 'http://127.0.0.1:9/never',
        actions: [{ type: 'button', action_id: actionId, block_id: 'b', value, action_ts: '1.1' }],
      };
      return (await signed({ payload: JSON.stringify(payload) })).status;
    },
    async refusals(userId) {
      const { rows } = await stage.ours.pool.query<{ data: string }>(
        `select data from audit_log where action = 'access.refused' and actor = $1 order by seq`,
        [`person:${userId}`],
      );
      return rows.map(({ data }) => (JSON.parse(data) as { why: string }).why);
    },
    async close() {
      await app.stop();
      await stage.close();
    },
  };
}

/** Nobody gets into the finance database, and who was in it is thrown out; gives what lets them in again. */
export async function takeAway({ finance }: Pick<Stage, 'finance'>): Promise<() => Promise<void>> {
  const name = new URL(finance.superuserUrl).pathname.slice(1);
  const at = new URL(finance.superuserUrl);
  at.pathname = '/postgres';
  const run = async (...statements: string[]): Promise<void> => {
    const client = new pg.Client({ connectionString: at.href });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };
  await run(
    `alter database ${name} allow_connections false`,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`,
  );
  return () => run(`alter database ${name} allow_connections true`);
}
