import {
  byType,
  choice,
  exactlyOne,
  flag,
  list,
  object,
  oneAtLeast,
  text,
  textLike,
  typed,
  type Schema,
} from './schema.ts';

/** Composition objects: https://docs.slack.dev/reference/block-kit/composition-objects */

export function plainText(max: number): Schema {
  return typed('plain_text', { required: { text: text({ min: 1, max }) }, optional: { emoji: flag } });
}

export function mrkdwn(max: number): Schema {
  return typed('mrkdwn', { required: { text: text({ min: 1, max }) }, optional: { verbatim: flag } });
}

export function anyText(max: number): Schema {
  const kinds = { plain_text: plainText(max), mrkdwn: mrkdwn(max) };
  return byType(() => kinds);
}

export const webUrl = textLike(/^https?:\/\/[^\s]+$/i, 'must be a valid url');
export const httpsUrl = textLike(/^https:\/\/[^\s]+$/i, 'must be a valid url');
/** A link of a button may also open another app. */
export const anyUrl = textLike(/^[a-z][a-z0-9+.-]*:[^\s]+$/i, 'must be a valid url');

export const style = choice('primary', 'danger');

export const confirm = object({
  required: {
    title: plainText(100),
    text: anyText(300),
    confirm: plainText(30),
    deny: plainText(30),
  },
  optional: { style },
});

const optionBase = { value: text({ min: 1, max: 150 }) };

/** An option of selects: plain text. */
export const plainOption = object({
  required: { text: plainText(75), ...optionBase },
  optional: { description: plainText(75) },
});

/** An option of radio buttons and checkboxes: mrkdwn too. */
export const richOption = object({
  required: { text: anyText(75), ...optionBase },
  optional: { description: anyText(75) },
});

/** An option of an overflow menu may carry a link. */
export const overflowOption = object({
  required: { text: plainText(75), ...optionBase },
  optional: { description: plainText(75), url: anyUrl },
});

export const optionGroup = object({
  required: { label: plainText(75), options: list(plainOption, { min: 1, max: 100 }) },
});

export const dispatchConfig = object({
  optional: {
    trigger_actions_on: list(choice('on_enter_pressed', 'on_character_entered'), { min: 1, max: 2 }),
  },
});

export const conversationFilter = object(
  {
    optional: {
      include: list(choice('im', 'mpim', 'private', 'public'), { min: 1 }),
      exclude_external_shared_channels: flag,
      exclude_bot_users: flag,
    },
  },
  oneAtLeast('include', 'exclude_external_shared_channels', 'exclude_bot_users'),
);

export const slackFile = object({ optional: { id: text({ min: 1 }), url: webUrl } }, exactlyOne('id', 'url'));

/** The image element; the image block adds a title. */
export const imageElement = typed(
  'image',
  {
    required: { alt_text: text({ min: 1, max: 2000 }) },
    optional: { image_url: webUrl, slack_file: slackFile },
  },
  exactlyOne('image_url', 'slack_file'),
);
