import { useEffect, useState } from 'react';
import type { Person } from '../wire/types.ts';
import { keep, readKept } from './kept.ts';

const KEY = 'mutabik.actingAs';
const ofThisTab = (): Storage => sessionStorage;
const ofAll = (): Storage => localStorage;

/**
 * Who the page acts as. Each tab has its own person, so that two can act side by side; a new tab begins with the
 * person chosen last, the first with the first of the workspace. There must be one.
 */
export function useActing(people: readonly Person[]): [Person, (id: string) => void] {
  const [id, setId] = useState(() => readKept(ofThisTab, KEY) ?? readKept(ofAll, KEY) ?? people[0]?.id);
  useEffect(() => {
    if (id !== undefined) keep(ofThisTab, KEY, id);
  }, [id]);
  const choose = (chosen: string): void => {
    setId(chosen);
    keep(ofAll, KEY, chosen);
  };
  const me = people.find((person) => person.id === id) ?? people[0];
  if (!me) throw new Error('a workspace without people');
  return [me, choose];
}
