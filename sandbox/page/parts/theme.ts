import { useSyncExternalStore } from 'react';
import { keep, readKept } from './kept.ts';

const KEY = 'mutabik.theme';
const DARK = '(prefers-color-scheme: dark)';
const listeners = new Set<() => void>();

export type Theme = 'light' | 'dark';

/** The theme that was chosen, else the system's. */
function currentTheme(): Theme {
  const chosen = readKept(() => localStorage, KEY);
  if (chosen === 'light' || chosen === 'dark') return chosen;
  return window.matchMedia(DARK).matches ? 'dark' : 'light';
}

/** Once at the start, so that the first drawing has its colours. */
export function applyTheme(): void {
  document.documentElement.dataset['theme'] = currentTheme();
}

export function chooseTheme(theme: Theme): void {
  keep(() => localStorage, KEY, theme);
  applyTheme();
  for (const listener of listeners) listener();
}

export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, shownTheme);
}

function shownTheme(): Theme {
  return document.documentElement.dataset['theme'] === 'dark' ? 'dark' : 'light';
}

function subscribe(listener: () => void): () => void {
  const query = window.matchMedia(DARK);
  const onSystem = (): void => {
    applyTheme();
    listener();
  };
  listeners.add(listener);
  query.addEventListener('change', onSystem);
  return () => {
    listeners.delete(listener);
    query.removeEventListener('change', onSystem);
  };
}
