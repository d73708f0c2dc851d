import type { Datepicker, DateTimepicker, Timepicker } from '@slack/types';
import { useScene } from '../blocks/scene.ts';
import { localMoment, unixOfLocal } from '../texts/times.ts';
import { spoken, type FieldProps } from './field-props.ts';
import { textOf } from './value.ts';

const KINDS = { datepicker: 'date', timepicker: 'time', datetimepicker: 'datetime-local' } as const;

/** A day, a time of day or both, by the browser's own calendar; both is a moment in the person's zone. */
export function WhenField(props: FieldProps<Datepicker | Timepicker | DateTimepicker>) {
  const { element, value, onChange } = props;
  const zone = useScene().me.tz;
  const moment = element.type === 'datetimepicker';
  const text = textOf(value);
  return (
    <input
      {...spoken(props)}
      type={KINDS[element.type]}
      className="field-text field-when"
      data-focus={element.focus_on_load}
      value={moment && text !== '' ? localMoment(Number(text), zone) : text}
      onChange={(event) => {
        const entered = event.currentTarget.value;
        onChange(moment && entered !== '' ? String(unixOfLocal(entered, zone)) : entered);
      }}
    />
  );
}
