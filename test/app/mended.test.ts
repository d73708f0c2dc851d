import { expect, test } from 'vitest';
import { mendBreak } from '../../sandbox/data/mend-break.ts';
import { seeMorning } from '../support/morning.ts';
import { openStage } from '../support/stage.ts';

test('a morning after mending resolves the mended ones alone', { timeout: 60_000 }, async () => {
  const stage = await openStage({
    policy: (text) => text.replace('finance-ops, locale: en', 'finance-ops, locale: tr'),
  });
  const app = await stage.startApp();
  await stage.advanceTo('2026-01-15T09:10:00+03:00');
  const rules = ['R01', 'R02', 'R07', 'R24', 'R28'];
  const chosen = rules.map((rule) => stage.planted.find((each) => each.rule === rule)!.id);
  const mended = (
    await Promise.all(chosen.map((id) => mendBreak(stage.finance.pool, id, stage.clock.now())))
  ).flat();
  expect(mended.length).toBeGreaterThanOrEqual(rules.length);

  await stage.advanceTo('2026-01-16T09:10:00+03:00');
  const { rows } = await stage.ours.pool.query<{ rule: string; subject_id: string }>(
    `select rule, subject_id from findings where state = 'resolved'`,
  );
  const line = (rule: string, id: string): string => `${rule} ${id}`;
  const expected = stage.planted.filter(({ id }) => mended.includes(id));
  expect(rows.map((row) => line(row.rule, row.subject_id)).toSorted()).toEqual(
    expected.map((each) => line(each.rule, each.subject.id)).toSorted(),
  );
  const { digests } = await seeMorning(stage);
  const left = stage.planted.length - expected.length;
  expect(digests[1]?.text).toMatch(/16 Ocak 2026 Cuma/);
  expect(digests[1]?.text).toContain(`0 yeni · ${left} devreden`);
  expect(digests[1]?.text).toContain(`${expected.length} çözülen`);
  await app.stop();
  await stage.close();
});
