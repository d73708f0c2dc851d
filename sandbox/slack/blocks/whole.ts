import { isJsonObject, type JsonObject } from '../types.ts';
import { isInteractive } from './elements.ts';
import { codePoints, itemsOf, type Report } from './schema.ts';

const MARKDOWN_TOTAL = 12_000;
const TABLE_TOTALS: Record<string, number> = { table: 10_000, data_table: 20_000 };
const MAX_CHARTS = 2;
const MAX_TABLES = 1;

interface Placed {
  block: JsonObject;
  pointer: string;
}

/** Rules that no single block can see: ids, one focus, totals over the payload. */
export function checkWhole(blocks: unknown, pointer: string, report: Report): void {
  const placed = placedBlocks(blocks, pointer);
  checkBlockIds(placed, report);
  for (const one of placed) checkActionIds(one, report);
  checkFocus(placed, report);
  checkTotals(placed, pointer, report);
}

/** Blocks at the top and inside containers, in order. */
export function placedBlocks(blocks: unknown, pointer: string): Placed[] {
  return itemsOf(blocks).flatMap((block, index): Placed[] => {
    if (!isJsonObject(block)) return [];
    const at = `${pointer}/${index}`;
    return [{ block, pointer: at }, ...placedBlocks(block['child_blocks'], `${at}/child_blocks`)];
  });
}

/** Interactive elements of one block: in elements, accessory, element, and a card's actions. */
export function interactiveElements({ block, pointer }: Placed): { element: JsonObject; pointer: string }[] {
  const candidates: [unknown, string][] = [
    [block['accessory'], `${pointer}/accessory`],
    [block['element'], `${pointer}/element`],
  ];
  for (const name of ['elements', 'actions'])
    itemsOf(block[name]).forEach((element, index) => {
      candidates.push([element, `${pointer}/${name}/${index}`]);
      if (isJsonObject(element) && element['type'] === 'card')
        itemsOf(element['actions']).forEach((action, at) =>
          candidates.push([action, `${pointer}/${name}/${index}/actions/${at}`]),
        );
    });
  return candidates.flatMap(([element, at]) =>
    isJsonObject(element) && isInteractive(element['type']) ? [{ element, pointer: at }] : [],
  );
}

function checkBlockIds(placed: Placed[], report: Report): void {
  const seen = new Set<string>();
  for (const { block, pointer } of placed) {
    const id = block['block_id'];
    if (typeof id !== 'string') continue;
    if (seen.has(id)) report(`${pointer}/block_id`, `\`block_id\` "${id}" already exists`);
    seen.add(id);
  }
}

function checkActionIds(placed: Placed, report: Report): void {
  const seen = new Set<string>();
  for (const { element, pointer } of interactiveElements(placed)) {
    const id = element['action_id'];
    if (typeof id !== 'string') continue;
    if (seen.has(id)) report(`${pointer}/action_id`, `\`action_id\` "${id}" already exists`);
    seen.add(id);
  }
}

function checkFocus(placed: Placed[], report: Report): void {
  const focused = placed
    .flatMap(interactiveElements)
    .filter(({ element }) => element['focus_on_load'] === true);
  for (const { pointer } of focused.slice(1))
    report(`${pointer}/focus_on_load`, 'only one element may set `focus_on_load`');
}

function checkTotals(placed: Placed[], pointer: string, report: Report): void {
  const ofType = (type: string) => placed.filter(({ block }) => block['type'] === type);
  const markdown = ofType('markdown').reduce((sum, { block }) => sum + lengthOf(block['text']), 0);
  if (markdown > MARKDOWN_TOTAL) report(pointer, `must be less than ${MARKDOWN_TOTAL + 1} characters`);
  for (const [type, total] of Object.entries(TABLE_TOTALS)) {
    const characters = ofType(type).reduce((sum, { block }) => sum + textsIn(block['rows']), 0);
    if (characters > total) report(pointer, `must be less than ${total + 1} characters`);
  }
  for (const { pointer: at } of ofType('table').slice(MAX_TABLES)) report(at, 'only_one_table_allowed');
  for (const { pointer: at } of ofType('data_visualization').slice(MAX_CHARTS))
    report(at, `no more than ${MAX_CHARTS} items allowed`);
}

function textsIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textsIn(item), 0);
  if (!isJsonObject(value)) return 0;
  return lengthOf(value['text']) + textsIn(value['elements']);
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' ? codePoints(value) : 0;
}
