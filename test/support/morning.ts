import { expect } from 'vitest';
import { fileText, messagesIn, type ShownMessage } from './channel.ts';
import type { Stage } from './stage.ts';

export interface Morning {
  digests: ShownMessage[];
  /** The digest's words, without what differs between any two runs (the audit head). */
  text: string;
  files: { name: string; lines: number }[];
  runs: { state: string; label: string }[];
  open: number;
}

/** What stands in #finance-ops, and what the database says about it. */
export async function seeMorning(stage: Stage): Promise<Morning> {
  const messages = await messagesIn(stage.workspace, 'finance-ops');
  const digests = messages.filter((message) => message.metadata?.event_type === 'mutabik_card');
  const shared = messages.flatMap((message) => message.files);
  const files = await Promise.all(
    shared.map(async ({ id, name }) => ({
      name,
      lines: (await fileText(stage.workspace, id)).trimEnd().split('\r\n').length,
    })),
  );
  const runs = await stage.ours.pool.query<{ state: string; label: string }>('select state, label from runs');
  const open = await stage.ours.pool.query<{ count: number }>(
    `select count(*)::int as count from findings where state = 'open'`,
  );
  return {
    digests,
    text: (digests[0]?.text ?? '').replaceAll(/mutabik-audit-head:v1:\S+/g, ''),
    files,
    runs: runs.rows,
    open: open.rows[0]!.count,
  };
}

/** One run, one digest, one file, right content. `text` is the digest of an undisturbed morning. */
export function expectOneMorning(morning: Morning, stage: Stage, text?: string): void {
  expect(morning.runs).toEqual([{ state: 'complete', label: '2026-01-15' }]);
  expect(morning.digests).toHaveLength(1);
  expect(morning.files).toEqual([{ name: 'findings-2026-01-15.csv', lines: stage.planted.length + 1 }]);
  expect(morning.open).toBe(stage.planted.length);
  if (text !== undefined) expect(morning.text).toBe(text);
}
