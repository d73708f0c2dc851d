import type { JsonObject } from '../types.ts';
import { interactiveElements, placedBlocks } from './whole.ts';

/** A copy of valid blocks with the ids that Slack makes up when they are absent. */
export function withIds(blocks: readonly JsonObject[]): JsonObject[] {
  const copy = structuredClone(blocks) as JsonObject[];
  for (const placed of placedBlocks(copy, '')) {
    placed.block['block_id'] ??= madeUpId();
    for (const { element } of interactiveElements(placed)) element['action_id'] ??= madeUpId();
  }
  return copy;
}

/** Five letters or digits; crypto's would cost a fifth of a post's time and nobody guards anything with them. */
function madeUpId(): string {
  return Math.random().toString(36).slice(2, 7).padEnd(5, '0');
}
