import { BUTTONS } from './buttons.ts';
import { anyText, imageElement, plainText, webUrl } from './composition.ts';
import type { Surface } from './elements.ts';
import { blockId, layoutBlocks } from './layout.ts';
import { richTextBlock } from './rich-text.ts';
import {
  byType,
  choice,
  flag,
  list,
  object,
  oneAtLeast,
  text,
  typed,
  type Check,
  type Schema,
} from './schema.ts';
import { TABLES } from './tables.ts';

const button = { button: BUTTONS['button'] as Schema };
const oneIcon: Check = (value, pointer, report) => {
  if (value['icon'] !== undefined && value['slack_icon'] !== undefined)
    report(pointer, 'failed to match exactly one allowed schema');
};

const card = typed(
  'card',
  {
    optional: {
      block_id: blockId,
      hero_image: imageElement,
      icon: imageElement,
      slack_icon: object({ required: { type: choice('icon'), name: text({ min: 1 }) } }),
      title: anyText(150),
      subtitle: anyText(150),
      body: anyText(200),
      subtext: anyText(200),
      actions: list(
        byType(() => button),
        { min: 1, max: 3 },
      ),
    },
  },
  oneAtLeast('hero_image', 'title', 'actions', 'body'),
  oneIcon,
);

const taskCard = typed('task_card', {
  required: {
    task_id: text({ min: 1 }),
    title: text({ min: 1 }),
    status: choice('pending', 'in_progress', 'complete', 'error'),
  },
  optional: {
    block_id: blockId,
    details: richTextBlock,
    output: richTextBlock,
    sources: list(typed('url', { required: { url: webUrl, text: text({ min: 1 }) } })),
  },
});

const CHILDREN = ['actions', 'context', 'divider', 'header', 'image', 'input', 'section', 'video'];

/** Blocks that gather others: card, carousel, container, alert, task_card, plan. */
export function panelBlocks(surface: Surface): Record<string, Schema> {
  const layout = layoutBlocks(surface);
  const children: Record<string, Schema> = {
    ...Object.fromEntries(CHILDREN.map((type) => [type, layout[type] as Schema])),
    rich_text: richTextBlock,
    table: TABLES['table'] as Schema,
  };
  return {
    card,
    carousel: typed('carousel', {
      required: {
        elements: list(
          byType(() => ({ card })),
          { min: 1, max: 10 },
        ),
      },
      optional: { block_id: blockId },
    }),
    container: typed(
      'container',
      {
        required: {
          child_blocks: list(
            byType(() => children),
            { min: 1, max: 10 },
          ),
        },
        optional: {
          block_id: blockId,
          title: plainText(150),
          rich_text_title: richTextBlock,
          subtitle: anyText(150),
          width: choice('narrow', 'standard', 'wide', 'full'),
          icon: imageElement,
          is_collapsible: flag,
          default_collapsed: flag,
          has_header_divider: flag,
        },
      },
      oneAtLeast('title', 'rich_text_title'),
    ),
    alert: typed('alert', {
      required: { text: anyText(200) },
      optional: { block_id: blockId, level: choice('default', 'info', 'warning', 'error', 'success') },
    }),
    task_card: taskCard,
    plan: typed('plan', {
      required: { title: text({ min: 1 }) },
      optional: {
        block_id: blockId,
        tasks: list(
          byType(() => ({ task_card: taskCard })),
          { max: 50 },
        ),
      },
    }),
    markdown: typed('markdown', {
      required: { text: text({ min: 1, max: 12_000 }) },
      optional: { block_id: blockId },
    }),
  };
}
