import type { KnownBlock } from '@slack/types';
import type { LeftOut } from '../src/slo/types.ts';
import type { Texts } from '../src/texts.ts';
import { actions, button } from './controls.ts';

/** As many as an answer names. */
const MOST_BUTTONS = 3;

/** A button for each stretch that is left out: it opens the request that it counts again. None where none is. */
export function putBackButtons(
  leftOut: readonly Pick<LeftOut, 'id' | 'number' | 'state'>[],
  texts: Texts,
): KnownBlock[] {
  const buttons = leftOut
    .filter(({ state }) => state === 'left_out')
    .slice(0, MOST_BUTTONS)
    .map(({ id, number }) =>
      button('slo', 'put_back', id, texts.t('slo.correct.put_back', { name: `LO-${number}` }), {
        part: partOf(number),
      }),
    );
  return buttons.length === 0 ? [] : [actions(buttons)];
}

/** Ids are unique within a block, and their last part has letters alone. */
function partOf(number: number): string {
  return String(number).replaceAll(/\d/g, (digit) => String.fromCodePoint(97 + Number(digit)));
}
