import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CORRECT_CALLBACK } from '../../blocks/slo-correct.ts';
import { messagesIn } from '../support/channel.ts';
import { waitFor } from '../support/wait-for.ts';
import { openSloStage, takeAway, type SloStage } from './slo-stage.ts';

let scene: SloStage;

beforeAll(async () => {
  scene = await openSloStage();
}, 120_000);

afterAll(() => scene?.close());

const ask = async (user: string, text: string, channel = 'finance-ops') => {
  const { reply } = await scene.people.command(user, '/slo', text, channel);
  return reply?.text ?? '';
};

describe('/slo', () => {
  test.each(['ops2', 'engineer2', 'security2', 'manager2', 'lead2'])(
    'tells %s how all stand',
    async (user) => {
      const text = await ask(user, '');
      for (const title of ['API availability', 'API latency', 'Payouts within 24 hours', 'Webhook success'])
        expect(text).toContain(title);
      expect(text).toContain('99.985% over 30 days, 99.9% promised');
    },
  );

  test('tells members without a role, in their language', async () => {
    const text = await ask('owner1', '');
    expect(text).toContain('24 saat içinde ödeme');
    expect(text).toContain('tutuluyor');
    expect(text).not.toContain('promised');
  });

  test('refuses guests, and notes it', async () => {
    expect(await ask('guest1', '')).toContain('Guests');
    expect(await scene.refusals(await scene.people.idOf('guest1'))).toEqual(['guest']);
  });

  test('refuses whom nobody named, and notes it', async () => {
    expect(await ask('stranger1', '')).toContain('none of the roles');
    expect(await scene.refusals(await scene.people.idOf('stranger1'))).toEqual(['no_role']);
  });

  test('refuses whoever is of another workspace', async () => {
    const { status, body } = await scene.askFromElsewhere('U0ELSEWHERE');
    expect(status).toBe(200);
    expect(body).toContain('🔒');
    expect(body).not.toContain('API availability');
    expect(await scene.refusals('U0ELSEWHERE')).toEqual(['stranger']);
  });

  test.each([
    ['its name', 'payout'],
    ['its beginning', 'PAY'],
    ['its title, which ends like a time', 'payouts within 24 hours'],
    ['its Turkish title', '24 SAAT İÇİNDE ÖDEME'],
  ])('finds one by %s', async (_, typed) => {
    const text = await ask('ops2', typed);
    expect(text).toContain('Payouts within 24 hours');
    expect(text).not.toContain('Webhook success');
    expect(text).toMatch(/Trend over 30 days, oldest first\n[▁-█]{12}/u);
    expect(text).toMatch(/Most of what was bad: GET/);
  });

  test.each(['webhook 7d', 'webhook 7 gün', 'Webhook başarısı 168h', 'WEBHOOK 168 saat'])(
    'tells of another window: %s',
    async (typed) => {
      expect(await ask('ops2', typed)).toContain('over 7 days, 99.5% promised');
    },
  );

  test('says which there are, the closest first', async () => {
    expect(await ask('ops2', 'webshop')).toContain('There are: `webhook-success`, ');
    // Two begin like this.
    expect(await ask('ops2', 'api')).toContain('`api-availability`, `api-latency`');
    expect(await ask('ops2', '<!channel>')).not.toContain('<!channel>');
  });

  test.each(['help', 'HELP'])('answers %s', async (word) => {
    expect(await ask('ops2', word)).toContain('/slo NAME 7d');
  });

  test.each(['yardım', 'YARDIM'])('answers %s', async (word) => {
    expect(await ask('ops1', word)).toContain('bu metin');
  });

  test('opens the form of a correction in Turkish too', async () => {
    await scene.people.command('engineer1', '/slo', 'DÜZELT');
    const view = await waitFor('the form', async () => {
      const top = await scene.people.top('engineer1');
      return top?.callback_id === CORRECT_CALLBACK ? top : undefined;
    });
    await scene.people.act('close', { user: 'engineer1', view_id: view.id, all: true });
  });
});

describe('the answer', () => {
  test('leads to the details of one', async () => {
    await ask('ops2', '');
    const { ts } = await scene.seen('ops2');
    await scene.people.press('ops2', 'finance-ops', ts, 'slo.show', 'payout');
    expect((await scene.people.toldWith('ops2', 'Trend over 30 days')).text).toContain('Payouts within');
  });

  test('is shown to the channel once, however often', async () => {
    await ask('ops2', 'payout 7d', 'slo');
    const { ts } = await scene.seen('ops2');
    const presses = await Promise.all(
      [1, 2, 3].map(() => scene.people.press('ops2', 'slo', ts, 'slo.share', 'payout:7')),
    );
    expect(presses.map(({ status }) => status)).toEqual([200, 200, 200]);
    await scene.stage.idle();
    const cards = await waitFor('the shared answer', async () => {
      const messages = await messagesIn(scene.stage.workspace, 'slo');
      return messages.length > 0 ? messages : undefined;
    });
    expect(cards).toHaveLength(1);
    const text = JSON.stringify(cards[0]);
    expect(text).toContain('Payouts within 24 hours');
    expect(text).toContain(`<@${await scene.people.idOf('ops2')}>`);
    expect(cards[0]?.blocks.map(({ type }) => type)).toContain('data_visualization');
    const { rows } = await scene.stage.ours.pool.query(
      `select actor from audit_log where action = 'slo.shared'`,
    );
    expect(rows).toHaveLength(1);
  });

  test('is not shared by a guest', async () => {
    expect(await scene.pressForged(await scene.people.idOf('guest1'), 'slo.share', 'payout:30')).toBe(200);
    const { rows } = await scene.stage.ours.pool.query('select from slo_shares');
    expect(rows).toHaveLength(1);
  });

  test('stands while the money is away', async () => {
    const bringBack = await takeAway(scene.stage);
    const began = performance.now();
    expect(await ask('ops2', '')).toContain('99.985%');
    expect(performance.now() - began).toBeLessThan(3_000);
    await bringBack();
  });
});

describe('Home', () => {
  const homeOf = async (user: string): Promise<string> => {
    await scene.people.act('home', { user });
    return await waitFor(`the Home of ${user}`, async () => {
      const state = (await (await fetch(`${scene.stage.workspace.url}/sandbox/state`)).json()) as {
        homes: Record<string, { blocks: unknown[] }>;
      };
      return state.homes[user] === undefined ? undefined : JSON.stringify(state.homes[user].blocks);
    });
  };

  test('shows how all stand, and opens one', async () => {
    expect(await homeOf('ops2')).toContain('Service levels');
    await scene.people.act('click', { user: 'ops2', home: true, action_id: 'slo.open', value: 'payout' });
    await scene.people.topWith('ops2', 'Trend over 30 days');
  });

  test('shows it to members without a role, and little else', async () => {
    const home = await homeOf('owner1');
    expect(home).toContain('Hizmet düzeyleri');
    expect(home).not.toContain('Kimse yanıt vermedi');
  });

  test('shows it to nobody whom nobody named', async () => {
    expect(await homeOf('stranger1')).not.toContain('Service levels');
  });

  test('shows it to no guest', async () => {
    expect(await homeOf('guest1')).not.toContain('Service levels');
  });
});
