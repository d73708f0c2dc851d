import type { Subject } from '../ids.ts';

/** What an alert about one file of a card is about. */
export function fileSubject(cardId: string, name: string): Subject {
  return { kind: 'card', id: `${cardId}/${name}` };
}
