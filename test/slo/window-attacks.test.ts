import { beforeEach, describe, expect, test } from 'vitest';
import { renderOverride } from '../../blocks/overrides.ts';
import { loadOverride } from '../../src/overrides/load-model.ts';
import { NO_TENANT, type Override, type SloWindowFacts } from '../../src/overrides/types.ts';
import { readWindowFields, type WindowFields } from '../../src/slo/add-window.ts';
import { sumBetween } from '../../src/slo/sums.ts';
import type { LeftOut } from '../../src/slo/types.ts';
import { LOCALES } from '../../src/texts.ts';
import { makePayoutSlo } from './ground.ts';
import { FIELDS } from './window-fields.ts';
import { LEAVE_OUT, PUT_BACK, useWindowGround } from './window-ground.ts';

const ground = useWindowGround();
const at = (time: string, day = '2026-01-15') => new Date(`${day}T${time}:00Z`);

async function count(from: Date, to: Date): Promise<number> {
  const of = { slo: 'api-availability', basis: 'event' } as const;
  const [sums] = await sumBetween(ground.ours.pool, of, [{ from, to }]);
  return sums!.minutes;
}

async function factsOf(override: Override): Promise<SloWindowFacts> {
  const { facts } = (await ground.versions(override)).at(-1)!;
  if (facts.kind !== 'slo_window') throw new Error(facts.kind);
  return facts;
}

async function textOf(override: Override, locale: 'en' | 'tr'): Promise<string> {
  const model = await loadOverride(ground.ours.pool, override.id, { policy: ground.policy });
  const context = { locale, previousPermalink: null, permalink: () => null };
  return JSON.stringify(renderOverride(model!, context));
}

describe('a stretch in the future', () => {
  /** 12:00 to 12:30 UTC, six hours from now. */
  const AHEAD = { fromTime: '15:00', toTime: '15:30' };

  test('changes no figure yet, and is not counted once it comes', async () => {
    const before = await ground.sums();
    const window = await ground.writeOne(AHEAD);
    const override = await ground.carriedOut(window, LEAVE_OUT, ['UMAN1']);
    const facts = await factsOf(override);
    expect(facts).toMatchObject({ good: 0, valid: 0 });
    expect([facts.valueAfter, facts.leftAfter]).toEqual([facts.valueNow, facts.leftNow]);
    expect(await ground.sums()).toEqual(before);
    await ground.ours.pool.query(
      `insert into slo_minutes (slo, basis, minute, good, valid)
       select 'api-availability', 'event', $1::timestamptz + n * interval '1 minute', 0, 10
         from generate_series(-1, 30) n`,
      [at('12:00')],
    );
    // The minutes before it and at its end count.
    expect(await count(at('11:00'), at('13:00'))).toBe(2);
  });

  test('may be put back before it came', async () => {
    const window = await ground.writeOne(AHEAD);
    await ground.carriedOut(window, LEAVE_OUT, ['UMAN1']);
    await ground.carriedOut(window, PUT_BACK, ['UMAN1']);
    expect(await ground.see(window)).toMatchObject({ state: 'put_back' });
  });
});

describe('two that touch', () => {
  test('leave out each minute once, and one comes back alone', async () => {
    const first = await ground.writeOne({ fromTime: '07:10', toTime: '07:30' });
    const second = await ground.writeOne({ fromTime: '07:30', toTime: '07:55' });
    await ground.carriedOut(first, LEAVE_OUT, ['UMAN1']);
    await ground.carriedOut(second, LEAVE_OUT, ['UMAN1']);
    expect(await count(at('04:00'), at('05:00'))).toBe(15);
    await ground.carriedOut(first, PUT_BACK, ['UMAN1']);
    expect(await count(at('04:00'), at('05:00'))).toBe(35);
    expect(await count(at('04:29'), at('04:31'))).toBe(1);
  });
});

describe('where clocks change', () => {
  const readIn = (changes: Partial<WindowFields>, now: string) =>
    readWindowFields(
      { ...FIELDS, ...changes },
      {
        slos: ground.slos,
        now: new Date(now),
        policy: { ...ground.policy, business: { ...ground.policy.business, time_zone: 'Europe/Berlin' } },
      },
    );
  const spring = { fromDay: '2026-03-29', toDay: '2026-03-29' };
  const autumn = { fromDay: '2026-10-25', toDay: '2026-10-25' };

  test('an hour that is left out is as much later as they jump', () => {
    expect(readIn({ ...spring, fromTime: '01:30', toTime: '02:30' }, '2026-03-30T00:00:00Z')).toMatchObject({
      fromAt: at('00:30', '2026-03-29'),
      toAt: at('01:30', '2026-03-29'),
    });
    // From 03:30 until 03:15 there is nothing to leave out.
    expect(readIn({ ...spring, fromTime: '02:30', toTime: '03:15' }, '2026-03-30T00:00:00Z')).toMatchObject({
      refusal: { field: 'toTime', why: 'not_after' },
    });
  });

  test('a day that is an hour longer is all of it', () => {
    const day = { ...autumn, toDay: '2026-10-26', fromTime: '00:00', toTime: '00:00' };
    expect(readIn(day, '2026-10-27T00:00:00Z')).toMatchObject({
      fromAt: at('22:00', '2026-10-24'),
      toAt: at('23:00', '2026-10-25'),
    });
  });
});

