import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { obstacleIn } from '../../handlers/slo-share.ts';
import { SlackRefusedError } from '../../src/errors.ts';
import type { UserId } from '../../src/ids.ts';
import { makeLog } from '../../src/log.ts';
import type { SloDeps } from '../../src/slo/deps.ts';
import { loadStandings } from '../../src/slo/load-standing.ts';
import { loadShare, shareStandings } from '../../src/slo/share.ts';
import { makeBurn } from '../blocks/slo-burn-models.ts';
import { policyWith } from '../overrides/cast.ts';
import { createOurDatabase, type TestDatabase } from '../support/databases.ts';
import { fillMinutes, FOUR, minutesAgo, NOW } from './standing-ground.ts';

let ours: TestDatabase;
let deps: SloDeps;
const heard: string[] = [];

beforeAll(async () => {
  ours = await createOurDatabase();
  await fillMinutes(ours.pool, { slos: FOUR, until: NOW, days: 2 });
  const { episode } = makeBurn();
  await ours.pool.query(
    `insert into slo_episodes (id, slo, state, tier, worst_tier, level, opened_at, changed_at, peak_burn, bad, history)
     values ($1, 'api-availability', 'burning', 'page-fast', 'page-fast', 'page', $2, $2, 20, 100, '[]')`,
    [episode.id, minutesAgo(20)],
  );
  deps = {
    pool: ours.pool,
    policy: policyWith(),
    log: makeLog('silent'),
    slos: FOUR,
    sourceOf: () => ({ read: () => Promise.reject(new Error('nobody reads here')) }),
    escalate: async () => [],
    settle: async () => [],
    onChange: (word) => void heard.push(word),
  };
});

afterAll(() => ours.drop());

beforeEach(async () => {
  heard.length = 0;
  for (const table of ['tasks', 'cards', 'slo_shares']) await ours.pool.query(`delete from ${table}`);
});

const share = (requestId: string, name: string | null = 'api-availability') =>
  shareStandings(deps, NOW, {
    name,
    days: null,
    channelId: 'C0SLO',
    locale: 'tr',
    person: { userId: 'U0OPS1' as UserId },
    requestId,
  });
const stored = async () => (await ours.pool.query<{ id: string }>('select id from slo_shares')).rows;

describe('an answer that is shared', () => {
  test('is one card, one row and one audit row, however often it is pressed', async () => {
    const done = await Promise.all([share('a'), share('a'), share('a')]);
    expect(done.filter(Boolean)).toHaveLength(1);
    expect(await stored()).toHaveLength(1);
    const cards = await ours.pool.query('select kind, channel, locale from cards');
    expect(cards.rows).toEqual([{ kind: 'slo_share', channel: 'C0SLO', locale: 'tr' }]);
    const audited = await ours.pool.query(`select actor from audit_log where action = 'slo.shared'`);
    expect(audited.rows).toEqual([{ actor: 'person:U0OPS1' }]);
    expect(heard).toEqual(['shared']);
  });

  test('is shared again by another press', async () => {
    expect(await share('b')).toBe(true);
    expect(await share('c')).toBe(true);
    expect(await stored()).toHaveLength(2);
  });

  test('is drawn from what it was', async () => {
    await share('d');
    const before = await loadStandings(deps, NOW, { names: ['api-availability'], trend: true });
    await ours.pool.query(`update slo_minutes set good = 0 where slo = 'api-availability'`);
    const model = await loadShare(ours.pool, (await stored())[0]!.id, 'Europe/Istanbul');
    expect(model).toEqual({
      standings: before,
      now: NOW,
      timeZone: 'Europe/Istanbul',
      sharedBy: 'person:U0OPS1',
    });
    expect(model?.standings[0]?.episode?.openedAt).toEqual(minutesAgo(20));
  });

  test('has twelve parts that are the whole', async () => {
    const [standing] = await loadStandings(deps, NOW, { names: ['payout'], days: 2, trend: true });
    expect(standing?.trend).toHaveLength(12);
    expect(standing?.trend[0]?.from).toEqual(minutesAgo(2 * 1_440));
    // One minute of seven has one bad of a thousand.
    expect(standing?.sums).toEqual({ good: 2_880_000 - 411, valid: 2_880_000, minutes: 2_880 });
    const [plain] = await loadStandings(deps, NOW, { names: ['payout'], days: 2 });
    expect(plain?.sums).toEqual(standing?.sums);
    expect(plain?.trend).toEqual([]);
  });

  test('of all is of all', async () => {
    await share('e', null);
    const model = await loadShare(ours.pool, (await stored())[0]!.id, 'UTC');
    expect(model?.standings.map(({ slo }) => slo.name)).toEqual(FOUR.all.map(({ name }) => name));
  });

  test('is not there under another id', async () => {
    expect(await loadShare(ours.pool, '00000000-0000-4000-8000-000000000000', 'UTC')).toBeNull();
  });
});

describe('a channel', () => {
  const channels = (answer: () => Promise<boolean>) => ({ isExternallyShared: answer });

  test.each([
    ['of ours is no obstacle', async () => false, null],
    ['that others read is', async () => true, 'slo.share.outside'],
    [
      'that we were not invited to is',
      () => Promise.reject(new SlackRefusedError('conversations.info', 'channel_not_found', [])),
      'slo.share.not_member',
    ],
    ['is none while Slack is away', () => Promise.reject(new Error('away')), null],
    ['is none while Slack is slow', () => new Promise<boolean>(() => undefined), null],
  ])('%s', async (_, answer, obstacle) => {
    expect(await obstacleIn(channels(answer), 'C1')).toBe(obstacle);
  });
});
