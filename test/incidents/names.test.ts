import { expect, test } from 'vitest';
import { nameOfIncident, parseIncidentName } from '../../src/incidents/types.ts';

test.each([
  ['INC-7', 7],
  ['inc-7', 7],
  ['INC7', 7],
  ['7', 7],
  ['INC-', null],
  ['', null],
  ['7b', null],
  ['12345678901', null],
])('%j is %j', (word, number) => {
  expect(parseIncidentName(word)).toBe(number);
});

test('a name is understood again', () => {
  expect(parseIncidentName(nameOfIncident({ number: 42 }))).toBe(42);
});
