import { expect } from 'vitest';
import { fileText, messagesIn, type ShownMessage } from './channel.ts';
import type { Stage } from './stage.ts';

export interface Morning {
  digests: ShownMessage[];
  /** The digest's words, without what differs between any two runs (the audit head). */
  text: string;
  files: { name: string; lines: number }[];
  /** The rows of the files, sorted, without what differs between any two runs (ids, moments, ages). */
  rows: string[];
  runs: { state: string; label: string }[];
  open: number;
}

/** What stands in #finance-ops, and what the database says about it. */
export async function seeMorning(stage: Stage): Promise<Morning> {
  const messages = await messagesIn(stage.workspace, 'finance-ops');
  const digests = messages.filter((message) => message.metadata?.event_type === 'mutabik_card');
  const shared = messages.flatMap((message) => message.files);
  const contents = await Promise.all(
    shared.map(async ({ id, name }) => ({
      name,
      lines: (await fileText(stage.workspace, id)).trimEnd().split('\r\n'),
    })),
  );
  const runs = await stage.ours.pool.query<{ state: string; label: string }>('select state, label from runs');
  const open = await stage.ours.pool.query<{ count: number }>(
    `select count(*)::int as count from findings where state = 'open'`,
  );
  return {
    digests,
    text: (digests[0]?.text ?? '').replaceAll(/mutabik-audit-head:v1:\S+/g, ''),
    files: contents.map(({ name, lines }) => ({ name, lines: lines.length })),
    rows: contents.flatMap(({ lines }) => lines.map(lastingCells)).toSorted(),
    runs: runs.rows,
    open: open.rows[0]!.count,
  };
}

const VARYING = new Set(['finding', 'first_seen_at', 'age_hours']);

function lastingCells(line: string, _index: number, [header = '']: string[]): string {
  const names = header.replace('\uFEFF', '').split(',');
  return line
    .split(',')
    .filter((_cell, column) => !VARYING.has(names[column] ?? ''))
    .join(',');
}

/** One run, one digest, one file, right content: that of an undisturbed morning, where one is given. */
export function expectOneMorning(morning: Morning, stage: Stage, calm?: Morning): void {
  expect(morning.runs).toEqual([{ state: 'complete', label: '2026-01-15' }]);
  expect(morning.digests).toHaveLength(1);
  expect(morning.files).toEqual([{ name: 'findings-2026-01-15.csv', lines: stage.planted.length + 1 }]);
  expect(morning.open).toBe(stage.planted.length);
  if (calm === undefined) return;
  expect(morning.text).toBe(calm.text);
  expect(morning.rows).toEqual(calm.rows);
}
