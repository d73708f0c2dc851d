import type { EmailInput, NumberInput, PlainTextInput, URLInput } from '@slack/types';
import type { KeyboardEvent } from 'react';
import { spoken, type FieldProps } from './field-props.ts';
import { textOf } from './value.ts';

const KINDS = {
  plain_text_input: { type: 'text', inputMode: 'text' },
  email_text_input: { type: 'email', inputMode: 'email' },
  url_text_input: { type: 'url', inputMode: 'url' },
  number_input: { type: 'text', inputMode: 'decimal' },
} as const;

/** Words, an address or a number; with a limit it counts. */
export function TextField(props: FieldProps<PlainTextInput | EmailInput | URLInput | NumberInput>) {
  const { element, value, onChange, onEnter } = props;
  const text = textOf(value);
  const shared = {
    ...spoken(props),
    className: 'field-text',
    value: text,
    placeholder: element.placeholder?.text,
    'data-focus': element.focus_on_load,
    autoComplete: 'off',
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  };
  const multiline = element.type === 'plain_text_input' && element.multiline === true;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || (multiline && event.shiftKey)) return;
    if (onEnter?.() === true) event.preventDefault();
  };
  return (
    <div className="field-words">
      {multiline ? (
        <textarea {...shared} rows={3} onKeyDown={onKeyDown} />
      ) : (
        <input {...shared} {...KINDS[element.type]} onKeyDown={onKeyDown} />
      )}
      {element.type === 'plain_text_input' && <Counter text={text} element={element} />}
    </div>
  );
}

function Counter({ text, element }: { text: string; element: PlainTextInput }) {
  const { max_length: most } = element;
  if (most === undefined) return null;
  const length = Array.from(text).length;
  return (
    <span className={length > most ? 'field-count field-count-over' : 'field-count'}>
      {length} / {most}
      <span className="unseen"> characters</span>
    </span>
  );
}
