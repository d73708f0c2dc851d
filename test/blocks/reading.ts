import type { MessageContent } from '../../src/ports.ts';

/** Every text object of a message, wherever it stands. */
export function textObjects(content: MessageContent): { type: string; text: string }[] {
  const found: { type: string; text: string }[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('text' in node && typeof node.text === 'string' && 'type' in node) {
      found.push({ type: String(node.type), text: node.text });
    }
    Object.values(node).forEach(visit);
  };
  visit(content.blocks);
  return found;
}

/** All that a message shows, line by line. */
export function allText(content: MessageContent): string {
  return textObjects(content)
    .map(({ text }) => text)
    .join('\n');
}

const OWN_TOKENS =
  /<@[UW][A-Z0-9]+>|<!date\^\d+\^\{date_short_pretty\} \{time\}\|[^<>|`&]+>|<https:\/\/[\w./?=&;-]+\|[^<>|`]+>/g;

/** Slack's control characters that are neither a token of ours nor an entity; empty when the markup is safe. */
export function liveMarkup(markup: string): string[] {
  const rest = markup.replaceAll(OWN_TOKENS, '').replaceAll(/&(?:amp|lt|gt);/g, '');
  return rest.match(/[<>&]/g) ?? [];
}
