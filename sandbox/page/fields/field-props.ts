import type { FieldElement, FieldValue } from './value.ts';

/** What every field is given, whatever it looks like. */
export interface FieldProps<E extends FieldElement = FieldElement> {
  element: E;
  value: FieldValue;
  onChange: (value: FieldValue) => void;
  /** Enter was pressed in a line of text. True: it was used, so it doesn't send the form. */
  onEnter?: (() => boolean) | undefined;
  blockId: string | undefined;
  /** Of the control itself, so that a label can point at it. */
  id: string;
  /** For fields without a label beside them. */
  name?: string | undefined;
  /** Id of the label, for groups of radio buttons and lists. */
  labelledBy?: string | undefined;
  /** Ids of the hint and the error. */
  describedBy?: string | undefined;
  invalid?: boolean | undefined;
  disabled?: boolean | undefined;
  /** May what was picked be taken back? */
  clearable?: boolean | undefined;
}

/** The attributes that tell a control's name and state. */
export function spoken(props: FieldProps) {
  return {
    id: props.id,
    'aria-label': props.name,
    'aria-describedby': props.describedBy,
    'aria-invalid': props.invalid === true ? true : undefined,
    disabled: props.disabled,
  };
}
