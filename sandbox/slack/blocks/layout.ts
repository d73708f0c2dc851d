import { anyText, httpsUrl, imageElement, mrkdwn, plainText, slackFile, webUrl } from './composition.ts';
import {
  ACCESSORIES,
  ACTIONS,
  CONTEXT_ACTIONS,
  elementsFor,
  INPUT_ELEMENTS,
  type Surface,
} from './elements.ts';
import {
  byType,
  exactlyOne,
  flag,
  integer,
  list,
  oneAtLeast,
  text,
  typed,
  type Check,
  type Schema,
} from './schema.ts';
import { isJsonObject } from '../types.ts';

export const blockId = text({ min: 1, max: 255 });

const noDispatchOfFiles: Check = (value, pointer, report) => {
  const { element } = value;
  if (value['dispatch_action'] === true && isJsonObject(element) && element['type'] === 'file_input')
    report(`${pointer}/dispatch_action`, 'must be a valid enum value');
};

/** response_url_enabled is for modal inputs alone: https://docs.slack.dev/reference/block-kit/block-elements */
const responseUrlOnlyInModals =
  (surface: Surface): Check =>
  (value, pointer, report) => {
    const element = value['element'];
    if (surface !== 'modal' && isJsonObject(element) && element['response_url_enabled'] !== undefined)
      report(`${pointer}/element`, 'invalid additional property: response_url_enabled');
  };

const contexts = { image: imageElement, plain_text: plainText(3000), mrkdwn: mrkdwn(3000) };

/** Blocks that are the same on every surface. */
const PLAIN_BLOCKS: Record<string, Schema> = {
  header: typed('header', {
    required: { text: plainText(150) },
    optional: { block_id: blockId, level: integer({ min: 1, max: 4 }) },
  }),
  divider: typed('divider', { optional: { block_id: blockId } }),
  image: typed(
    'image',
    {
      required: { alt_text: text({ min: 1, max: 2000 }) },
      optional: { block_id: blockId, image_url: webUrl, slack_file: slackFile, title: plainText(2000) },
    },
    exactlyOne('image_url', 'slack_file'),
  ),
  video: typed('video', {
    required: {
      alt_text: text({ min: 1 }),
      title: plainText(199),
      thumbnail_url: webUrl,
      video_url: httpsUrl,
    },
    optional: {
      block_id: blockId,
      title_url: httpsUrl,
      author_name: text({ max: 49 }),
      provider_name: text(),
      provider_icon_url: webUrl,
      description: plainText(199),
    },
  }),
  context: typed('context', {
    required: {
      elements: list(
        byType(() => contexts),
        { min: 1, max: 10 },
      ),
    },
    optional: { block_id: blockId },
  }),
};

/** The everyday blocks: https://docs.slack.dev/reference/block-kit/blocks */
export function layoutBlocks(surface: Surface): Record<string, Schema> {
  const accessories = elementsFor(ACCESSORIES, surface);
  const actions = elementsFor(ACTIONS, surface);
  const inputs = elementsFor(INPUT_ELEMENTS, surface);
  const contextActions = elementsFor(CONTEXT_ACTIONS, surface);
  return {
    ...PLAIN_BLOCKS,
    section: typed(
      'section',
      {
        optional: {
          block_id: blockId,
          text: anyText(3000),
          fields: list(anyText(2000), { min: 1, max: 10 }),
          accessory: byType(() => accessories),
          expand: flag,
        },
      },
      oneAtLeast('text', 'fields'),
    ),
    actions: typed('actions', {
      required: {
        elements: list(
          byType(() => actions),
          { min: 1, max: 25 },
        ),
      },
      optional: { block_id: blockId },
    }),
    context_actions: typed('context_actions', {
      required: {
        elements: list(
          byType(() => contextActions),
          { min: 1, max: 5 },
        ),
      },
      optional: { block_id: blockId },
    }),
    input: typed(
      'input',
      {
        required: { label: plainText(2000), element: byType(() => inputs) },
        optional: { block_id: blockId, hint: plainText(2000), optional: flag, dispatch_action: flag },
      },
      noDispatchOfFiles,
      responseUrlOnlyInModals(surface),
    ),
  };
}
