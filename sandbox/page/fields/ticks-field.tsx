import type { Checkboxes, RadioButtons } from '@slack/types';
import { Text } from '../blocks/rich-text.tsx';
import type { FieldProps } from './field-props.ts';
import type { Picked } from './value.ts';

/** Radio buttons and checkboxes: all options in sight. */
export function TicksField(props: FieldProps<RadioButtons | Checkboxes>) {
  const { element, value, onChange, id } = props;
  const chosen = typeof value === 'string' ? [] : value;
  const many = element.type === 'checkboxes';
  const toggle = (option: Picked, on: boolean): void => {
    if (!many) return onChange([option]);
    const others = chosen.filter((one) => one.value !== option.value);
    // In the order in which they are offered.
    const kept = on ? [...others, option] : others;
    const place = (one: Picked): number => element.options.findIndex(({ value: its }) => its === one.value);
    onChange(kept.toSorted((a, b) => place(a) - place(b)));
  };
  return (
    <div
      className="field-ticks"
      role={many ? 'group' : 'radiogroup'}
      aria-label={props.name}
      aria-labelledby={props.labelledBy}
      aria-describedby={props.describedBy}
      aria-invalid={props.invalid === true && !many ? true : undefined}
    >
      {element.options.map((option, index) => (
        <label key={option.value ?? index} className="tick">
          <input
            id={index === 0 ? id : undefined}
            type={many ? 'checkbox' : 'radio'}
            name={id}
            disabled={props.disabled}
            data-focus={element.focus_on_load === true && index === 0 ? true : undefined}
            checked={chosen.some((one) => one.value === option.value)}
            onChange={(event) =>
              toggle({ value: option.value ?? '', label: option.text.text }, event.currentTarget.checked)
            }
          />
          <span className="tick-words">
            <Text text={option.text} />
            {option.description && (
              <span className="tick-description">
                <Text text={option.description} />
              </span>
            )}
          </span>
        </label>
      ))}
    </div>
  );
}
