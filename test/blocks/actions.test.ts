import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeActionId,
  encodeButtonValue,
  encodeOptionValue,
  encodeOverflowId,
  parseActionId,
  parsePressed,
} from '../../blocks/actions.ts';

describe('a button', () => {
  it('is known again by its id and value', () => {
    const pressed = parsePressed({
      action_id: encodeActionId('payouts', 'retry'),
      value: encodeButtonValue('op:1.2'),
    });
    expect(pressed).toEqual({ noun: 'payouts', verb: 'retry', id: 'op:1.2' });
  });

  it.each([
    '',
    'payouts',
    'payouts.',
    '.retry',
    'payouts.approve',
    'payouts.more',
    'toString.call',
    '__proto__.x',
  ])('is not ours: %j', (actionId) => {
    expect(parseActionId(actionId)).toBeUndefined();
  });

  it('without a value is not ours', () => {
    expect(parsePressed({ action_id: 'payouts.retry' })).toBeUndefined();
    expect(parsePressed({ action_id: 'payouts.retry', value: '' })).toBeUndefined();
  });

  it('about the same row may stand in the menu of another noun', () => {
    const selected_option = { value: encodeOptionValue('overrides', 'request', 'payout:1') };
    const pressed = { noun: 'overrides', verb: 'request', id: 'payout:1' };
    expect(parsePressed({ action_id: 'payouts.more', selected_option })).toEqual(pressed);
    expect(parsePressed({ action_id: 'escalations.more', selected_option })).toBeUndefined();
    const approve = { value: encodeOptionValue('overrides', 'approve', '1:1') };
    expect(parsePressed({ action_id: 'payouts.more', selected_option: approve })).toBeUndefined();
  });

  it('takes no id that Slack would refuse', () => {
    expect(() => encodeButtonValue('')).toThrow(RangeError);
    expect(() => encodeButtonValue('x'.repeat(2_001))).toThrow(RangeError);
  });
});

describe('a menu option', () => {
  it('is known again, whatever the id', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 100 }), (id) => {
        const value = encodeOptionValue('findings', 'close', id);
        expect(Array.from(value).length).toBeLessThanOrEqual(150);
        const pressed = parsePressed({ action_id: encodeOverflowId('findings'), selected_option: { value } });
        expect(pressed).toEqual({ noun: 'findings', verb: 'close', id });
      }),
    );
  });

  it('of another menu is not ours', () => {
    const selected_option = { value: encodeOptionValue('findings', 'close', '1') };
    expect(parsePressed({ action_id: 'payouts.more', selected_option })).toBeUndefined();
    expect(parsePressed({ action_id: 'findings.close', selected_option })).toBeUndefined();
    expect(parsePressed({ action_id: 'findings.more', selected_option: { value: 'odd' } })).toBeUndefined();
  });

  it('takes no id that Slack would refuse', () => {
    expect(() => encodeOptionValue('findings', 'close', 'x'.repeat(150))).toThrow(RangeError);
  });
});
