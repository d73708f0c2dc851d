import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePool } from '../../src/database/pool.ts';
import { makeLog } from '../../src/log.ts';
import type { RunningApp } from '../../src/main.ts';
import { actingOn } from '../support/acting.ts';
import { openStage, type Stage } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';

interface Home {
  blocks: { type: string; text?: { text: string }; accessory?: { action_id: string; value: string } }[];
}

describe('Home', () => {
  let stage: Stage;
  let app: RunningApp;
  let acting: ReturnType<typeof actingOn>;

  beforeAll(async () => {
    stage = await openStage();
    app = await stage.startApp();
    acting = actingOn(stage);
    await stage.advanceTo('2026-01-15T09:00:00+03:00');
  });

  afterAll(async () => {
    await app.stop();
    await stage.close();
  });

  const homeOf = async (user: string): Promise<Home | undefined> => {
    const state = (await (await fetch(`${stage.workspace.url}/sandbox/state`)).json()) as {
      homes: Record<string, Home>;
    };
    return state.homes[user];
  };
  const open = async (user: string): Promise<Home> => {
    await acting.act('home', { user });
    return await waitFor(`the Home of ${user}`, () => homeOf(user));
  };
  const firstButton = (home: Home, actionId: string) =>
    home.blocks.find(({ accessory }) => accessory?.action_id === actionId)?.accessory;

  test('shows the day and what nobody has answered', async () => {
    const home = await open('ops2');
    const text = JSON.stringify(home);
    expect(text).toContain('Nobody has answered (');
    expect(text).toContain('No open finding is assigned to you.');
    expect(text).toContain('findings.show_all');
    expect(text).toMatch(/archives\/C\w+\/p\d+/);
  });

  test('is in the language of who looks at it', async () => {
    expect(JSON.stringify(await open('ops1'))).toContain('Kimse yanıt vermedi (');
  });

  test('says why to who may not see it', async () => {
    const text = JSON.stringify(await open('guest1'));
    expect(text).toContain('Guests');
    expect(text).not.toContain('Nobody has answered');
  });

  test('takes an answer, and shows what is left', async () => {
    const home = await open('ops2');
    const button = firstButton(home, 'escalations.acknowledge');
    const pressed = { user: 'ops2', home: true, action_id: 'escalations.acknowledge', value: button?.value };
    expect(await acting.act('click', pressed)).toMatchObject({ status: 200 });
    await waitFor('the escalation under what ops2 answers for', async () => {
      const text = JSON.stringify(await homeOf('ops2'));
      return text.includes('You answer for (1)') ? true : undefined;
    });
    const { rows } = await stage.ours.pool.query<{ state: string }>(
      'select state from escalations where id = $1',
      [button?.value],
    );
    expect(rows).toEqual([{ state: 'acknowledged' }]);
  });

  test('opens findings that are mine', async () => {
    const me = await acting.idOf('ops2');
    await stage.ours.pool.query(
      `update findings set owner = $1 where id = (select id from findings where state = 'open' order by id limit 1)`,
      [me],
    );
    await acting.act('click', { user: 'ops2', home: true, action_id: 'home.refresh' });
    const home = await waitFor('the finding', async () => {
      const now = await homeOf('ops2');
      return now !== undefined && firstButton(now, 'findings.review') !== undefined ? now : undefined;
    });
    const button = firstButton(home, 'findings.review');
    await acting.act('click', {
      user: 'ops2',
      home: true,
      action_id: 'findings.review',
      value: button?.value,
    });
    await acting.topWith('ops2', 'Why it matters');
  });

  test('shows the rest where service levels can not be read', async () => {
    const owner = makePool(stage.ours.ownerUrl, { max: 1, applicationName: 'test', log: makeLog('silent') });
    await owner.query('alter table slo_sources rename to slo_sources_away');
    try {
      await acting.act('click', { user: 'ops2', home: true, action_id: 'home.refresh' });
      await waitFor('a Home that says so', async () => {
        const text = JSON.stringify(await homeOf('ops2'));
        return text.includes('nobody can say how they stand') && text.includes('findings.review')
          ? true
          : undefined;
      });
    } finally {
      await owner.query('alter table slo_sources_away rename to slo_sources');
      await owner.end();
    }
  });
});