describe('what no form of ours sends', () => {
  test.each([
    ['a day that no calendar has', { fromDay: '2026-01-00' }, 'fromDay missing'],
    ['the thirtieth of February', { toDay: '2026-02-30' }, 'toDay missing'],
    ['a month that is none', { toDay: '2026-13-01' }, 'toDay missing'],
  ])('is refused: %s', async (_what, changes, told) => {
    const outcome = await ground.write(changes);
    expect(outcome.ok ? 'taken' : `${outcome.refusal.field} ${outcome.refusal.why}`).toBe(told);
  });

  test.each(['', 'LO-1', 'not-an-id', "' or true --", '00000000-0000-0000-0000-000000000000'])(
    'a request about "%s" finds nothing',
    async (id) => {
      expect(await ground.request({ id } as LeftOut)).toMatchObject({ refusal: { why: 'not_found' } });
    },
  );

  test.each([
    ['another tenant', { tenantId: 'anadolu' }],
    ['a payout', { kind: 'payout', tenantId: 'anadolu' }],
    ['an exemption', { kind: 'exemption' }],
  ])('a stretch is nothing of %s', async (_what, given) => {
    const window = await ground.writeOne();
    const asked = {
      kind: 'slo_window',
      tenantId: NO_TENANT,
      choice: LEAVE_OUT,
      reasonCode: 'planned_work',
      person: ground.person('USRE1'),
    } as const;
    const outcome = await ground.ask(window.id, { ...asked, ...given });
    if (outcome.ok) expect(outcome.override).toMatchObject({ tenantId: NO_TENANT, kind: 'slo_window' });
    else expect(outcome.refusal).toMatchObject({ why: 'not_found' });
  });

  test('a mix of two choices is none', async () => {
    const window = await ground.writeOne();
    for (const basis of ['counted_again', 'days_30', 'bank_proof'])
      expect(await ground.request(window, { target: 'leave_out', basis })).toMatchObject({
        refusal: { why: 'not_offered' },
      });
  });

  test('the same view with other words is another stretch', async () => {
    const first = await ground.write({}, 'USRE1', 'one view');
    const second = await ground.write({ fromTime: '07:20' }, 'USRE1', 'one view');
    expect(first).toMatchObject({ ok: true, window: { fromAt: at('04:10') } });
    expect(second).toMatchObject({ ok: true, window: { fromAt: at('04:20') } });
  });
});

describe('a promise that its files do not name any more', () => {
  let window: LeftOut;
  let override: Override;

  beforeEach(async () => {
    window = await ground.writeOne();
    override = await ground.requested(window);
  });

  test('is found missing by the vote, and nothing happens', async () => {
    ground.slos.all = [makePayoutSlo()];
    expect(await ground.approve(override, 'UMAN1')).toMatchObject({ ok: false });
    await ground.runOnce(override);
    expect(await ground.see(window)).toMatchObject({ state: 'asked' });
    expect(await ground.read(override)).toMatchObject({ state: 'void' });
    for (const locale of LOCALES) expect(await textOf(override, locale)).toContain(`LO-${window.number}`);
  });

  test('is found missing before it is carried out', async () => {
    expect(await ground.approve(override, 'UMAN1')).toMatchObject({ ok: true, reached: true });
    ground.slos.all = [makePayoutSlo()];
    await ground.runOnce(override);
    expect(await ground.read(override)).toMatchObject({ state: 'void' });
    expect(await ground.see(window)).toMatchObject({ state: 'asked' });
    // Whoever puts the file back may ask anew, by the same request.
    ground.slos.all = [{ ...makePayoutSlo(), name: 'api-availability' }];
    const renewed = await ground.renew(override, 'USRE1');
    expect(renewed).toMatchObject({ ok: true, override: { state: 'open', version: 2 } });
  });

  test('no stretch of it is written down', async () => {
    ground.slos.all = [makePayoutSlo()];
    expect(await ground.write()).toMatchObject({ refusal: { field: 'slo', why: 'unknown' } });
  });
});

describe('where nothing was counted', () => {
  test('the figures are none, not zero', async () => {
    await ground.ours.pool.query(`delete from slo_minutes`);
    const window = await ground.writeOne();
    const override = await ground.carriedOut(window, LEAVE_OUT, ['UMAN1']);
    const none = { good: 0, valid: 0, valueNow: null, valueAfter: null, leftNow: null, leftAfter: null };
    expect(await factsOf(override)).toMatchObject(none);
    expect(await ground.read(override)).toMatchObject({ state: 'executed', stateAfter: none });
    for (const locale of LOCALES) expect(await textOf(override, locale)).not.toMatch(/NaN|null instead|∞/);
  });

  test('events that are all invalid leave no share', async () => {
    await ground.ours.pool.query(`update slo_minutes set good = 0, valid = 0`);
    const override = await ground.requested(await ground.writeOne());
    expect(await factsOf(override)).toMatchObject({ valueNow: null, leftNow: null, leftAfter: null });
  });
});
