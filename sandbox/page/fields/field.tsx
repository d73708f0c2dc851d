import type { FieldProps } from './field-props.ts';
import { PickField } from './pick-field.tsx';
import { TextField } from './text-field.tsx';
import { TicksField } from './ticks-field.tsx';
import { WhenField } from './when-field.tsx';

/** Inputs and selects by hand: the library that draws blocks has dummies for them. */
export function Field(props: FieldProps) {
  const { element } = props;
  switch (element.type) {
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
      return <TextField {...props} element={element} />;
    case 'datepicker':
    case 'timepicker':
    case 'datetimepicker':
      return <WhenField {...props} element={element} />;
    case 'radio_buttons':
    case 'checkboxes':
      return <TicksField {...props} element={element} />;
    case 'static_select':
    case 'external_select':
    case 'users_select':
    case 'channels_select':
    case 'conversations_select':
    case 'multi_static_select':
    case 'multi_external_select':
    case 'multi_users_select':
    case 'multi_channels_select':
    case 'multi_conversations_select':
      return <PickField {...props} element={element} />;
  }
}
