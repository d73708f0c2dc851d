import { isJsonObject } from '../types.ts';
import { blockId } from './layout.ts';
import { richTextBlock } from './rich-text.ts';
import {
  byType,
  choice,
  flag,
  integer,
  itemsOf,
  list,
  number,
  object,
  text,
  typed,
  type Check,
  type Schema,
} from './schema.ts';

const CELLS: Record<string, Schema> = {
  rich_text: richTextBlock,
  raw_text: typed('raw_text', { required: { text: text({ min: 1 }) } }),
  raw_number: typed('raw_number', { required: { value: number, text: text({ min: 1 }) } }),
};
const cell = byType(() => CELLS);
const columnSetting = object({
  optional: { align: choice('left', 'center', 'right'), is_wrapped: flag },
});

const rectangular: Check = (value, pointer, report) => {
  const rows = itemsOf(value['rows']);
  const width = itemsOf(rows[0]).length;
  rows.forEach((row, index) => {
    if (itemsOf(row).length < width)
      report(`${pointer}/rows/${index}`, `must provide at least ${width} items`);
    if (itemsOf(row).length > width)
      report(`${pointer}/rows/${index}`, `no more than ${width} items allowed`);
  });
  itemsOf(rows[0]).forEach((head, index) => {
    if (isJsonObject(head) && head['type'] === 'rich_text')
      report(`${pointer}/rows/0/${index}/type`, 'unsupported type: rich_text');
  });
  const headColumn = value['row_header_column_index'];
  if (typeof headColumn === 'number' && headColumn >= width)
    report(`${pointer}/row_header_column_index`, `must be less than ${width}`);
};

/** https://docs.slack.dev/reference/block-kit/blocks/table-block and data-table-block */
export const TABLES: Record<string, Schema> = {
  table: typed('table', {
    required: { rows: list(list(cell, { min: 1, max: 20 }), { min: 1, max: 100 }) },
    optional: {
      block_id: blockId,
      column_settings: list(
        (value, pointer, report) => {
          if (value !== null) columnSetting(value, pointer, report);
        },
        { max: 20 },
      ),
    },
  }),
  data_table: typed(
    'data_table',
    {
      required: {
        caption: text({ min: 1 }),
        rows: list(list(cell, { min: 1, max: 20 }), { min: 2, max: 201 }),
      },
      optional: {
        block_id: blockId,
        page_size: integer({ min: 1, max: 100 }),
        row_header_column_index: integer({ min: 0 }),
      },
    },
    rectangular,
  ),
};
