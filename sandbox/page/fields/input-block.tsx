import type { InputBlock as InputBlockJson } from '@slack/types';
import { useEffect, useId, useRef } from 'react';
import { Text } from '../blocks/rich-text.tsx';
import { Field } from './field.tsx';
import { useForm } from './form.tsx';
import { useField } from './use-field.ts';
import { usePress } from './use-press.ts';
import { givenValue, isPicking, type FieldElement, type FieldValue } from './value.ts';

/** A pause in typing after which on_character_entered is told. */
const PAUSE_MS = 400;

/** A labelled field: hint and error stand beside it, and it asks the app only when it says so. */
export function InputBlock({ block }: { block: InputBlockJson }) {
  const { element } = block;
  if (element.type === 'file_input' || element.type === 'rich_text_input')
    return <p className="element-undrawn">{element.type} is not drawn here</p>;
  return <LabelledField block={block} element={element} />;
}

function LabelledField({ block, element }: { block: InputBlockJson; element: FieldElement }) {
  const blockId = block.block_id ?? '';
  const id = useId();
  const [value, setValue] = useField(blockId, element);
  const error = useForm()?.errors[blockId];
  const dispatch = useDispatch(block, element, value);
  const grouped = element.type === 'radio_buttons' || element.type === 'checkboxes';
  const label = (
    <>
      <Text text={block.label} />{' '}
      {block.optional === true && <span className="field-optional">(optional)</span>}
    </>
  );
  const described = [block.hint ? `${id}-hint` : '', error === undefined ? '' : `${id}-error`]
    .join(' ')
    .trim();
  return (
    <div className={error === undefined ? 'field' : 'field field-wrong'} data-block={blockId}>
      {grouped ? (
        <span className="field-label" id={`${id}-label`}>
          {label}
        </span>
      ) : (
        <label className="field-label" htmlFor={id}>
          {label}
        </label>
      )}
      <Field
        element={element}
        blockId={blockId}
        id={id}
        labelledBy={grouped ? `${id}-label` : undefined}
        describedBy={described === '' ? undefined : described}
        invalid={error !== undefined}
        clearable={block.optional === true}
        value={value}
        onChange={(next) => {
          setValue(next);
          dispatch.onChange(next);
        }}
        onEnter={dispatch.onEnter}
      />
      {error !== undefined && (
        <p className="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
      {block.hint && (
        <div className="field-hint" id={`${id}-hint`}>
          <Text text={block.hint} />
        </div>
      )}
    </div>
  );
}

/** docs.slack.dev/reference/block-kit/blocks/input-block: dispatch_action */
function useDispatch(block: InputBlockJson, element: FieldElement, value: FieldValue) {
  const { send } = usePress(element.action_id, block.block_id);
  const timer = useRef<number>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const config = 'dispatch_action_config' in element ? element.dispatch_action_config : undefined;
  const triggers = config?.trigger_actions_on ?? ['on_enter_pressed'];
  const asks = block.dispatch_action === true;
  const give = (given: FieldValue): void => {
    const option = givenValue(element.type, given);
    // An emptied line of text is told as such.
    void send({ option: option ?? '' });
  };
  return {
    onChange: (next: FieldValue): void => {
      window.clearTimeout(timer.current);
      if (!asks) return;
      if (isPicking(element.type)) return give(next);
      const typedToo = triggers.includes('on_character_entered') || element.type.endsWith('picker');
      if (typedToo) timer.current = window.setTimeout(() => give(next), PAUSE_MS);
    },
    onEnter: (): boolean => {
      if (!asks || !triggers.includes('on_enter_pressed')) return false;
      give(value);
      return true;
    },
  };
}
