import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acknowledge } from '../../src/escalations/acknowledge.ts';
import { followActivity } from '../../src/escalations/follow-activity.ts';
import { followFindings } from '../../src/escalations/follow-findings.ts';
import { startForFinding } from '../../src/escalations/start-for-finding.ts';
import type { FindingsDeps } from '../../src/findings/deps.ts';
import { resolveFinding } from '../../src/findings/resolve-finding.ts';
import { undoAct } from '../../src/findings/undo-act.ts';
import { openGround, person, policy, type Ground, type Row } from './ground.ts';

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

const open = async () => (await ground.escalations()).filter(({ state }) => state !== 'resolved');
const now = () => ground.clock.now();

describe('what was answered', () => {
  const answer = async (): Promise<string> => {
    const [escalation] = await open();
    const { id, next_at: firstAt } = escalation as Row & { next_at: Date };
    ground.clock.set(firstAt);
    await ground.climb(id);
    await acknowledge(ground.deps, now(), { id, person: person('OPS1') });
    expect(await open()).toMatchObject([{ state: 'acknowledged' }]);
    return id;
  };
  const isDue = async (id: string): Promise<boolean> =>
    (await open()).some((row) => row.id === id && row.next_at!.getTime() <= now().getTime());

  test('has to be answered anew once it is worse', async () => {
    await ground.find({ rule: 'R20', causeKey: 'account' });
    await ground.change();
    const id = await answer();
    await ground.find({ rule: 'R01', causeKey: 'account' });
    await ground.change();
    expect(await isDue(id)).toBe(true);
    expect(ground.pages.map(({ action }) => action)).toContain('trigger');
  });

  test('has to be answered anew once the opening balance is worse', async () => {
    await ground.find({ opening: true, rule: 'R20' });
    await ground.change();
    const id = await answer();
    await ground.find({ opening: true, rule: 'R01' });
    await ground.change();
    expect(await open()).toMatchObject([{ severity: 'sev1' }]);
    expect(await isDue(id)).toBe(true);
    expect(ground.pages.map(({ action }) => action)).toContain('trigger');
  });

  test('has to be answered anew once more has joined a flood', async () => {
    ground.deps.policy = { ...policy, escalations: { ...policy.escalations, most_at_once: 1 } };
    for (const causeKey of ['a', 'b', 'c']) await ground.find({ causeKey, rule: 'R20' });
    await ground.change();
    await ground.change(`update findings set state = 'resolved' where cause_key = $1`, [
      (await open()).find((row) => !row.cause_key.startsWith('many'))?.cause_key,
    ]);
    const id = await answer();
    for (const causeKey of ['d', 'e']) await ground.find({ causeKey, rule: 'R20' });
    await ground.change();
    expect(await isDue(id)).toBe(true);
    expect(await ground.actions(id)).toContain('escalation.changed');
  });
});

describe('a close that is taken back', () => {
  test('lets climb again what a person had started', async () => {
    const findingId = await ground.find({ rule: 'R19', class: 'MED' });
    await ground.ours.pool.query(
      `insert into finding_history (finding_id, seq, at, change, actor, rule, class, action)
       select id, 1, $2, 'opened', 'job:reconcile', rule, class, action from findings where id = $1`,
      [findingId, now()],
    );
    const acting = { userId: person('OPS1').userId, key: 'ops1' };
    await startForFinding(ground.deps, now(), { findingId, person: person('OPS1') });
    const deps: FindingsDeps = {
      pool: ground.ours.pool,
      policy,
      refreshReports: async () => undefined,
      afterFindings: (tx, at) => followFindings(tx, ground.deps, at),
      onActivity: (tx, at, activity) => followActivity(tx, ground.deps, at, activity),
    };
    const seen = { state: 'open', owner: null, asked: '' } as const;
    const closed = await resolveFinding(deps, now(), {
      findingId,
      person: acting,
      requestId: 'one',
      seen,
      note: 'done',
      reason: 'corrected',
    });
    expect(await open()).toEqual([]);
    ground.clock.advance(5_000);
    const seq = closed.ok ? closed.seq : 0;
    expect(await undoAct(deps, now(), { findingId, seq, person: acting })).toMatchObject({ ok: true });
    expect(await open()).toMatchObject([{ subject_id: findingId, started_by: 'person:U00000OPS1' }]);
  });
});
