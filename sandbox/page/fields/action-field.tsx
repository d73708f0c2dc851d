import type { StaticSelect } from '@slack/types';
import { useEffect, useId, useRef, useState } from 'react';
import { ConfirmDialog } from '../blocks/confirm-dialog.tsx';
import { Field } from './field.tsx';
import { useField } from './use-field.ts';
import { usePress } from './use-press.ts';
import { givenValue, isEmpty, isPicking, type FieldElement, type FieldValue } from './value.ts';

/** A date is typed digit by digit: it counts as chosen after a pause. */
const PAUSE_MS = 700;

/** A field outside of an input block: choosing is the click. */
export function ActionField({ element, blockId }: { element: FieldElement; blockId: string | undefined }) {
  const [value, setValue] = useField(blockId, element);
  const [before, setBefore] = useState<FieldValue>();
  const { send } = usePress(element.action_id, blockId);
  const id = useId();
  const timer = useRef<number>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  const confirm = 'confirm' in element ? element.confirm : undefined;
  const give = (chosen: FieldValue): void => {
    const option = givenValue(element.type, chosen);
    if (option !== null) void send({ option });
  };
  const change = (chosen: FieldValue): void => {
    setValue(chosen);
    window.clearTimeout(timer.current);
    if (!isPicking(element.type) && isEmpty(chosen)) return;
    if (confirm) setBefore(value);
    else if (isPicking(element.type)) give(chosen);
    else timer.current = window.setTimeout(() => give(chosen), PAUSE_MS);
  };
  return (
    <div className="action-field">
      <Field
        element={element}
        blockId={blockId}
        id={id}
        name={nameOf(element)}
        value={value}
        onChange={change}
      />
      {before !== undefined && confirm && (
        <ConfirmDialog
          confirm={confirm}
          onYes={() => {
            setBefore(undefined);
            give(value);
          }}
          onNo={() => {
            setValue(before);
            setBefore(undefined);
          }}
        />
      )}
    </div>
  );
}

const NAMES: Partial<Record<FieldElement['type'], string>> = {
  datepicker: 'Date',
  timepicker: 'Time',
  datetimepicker: 'Date and time',
  radio_buttons: 'Choose one',
};

/** Slack gives no label here: the placeholder names it, or a select's first option ("Any class"). */
function nameOf(element: FieldElement): string {
  if ('placeholder' in element && element.placeholder) return element.placeholder.text;
  const first = element.type === 'static_select' ? ownFirst(element) : undefined;
  return first ?? NAMES[element.type] ?? 'Choose';
}

function ownFirst(element: StaticSelect): string | undefined {
  return (element.options ?? element.option_groups?.[0]?.options)?.[0]?.text.text;
}
