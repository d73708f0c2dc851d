import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

interface Manifest {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}

/** First cells of the tables of docs/dependencies.md; `@scope/*` stands for all of a scope. */
function documented(): string[] {
  const rows = read('docs/dependencies.md')
    .split('\n')
    .filter((line) => /^\| [@a-z]/.test(line) && !line.startsWith('| package '));
  return rows.flatMap((row) => (row.split('|')[1] ?? '').split(',').map((name) => name.trim()));
}

const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Manifest;
const ours = { ...dependencies, ...devDependencies, ...optionalDependencies };
const isAt = (name: string, line: string): boolean =>
  line.endsWith('/*') ? name.startsWith(line.slice(0, -1)) : name === line;

test('every dependency has a line, and no line is left over', () => {
  const lines = documented();
  const names = Object.keys(ours);
  expect(names.filter((name) => !lines.some((line) => isAt(name, line)))).toEqual([]);
  expect(lines.filter((line) => !names.some((name) => isAt(name, line)))).toEqual([]);
});

test('every version is pinned', () => {
  for (const version of Object.values(ours)) expect(version).toMatch(/^\d/);
});
