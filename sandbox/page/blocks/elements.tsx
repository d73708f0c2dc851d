import type { ActionsBlockElement, SectionBlockAccessory } from '@slack/types';
import { PressButton } from './press-button.tsx';
import { Choice, type ChoiceOption } from './choice.tsx';
import { useScene } from './scene.ts';

export type InteractiveElement = ActionsBlockElement | Exclude<SectionBlockAccessory, { type: 'image' }>;

/** Interactive elements by hand: the library has no hook for a click, and its selects and confirms are dummies. */
export function Elements(props: { elements: readonly InteractiveElement[]; blockId: string | undefined }) {
  return (
    <div className="block-actions">
      {props.elements.map((element, index) => (
        <OneElement key={element.action_id ?? index} element={element} blockId={props.blockId} />
      ))}
    </div>
  );
}

function OneElement({ element, blockId }: { element: InteractiveElement; blockId: string | undefined }) {
  const { people, channels } = useScene();
  const shared = { actionId: element.action_id ?? '', blockId };
  switch (element.type) {
    case 'button':
      return <PressButton button={element} blockId={blockId} />;
    case 'overflow':
      return (
        <Choice
          {...shared}
          placeholder="More…"
          options={element.options.map(named)}
          confirm={element.confirm}
        />
      );
    case 'static_select': {
      const options = element.options ?? element.option_groups?.flatMap((group) => group.options) ?? [];
      return (
        <Choice
          {...shared}
          placeholder={element.placeholder?.text ?? 'Choose'}
          options={options.map(named)}
          initial={element.initial_option?.value}
          confirm={element.confirm}
        />
      );
    }
    case 'users_select': {
      const options = [...people.values()].map(({ id, name }) => ({ value: id, label: name }));
      return (
        <Choice {...shared} placeholder="Choose a person" options={options} initial={element.initial_user} />
      );
    }
    case 'channels_select':
    case 'conversations_select': {
      const options = [...channels.values()].map(({ id, name }) => ({ value: id, label: name }));
      return <Choice {...shared} placeholder="Choose a channel" options={options} />;
    }
    case 'checkboxes':
    case 'radio_buttons':
    case 'datepicker':
    case 'timepicker':
    case 'datetimepicker':
    case 'external_select':
    case 'multi_static_select':
    case 'multi_external_select':
    case 'multi_users_select':
    case 'multi_conversations_select':
    case 'multi_channels_select':
    case 'workflow_button':
    case 'rich_text_input':
    default:
      return <span className="element-undrawn">{element.type} is not drawn here</span>;
  }
}

function named(option: { text: { text: string }; value?: string }): ChoiceOption {
  return { value: option.value ?? '', label: option.text.text };
}
