import type { ActionsBlockElement, SectionBlockAccessory } from '@slack/types';
import { ActionField } from '../fields/action-field.tsx';
import { OverflowMenu } from '../fields/overflow-menu.tsx';
import { PressButton } from './press-button.tsx';

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
  if (element.type === 'button') return <PressButton button={element} blockId={blockId} />;
  if (element.type === 'overflow') return <OverflowMenu element={element} blockId={blockId} />;
  if (element.type === 'workflow_button' || element.type === 'rich_text_input')
    return <span className="element-undrawn">{element.type} is not drawn here</span>;
  return <ActionField element={element} blockId={blockId} />;
}
