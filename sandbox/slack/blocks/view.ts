import { isJsonObject } from '../types.ts';
import { plainText } from './composition.ts';
import { byType, flag, itemsOf, problemsOf, text, typed, type Check } from './schema.ts';
import { VIEW_BLOCKS } from './surfaces.ts';
import { checkWhole } from './whole.ts';

const shared = {
  private_metadata: text({ max: 3000 }),
  callback_id: text({ max: 255 }),
  external_id: text({ max: 255 }),
};

const submitWithInput: Check = (value, pointer, report) => {
  const hasInput = itemsOf(value['blocks']).some((block) => isJsonObject(block) && block['type'] === 'input');
  if (hasInput && value['submit'] === undefined)
    report(pointer, 'must define `submit` to use an `input` block in modals');
};

const blocksTogether: Check = (value, pointer, report) =>
  checkWhole(value['blocks'], `${pointer}/blocks`, report);

const VIEWS = {
  modal: typed(
    'modal',
    {
      required: { title: plainText(24), blocks: VIEW_BLOCKS.modal },
      optional: {
        ...shared,
        submit: plainText(24),
        close: plainText(24),
        clear_on_close: flag,
        notify_on_close: flag,
        submit_disabled: flag,
      },
    },
    submitWithInput,
    blocksTogether,
  ),
  home: typed('home', { required: { blocks: VIEW_BLOCKS.home }, optional: shared }, blocksTogether),
};

/** All that Slack would refuse in a modal or Home view, with pointers from /view; empty when it is good. */
export function validateView(view: unknown): string[] {
  return problemsOf(
    byType(() => VIEWS),
    view,
    '/view',
  );
}
