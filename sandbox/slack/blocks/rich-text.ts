import { anyUrl } from './composition.ts';
import { byType, choice, flag, integer, list, object, text, textLike, typed, type Schema } from './schema.ts';

const styleFlags = { bold: flag, italic: flag, strike: flag, underline: flag, code: flag };
const style = object({ optional: styleFlags });
const mentionStyle = object({
  optional: { ...styleFlags, highlight: flag, client_highlight: flag, unlink: flag },
});
const id = text({ min: 1 });

const LEAVES: Record<string, Schema> = {
  text: typed('text', { required: { text: text({ min: 1 }) }, optional: { style } }),
  link: typed('link', {
    required: { url: anyUrl },
    optional: { text: text(), unsafe: flag, style },
  }),
  user: typed('user', { required: { user_id: id }, optional: { style: mentionStyle } }),
  usergroup: typed('usergroup', { required: { usergroup_id: id }, optional: { style: mentionStyle } }),
  team: typed('team', { required: { team_id: id }, optional: { style } }),
  channel: typed('channel', { required: { channel_id: id }, optional: { style: mentionStyle } }),
  emoji: typed('emoji', {
    required: { name: text({ min: 1 }) },
    optional: { unicode: text(), url: anyUrl, style },
  }),
  broadcast: typed('broadcast', {
    required: { range: choice('here', 'channel', 'everyone') },
    optional: { style },
  }),
  color: typed('color', {
    required: { value: textLike(/^#[0-9a-f]{6}$/i, 'must be a valid color') },
    optional: { style },
  }),
  date: typed('date', {
    required: { timestamp: integer(), format: text({ min: 1 }) },
    optional: { url: anyUrl, fallback: text(), style },
  }),
};

const leaf = byType(() => LEAVES);
const PREFORMATTED_LEAVES = { text: LEAVES['text'] as Schema, link: LEAVES['link'] as Schema };
const border = choice(0, 1);
const section = typed('rich_text_section', { required: { elements: list(leaf) } });

const PARTS: Record<string, Schema> = {
  rich_text_section: section,
  rich_text_list: typed('rich_text_list', {
    required: {
      elements: list(byType(() => ({ rich_text_section: section }))),
      style: choice('bullet', 'ordered'),
    },
    optional: { indent: integer({ min: 0, max: 8 }), border, offset: integer({ min: 0 }) },
  }),
  rich_text_quote: typed('rich_text_quote', {
    required: { elements: list(leaf) },
    optional: { border },
  }),
  rich_text_preformatted: typed('rich_text_preformatted', {
    required: { elements: list(byType(() => PREFORMATTED_LEAVES)) },
    optional: { border, language: text() },
  }),
};

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
export const richTextBlock = typed('rich_text', {
  required: { elements: list(byType(() => PARTS)) },
  optional: { block_id: text({ min: 1, max: 255 }) },
});
