import type { App } from '@slack/bolt';
import type { Desk } from './desk.ts';
import { makeListeners } from './listener.ts';

/** Every listener there is, noun by noun, by hand. */
export function registerListeners(desk: Desk): (app: App) => void {
  const listeners = makeListeners(desk);
  return (app) => listeners.attach(app);
}
