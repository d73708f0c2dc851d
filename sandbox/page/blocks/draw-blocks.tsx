import type { KnownBlock } from '@slack/types';
import type { Block } from 'slack-blocks-to-jsx';
import type { DrawnBlock } from '../wire/types.ts';
import { InputBlock } from '../fields/input-block.tsx';
import { Boundary, Undrawn } from './boundary.tsx';
import { Chart } from './chart.tsx';
import { Alert, Context, Header, Image, Section } from './layout.tsx';
import { Elements } from './elements.tsx';
import { LibraryBlock, RichText, Text } from './rich-text.tsx';
import { Table } from './table.tsx';

export function Blocks({ blocks }: { blocks: readonly DrawnBlock[] }) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        <Boundary key={block.block_id ?? index} what={block}>
          <OneBlock block={block} />
        </Boundary>
      ))}
    </div>
  );
}

function OneBlock({ block }: { block: DrawnBlock }) {
  switch (block.type) {
    case 'header':
      return <Header block={block} />;
    case 'section':
      return <Section block={block} />;
    case 'context':
      return <Context block={block} />;
    case 'divider':
      return <hr className="block-divider" />;
    case 'rich_text':
      return <RichText elements={block.elements} />;
    case 'markdown':
      return <LibraryBlock block={block as Block} />;
    case 'image':
      return <Image block={block} />;
    case 'table':
      return <Table rows={block.rows} columns={block.column_settings ?? []} />;
    case 'data_table':
      return <Table rows={block.rows} columns={[]} caption={block.caption} />;
    case 'actions':
      return <Elements elements={block.elements} blockId={block.block_id} />;
    case 'input':
      return <InputBlock block={block} />;
    case 'alert':
      return <Alert block={block} />;
    case 'container':
      return <Container block={block} />;
    case 'data_visualization':
      return block.chart === undefined ? (
        <Undrawn what={block} reason="This chart says nothing." />
      ) : (
        <Chart block={block} chart={block.chart} />
      );
    // What the app doesn't send yet, and whatever Slack may add, is shown as data.
    case 'card':
    case 'carousel':
    case 'context_actions':
    case 'file':
    case 'plan':
    case 'task_card':
    case 'video':
    default:
      return <Undrawn what={block} reason={`A block of type ${block.type} is not drawn here.`} />;
  }
}

function Container({ block }: { block: Extract<KnownBlock, { type: 'container' }> }) {
  const title = block.rich_text_title ? (
    <RichText elements={block.rich_text_title.elements} />
  ) : (
    block.title && <Text text={block.title} />
  );
  return (
    <details className="block-container" open={block.default_collapsed !== true}>
      <summary>
        {title}
        {block.subtitle && <Text text={block.subtitle} />}
      </summary>
      <Blocks blocks={block.child_blocks} />
    </details>
  );
}
