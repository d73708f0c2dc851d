import { anyUrl, confirm, overflowOption, plainText, style, webUrl } from './composition.ts';
import { choice, list, object, text, typed, type Schema } from './schema.ts';

export const actionId = text({ min: 1, max: 255 });
const accessibilityLabel = text({ min: 1, max: 75 });

const feedbackButton = object({
  required: { text: plainText(75), value: text({ min: 1, max: 2000 }) },
  optional: { accessibility_label: accessibilityLabel },
});

/** https://docs.slack.dev/reference/block-kit/block-elements: what is pressed. */
export const BUTTONS: Record<string, Schema> = {
  button: typed('button', {
    required: { text: plainText(75) },
    optional: {
      action_id: actionId,
      value: text({ max: 2000 }),
      url: anyUrl,
      style,
      confirm,
      accessibility_label: accessibilityLabel,
    },
  }),
  overflow: typed('overflow', {
    required: { options: list(overflowOption, { min: 1, max: 5 }) },
    optional: { action_id: actionId, confirm },
  }),
  workflow_button: typed('workflow_button', {
    required: {
      text: plainText(75),
      workflow: object({
        required: {
          trigger: object({
            required: { url: webUrl },
            optional: {
              customizable_input_parameters: list(
                object({ required: { name: text({ min: 1 }), value: text() } }),
              ),
            },
          }),
        },
      }),
    },
    optional: { action_id: actionId, style, confirm, accessibility_label: accessibilityLabel },
  }),
  feedback_buttons: typed('feedback_buttons', {
    required: { positive_button: feedbackButton, negative_button: feedbackButton },
    optional: { action_id: actionId },
  }),
  icon_button: typed('icon_button', {
    required: { icon: choice('trash'), text: plainText(75) },
    optional: {
      action_id: actionId,
      value: text({ max: 2000 }),
      confirm,
      accessibility_label: accessibilityLabel,
      visible_to_user_ids: list(text({ min: 1 })),
    },
  }),
};
