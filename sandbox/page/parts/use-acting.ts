import { useState } from 'react';
import type { Person } from '../wire/types.ts';

const KEY = 'mutabik.actingAs';

/**
 * Who the page acts as: kept in the browser, the first person of the workspace until somebody is chosen. There must
 * be one.
 */
export function useActing(people: readonly Person[]): [Person, (id: string) => void] {
  const [id, setId] = useState(() => read());
  const choose = (chosen: string): void => {
    setId(chosen);
    write(chosen);
  };
  const me = people.find((person) => person.id === id) ?? people[0];
  if (!me) throw new Error('a workspace without people');
  return [me, choose];
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // Storage is switched off: the choice lasts as long as the page.
  }
}

function write(id: string): void {
  try {
    localStorage.setItem(KEY, id);
  } catch {
    // As above.
  }
}
