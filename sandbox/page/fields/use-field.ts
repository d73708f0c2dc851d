import { useState } from 'react';
import { useForm } from './form.tsx';
import { initialValue, type FieldElement, type FieldValue } from './value.ts';

/** A field's value: the view's form keeps it, or in a message the field itself. */
export function useField(
  blockId: string | undefined,
  element: FieldElement,
): [FieldValue, (value: FieldValue) => void] {
  const form = useForm();
  const [own, setOwn] = useState(() => initialValue(element));
  if (!form || blockId === undefined) return [own, setOwn];
  return [form.valueOf(blockId, element), (value) => form.put(blockId, element, value)];
}
