import { LineChart } from './line-chart.tsx';
import type { Chart as ChartShape, DrawnBlock } from '../wire/types.ts';

type ChartBlock = Extract<DrawnBlock, { type: 'data_visualization' }>;

interface Bar {
  label: string;
  /** Which of several series; '' where there is one. */
  series: string;
  value: number;
}

/** Lines as lines; everything else as bars with their figures, which a reader of the screen hears. */
export function Chart({ block, chart }: { block: ChartBlock; chart: ChartShape }) {
  if (chart.type === 'line' || chart.type === 'area')
    return (
      <figure className="block-chart">
        <figcaption>{block.title}</figcaption>
        <LineChart chart={chart} title={block.title} />
        {chart.axis_config.x_label !== undefined && <p className="chart-axis">{chart.axis_config.x_label}</p>}
      </figure>
    );
  const bars = barsOf(chart);
  const most = Math.max(1, ...bars.map(({ value }) => Math.abs(value)));
  const axis = chart.type === 'pie' ? undefined : chart.axis_config.x_label;
  return (
    <figure className="block-chart">
      <figcaption>{block.title}</figcaption>
      <table>
        <tbody>
          {bars.map(({ label, series, value }) => (
            <tr key={`${series} ${label}`}>
              <th scope="row">{series === '' ? label : `${series}, ${label}`}</th>
              <td className="chart-bar">
                <span style={{ inlineSize: `${(Math.abs(value) / most) * 100}%` }} />
              </td>
              <td className="cell-right">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {axis !== undefined && <p className="chart-axis">{axis}</p>}
    </figure>
  );
}

function barsOf(chart: ChartShape): Bar[] {
  if (chart.type === 'pie') return chart.segments.map((segment) => ({ series: '', ...segment }));
  const isOne = chart.series.length === 1;
  return chart.series.flatMap(({ name, data }) =>
    data.map(({ label, value }) => ({ label, value, series: isOne ? '' : name })),
  );
}
