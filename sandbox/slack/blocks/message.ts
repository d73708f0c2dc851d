import { problemsOf } from './schema.ts';
import { MESSAGE_BLOCKS } from './surfaces.ts';
import { checkWhole } from './whole.ts';

/**
 * All that Slack would refuse in a message's blocks, as lines such as
 * `must be less than 3001 characters [json-pointer:/blocks/0/text/text]`; empty when they are good.
 */
export function validateMessageBlocks(blocks: unknown): string[] {
  return problemsOf(
    (value, pointer, report) => {
      MESSAGE_BLOCKS(value, pointer, report);
      checkWhole(value, pointer, report);
    },
    blocks,
    '/blocks',
  );
}
