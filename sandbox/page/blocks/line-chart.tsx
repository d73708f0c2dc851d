import type { Chart } from '../wire/types.ts';

type Lines = Extract<Chart, { series: unknown }>;

/** In units of the drawing; the page scales it. */
const SIZE = { width: 640, height: 200, left: 52, right: 12, top: 10, bottom: 22 } as const;
/** Dashes as well as colours tell the series apart. */
const STYLES = ['', '6 4', '2 3', '10 4 2 4'] as const;
const GRID = 4;

/** Series as lines over their categories; a category without a value is a gap. Read aloud as a table. */
export function LineChart({ chart, title }: { chart: Lines; title: string }) {
  const { categories } = chart.axis_config;
  const scale = scaleOf(chart);
  return (
    <>
      <svg
        className="chart-lines"
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        role="img"
        aria-label={`${title}: ${summary(chart)}`}
      >
        {scale.marks.map((mark) => (
          <g key={mark}>
            <line
              className="chart-grid"
              x1={SIZE.left}
              x2={SIZE.width - SIZE.right}
              y1={scale.y(mark)}
              y2={scale.y(mark)}
            />
            <text x={SIZE.left - 6} y={scale.y(mark) + 4} textAnchor="end">
              {tidy(mark)}
            </text>
          </g>
        ))}
        {chart.series.map(({ name }, index) => (
          <path
            key={name}
            className={`chart-line chart-line-${index % STYLES.length}`}
            strokeDasharray={STYLES[index % STYLES.length]}
            d={pathOf(chart, index, scale)}
          />
        ))}
        {[0, Math.floor((categories.length - 1) / 2), categories.length - 1].map((at, index) => (
          <text key={index} x={scale.x(at)} y={SIZE.height - 4} textAnchor={ANCHORS[index]}>
            {categories[at]}
          </text>
        ))}
      </svg>
      <ul className="chart-legend">
        {chart.series.map(({ name, data }, index) => (
          <li key={name}>
            <svg viewBox="0 0 24 6" aria-hidden="true">
              <path
                className={`chart-line chart-line-${index % STYLES.length}`}
                strokeDasharray={STYLES[index % STYLES.length]}
                d="M0 3H24"
              />
            </svg>
            {name} {tidy(data.at(-1)?.value ?? 0)}
          </li>
        ))}
      </ul>
    </>
  );
}

const ANCHORS = ['start', 'middle', 'end'] as const;

interface Scale {
  x: (index: number) => number;
  y: (value: number) => number;
  marks: number[];
}

function scaleOf({ series, axis_config: { categories } }: Lines): Scale {
  const values = series.flatMap(({ data }) => data.map(({ value }) => value));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // Flat lines stand in the middle.
  const span = high - low || Math.max(1, Math.abs(high));
  const floor = high === low ? low - span / 2 : low;
  const inner = { width: SIZE.width - SIZE.left - SIZE.right, height: SIZE.height - SIZE.top - SIZE.bottom };
  return {
    x: (index) => SIZE.left + (inner.width * index) / Math.max(1, categories.length - 1),
    y: (value) => SIZE.top + inner.height * (1 - (value - floor) / span),
    marks: Array.from({ length: GRID + 1 }, (_, index) => floor + (span * index) / GRID),
  };
}

function pathOf({ series, axis_config: { categories } }: Lines, index: number, { x, y }: Scale): string {
  const data = new Map(series[index]?.data.map(({ label, value }) => [label, value]));
  let isOpen = false;
  return categories
    .map((label, at) => {
      const value = data.get(label);
      const step = value === undefined ? '' : `${isOpen ? 'L' : 'M'}${x(at)} ${y(value)}`;
      isOpen = value !== undefined;
      return step;
    })
    .join('');
}

function summary({ series }: Lines): string {
  return series
    .map(({ name, data }) => `${name} ${data.map(({ label, value }) => `${label} ${value}`).join(', ')}`)
    .join('; ');
}

function tidy(value: number): string {
  return String(Number(value.toPrecision(5)));
}
