import { randomBytes } from 'node:crypto';
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

function madeUpId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}
