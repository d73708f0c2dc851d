import { useId } from 'react';
import type { Person } from '../wire/types.ts';
import { Avatar } from './avatar.tsx';

/** Who clicks and writes. The browser's own select lies over a card that shows the chosen person. */
export function ActingAs(props: { people: readonly Person[]; me: Person; onChoose: (id: string) => void }) {
  const id = useId();
  const { me } = props;
  return (
    <div className="acting">
      <label className="acting-label" htmlFor={id}>
        Acting as
      </label>
      <div className="acting-card">
        <Avatar name={me.name} bot={false} />
        <span className="acting-words" aria-hidden="true">
          <span className="acting-name">{me.name}</span>
          <span className="acting-facts">{factsOf(me).join(', ')}</span>
        </span>
        <span className="pick-arrow" aria-hidden="true" />
        <select id={id} value={me.id} onChange={(event) => props.onChoose(event.currentTarget.value)}>
          {props.people.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
              {person.real_name === undefined ? '' : ` · ${person.real_name}`}
              {` (${factsOf(person).join(', ')})`}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

/** Groups, standing, and the language that the app speaks to this person; the page itself speaks English. */
function factsOf(person: Person): string[] {
  return [
    ...(person.groups.length === 0 ? ['no group'] : person.groups),
    ...(person.guest ? ['guest'] : []),
    ...(person.deleted ? ['deactivated'] : []),
    languageOf(person.locale),
  ];
}

function languageOf(locale: string): string {
  return new Intl.DisplayNames('en', { type: 'language' }).of(locale.split('-')[0] ?? locale) ?? locale;
}
