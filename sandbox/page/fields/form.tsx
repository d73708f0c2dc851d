import { createContext, useCallback, useContext, useMemo, useRef, useState, type ReactNode } from 'react';
import type { DrawnBlock, GivenValues, View } from '../wire/types.ts';
import { givenValue, initialValue, stateValue, type FieldElement, type FieldValue } from './value.ts';

/** What stands in the fields of one view. */
export interface Form {
  valueOf: (blockId: string, element: FieldElement) => FieldValue;
  put: (blockId: string, element: FieldElement, value: FieldValue) => void;
  /** What a person changed, as far as the view still asks for it. */
  given: () => GivenValues;
  /** By block_id: what the app, the workspace or the page itself found wrong. */
  errors: Readonly<Record<string, string>>;
  setErrors: (errors: Record<string, string>) => void;
}

const FormContext = createContext<Form | undefined>(undefined);

/** The form around a field; messages have none, there each field keeps its own value. */
export function useForm(): Form | undefined {
  return useContext(FormContext);
}

export function FormProvider({ form, children }: { form: Form; children: ReactNode }) {
  return <FormContext.Provider value={form}>{children}</FormContext.Provider>;
}

interface Entry {
  blockId: string;
  actionId: string;
  type: string;
  value: FieldValue;
}

/** What was typed survives an update of the view where block_id and action_id stay: docs.slack.dev/surfaces/modals */
export function useViewForm(view: View): Form {
  const [entries, setEntries] = useState<ReadonlyMap<string, Entry>>(new Map());
  // Read when something is sent, which may be in the same turn in which it was chosen.
  const newest = useRef(entries);
  const [errors, setErrors] = useState<Record<string, string>>({});

  const put = useCallback((blockId: string, element: FieldElement, value: FieldValue) => {
    const actionId = element.action_id ?? '';
    const entry = { blockId, actionId, type: element.type, value };
    newest.current = new Map(newest.current).set(`${blockId} ${actionId}`, entry);
    setEntries(newest.current);
    setErrors(({ [blockId]: _mended, ...others }) => others);
  }, []);

  return useMemo(() => {
    const asked = new Set(view.blocks.flatMap(fieldKeys));
    return {
      valueOf: (blockId, element) => {
        const entry = entries.get(`${blockId} ${element.action_id ?? ''}`);
        if (entry?.type === element.type) return entry.value;
        const state = view.state.values[blockId]?.[element.action_id ?? ''];
        return state ? stateValue(state) : initialValue(element);
      },
      put,
      given: () => {
        const values: GivenValues = {};
        for (const [key, { blockId, actionId, type, value }] of newest.current) {
          if (asked.has(key)) (values[blockId] ??= {})[actionId] = givenValue(type, value);
        }
        return values;
      },
      errors,
      setErrors,
    };
  }, [view, entries, errors, put]);
}

function fieldKeys(block: DrawnBlock): string[] {
  const elements = [
    ...('element' in block ? [block.element] : []),
    ...('accessory' in block && block.accessory ? [block.accessory] : []),
    ...('elements' in block && block.type === 'actions' ? block.elements : []),
  ];
  return elements.flatMap((element) =>
    'action_id' in element ? [`${block.block_id ?? ''} ${element.action_id ?? ''}`] : [],
  );
}
