import { isJsonObject } from '../types.ts';
import { blockId } from './layout.ts';
import { byType, itemsOf, list, number, object, text, typed, type Check, type Schema } from './schema.ts';

const label = text({ min: 1, max: 20 });
const positive: Schema = (value, pointer, report) => {
  number(value, pointer, report);
  if (typeof value === 'number' && value <= 0) report(pointer, 'must be more than 0');
};

const axes = object({
  required: { categories: list(label, { min: 1, max: 20 }) },
  optional: { x_label: text({ min: 1, max: 50 }), y_label: text({ min: 1, max: 50 }) },
});

const series = object({
  required: {
    name: label,
    data: list(object({ required: { label, value: number } }), { min: 1, max: 20 }),
  },
});

/** Names are unique and every point stands on a category of the axis. */
const pointsOnAxis: Check = (value, pointer, report) => {
  const config = value['axis_config'];
  const categories = isJsonObject(config) ? itemsOf(config['categories']) : [];
  const names = new Set<unknown>();
  itemsOf(value['series']).forEach((one, index) => {
    if (!isJsonObject(one)) return;
    if (names.has(one['name'])) report(`${pointer}/series/${index}/name`, 'must be unique');
    names.add(one['name']);
    itemsOf(one['data']).forEach((point, at) => {
      if (isJsonObject(point) && !categories.includes(point['label']))
        report(`${pointer}/series/${index}/data/${at}/label`, 'must be a valid enum value');
    });
  });
};

function plotted(type: string): Schema {
  return typed(
    type,
    { required: { series: list(series, { min: 1, max: 12 }), axis_config: axes } },
    pointsOnAxis,
  );
}

const CHARTS: Record<string, Schema> = {
  pie: typed('pie', {
    required: {
      segments: list(object({ required: { label, value: positive } }), { min: 1, max: 12 }),
    },
  }),
  bar: plotted('bar'),
  area: plotted('area'),
  line: plotted('line'),
};

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
export const dataVisualization = typed('data_visualization', {
  required: { title: text({ min: 1, max: 50 }), chart: byType(() => CHARTS) },
  optional: { block_id: blockId },
});
