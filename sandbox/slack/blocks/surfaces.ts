import { dataVisualization } from './charts.ts';
import type { Surface } from './elements.ts';
import { layoutBlocks } from './layout.ts';
import { panelBlocks } from './panels.ts';
import { richTextBlock } from './rich-text.ts';
import { byType, list, type Schema } from './schema.ts';
import { TABLES } from './tables.ts';

/** Which block stands where: https://docs.slack.dev/reference/block-kit/blocks */
const ONLY_ON: Record<string, readonly Surface[]> = {
  container: ['message', 'home'],
  data_table: ['message', 'home'],
  data_visualization: ['message', 'home'],
  table: ['message', 'home'],
  markdown: ['message'],
  context_actions: ['message'],
  task_card: ['message'],
  plan: ['message'],
  alert: ['modal'],
};

function blocksFor(surface: Surface): Schema {
  const all: Record<string, Schema> = {
    ...layoutBlocks(surface),
    ...panelBlocks(surface),
    ...TABLES,
    rich_text: richTextBlock,
    data_visualization: dataVisualization,
  };
  const allowed = Object.fromEntries(
    Object.entries(all).filter(([type]) => ONLY_ON[type]?.includes(surface) ?? true),
  );
  return byType(() => allowed);
}

export const MESSAGE_BLOCKS = list(blocksFor('message'), { max: 50 });
export const VIEW_BLOCKS: Record<'modal' | 'home', Schema> = {
  modal: list(blocksFor('modal'), { min: 1, max: 100 }),
  home: list(blocksFor('home'), { max: 100 }),
};
