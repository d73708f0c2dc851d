import { describe, expect, it } from 'vitest';
import { fieldProblem } from '../../sandbox/page/fields/check.ts';
import { matching } from '../../sandbox/page/fields/options.ts';
import { givenValue, initialValue, stateValue, type FieldElement } from '../../sandbox/page/fields/value.ts';

const option = (value: string) => ({ text: { type: 'plain_text' as const, text: `The ${value}` }, value });
const picked = (value: string) => ({ value, label: `The ${value}` });

describe('what a field holds', () => {
  it.each<[object, unknown]>([
    [{ type: 'plain_text_input', initial_value: 'a' }, 'a'],
    [{ type: 'number_input', is_decimal_allowed: false }, ''],
    [{ type: 'datetimepicker', initial_date_time: 1_768_456_800 }, '1768456800'],
    [{ type: 'static_select', options: [option('a')], initial_option: option('a') }, [picked('a')]],
    [{ type: 'checkboxes', options: [option('a')], initial_options: [option('a')] }, [picked('a')]],
    [{ type: 'users_select', initial_user: 'U1' }, [{ value: 'U1', label: 'U1' }]],
    [{ type: 'multi_channels_select' }, []],
  ])('begins with what %j says', (element, value) => {
    expect(initialValue(element as FieldElement)).toEqual(value);
  });

  it.each<[{ type: string } & Record<string, unknown>, unknown]>([
    [{ type: 'plain_text_input', value: null }, ''],
    [{ type: 'timepicker', selected_time: '09:30' }, '09:30'],
    [{ type: 'radio_buttons', selected_option: option('b') }, [picked('b')]],
    [{ type: 'multi_users_select', selected_users: ['U1', 'U2'] }, [expect.anything(), expect.anything()]],
  ])('is read from the state %j', (state, value) => {
    expect(stateValue(state)).toEqual(value);
  });

  it.each<[string, string | { value: string; label: string }[], unknown]>([
    ['plain_text_input', '', null],
    ['datepicker', '2026-01-30', '2026-01-30'],
    ['static_select', [picked('a')], 'a'],
    ['static_select', [], null],
    ['checkboxes', [], []],
    ['multi_users_select', [picked('U1'), picked('U2')], ['U1', 'U2']],
    [
      'external_select',
      [picked('x')],
      { text: { type: 'plain_text', text: 'The x', emoji: true }, value: 'x' },
    ],
  ])('of a %s travels as the workspace takes it', (type, value, given) => {
    expect(givenValue(type, value)).toEqual(given);
  });
});

describe('checks before sending', () => {
  const number = { type: 'number_input' as const, is_decimal_allowed: false, min_value: '1', max_value: '9' };
  it.each([
    ['', undefined],
    ['5', undefined],
    ['0', 'Must be 1 or more.'],
    ['10', 'Must be 9 or less.'],
    ['1.5', 'Must be a whole number.'],
    ['1,5', 'Must be a number, with a point before decimals.'],
  ])('finds with the number %j: %s', (value, problem) => {
    expect(fieldProblem(number, value)).toBe(problem);
  });

  it('counts what was picked', () => {
    const several = { type: 'multi_users_select' as const, max_selected_items: 1 };
    expect(fieldProblem(several, [picked('U1')])).toBeUndefined();
    expect(fieldProblem(several, [picked('U1'), picked('U2')])).toBe('Choose 1 at most.');
  });
});

describe('search in a select', () => {
  const groups = [
    { title: 'One', offers: [{ value: '1', label: 'ipek', description: 'İpek Güneş' }] },
    { title: 'Two', offers: [{ value: '2', label: 'Rounding' }] },
  ];
  it.each([
    ['gunes', ['One']],
    ['İPEK', ['One']],
    ['ROUND', ['Two']],
    ['ı', ['One', 'Two']],
    ['x', []],
  ])('finds %s whatever its case and accents', (typed, titles) => {
    expect(matching(groups, typed).map(({ title }) => title)).toEqual(titles);
  });
});
