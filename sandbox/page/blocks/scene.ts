import { createContext, useContext } from 'react';
import type { Acked, Channel, Person, Press, Spot, Suggestions } from '../wire/types.ts';

/** What everything drawn needs to know about where it stands. Kept equal while nothing in it changes. */
export interface Scene {
  people: ReadonlyMap<string, Person>;
  channels: ReadonlyMap<string, Channel>;
  /** Handles by id. */
  groups: ReadonlyMap<string, string>;
  /** Who the page acts as. */
  me: Person;
  /** The sandbox's clock, to the minute. */
  now: Date;
  dark: boolean;
  /** Presses an element for `me`; failures are told in the notice line. */
  press: (press: Press) => Promise<Acked | undefined>;
  /** What a select that asks the app offers for the words typed. */
  suggest: (question: Press & { value: string }) => Promise<Suggestions>;
}

const SceneContext = createContext<Scene | undefined>(undefined);

export const SceneProvider = SceneContext.Provider;

export function useScene(): Scene {
  const scene = useContext(SceneContext);
  if (!scene) throw new Error('drawn outside of a scene');
  return scene;
}

/** The message or view an element belongs to: a click names it. */
const SpotContext = createContext<Spot | undefined>(undefined);

export const SpotProvider = SpotContext.Provider;

export function useSpot(): Spot {
  const spot = useContext(SpotContext);
  if (!spot) throw new Error('drawn outside of a message');
  return spot;
}
