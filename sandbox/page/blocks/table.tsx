import type { TableBlock } from '@slack/types';
import { parsePlain } from '../texts/mrkdwn.ts';
import { RichText } from './rich-text.tsx';

type Cell = TableBlock['rows'][number][number];

/** Tables by hand: the library fails on numbers and draws no data_table. The first row is the header. */
export function Table(props: {
  rows: readonly (readonly Cell[])[];
  columns: readonly { align?: 'left' | 'center' | 'right'; is_wrapped?: boolean }[];
  caption?: string;
}) {
  const [head = [], ...body] = props.rows;
  const lookOf = (column: number, cell: Cell): string => {
    const { align, is_wrapped } = props.columns[column] ?? {};
    return `cell-${align ?? (cell.type === 'raw_number' ? 'right' : 'left')}${is_wrapped ? ' cell-wrapped' : ''}`;
  };
  return (
    // A wide table scrolls by itself; focusable, so that the keyboard can scroll it.
    <div className="block-table" tabIndex={0} role="region" aria-label={props.caption ?? 'Table'}>
      <table>
        {props.caption !== undefined && <caption>{props.caption}</caption>}
        <thead>
          <tr>
            {head.map((cell, column) => (
              <th key={column} scope="col" className={lookOf(column, cell)}>
                <CellWords cell={cell} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column} className={lookOf(column, cell)}>
                  <CellWords cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function CellWords({ cell }: { cell: Cell }) {
  switch (cell.type) {
    case 'rich_text':
      return <RichText elements={cell.elements} />;
    case 'raw_text':
      return <RichText elements={parsePlain(cell.text, { emoji: false })} />;
    case 'raw_number':
      return <>{cell.text}</>;
    default:
      return null;
  }
}
