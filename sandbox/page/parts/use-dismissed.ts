import { useCallback, useState } from 'react';
import type { Ephemeral } from '../wire/types.ts';
import { keep, readKept } from './kept.ts';

const KEY = 'mutabik.dismissed';
const ofThisTab = (): Storage => sessionStorage;

/**
 * Private answers that a person waved away. Only the page knows: to the workspace they are as gone as they ever get,
 * since nobody can ask for them again.
 */
export function useDismissed(): [(note: Ephemeral) => boolean, (ts: string) => void] {
  const [gone, setGone] = useState<ReadonlySet<string>>(
    () => new Set((readKept(ofThisTab, KEY) ?? '').split(' ')),
  );
  const dismiss = useCallback((ts: string) => {
    setGone((before) => {
      const after = new Set(before).add(ts);
      keep(ofThisTab, KEY, [...after].join(' '));
      return after;
    });
  }, []);
  return [(note) => gone.has(note.ts), dismiss];
}
