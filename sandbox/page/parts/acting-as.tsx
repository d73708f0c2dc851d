import { useId } from 'react';
import type { Person } from '../wire/types.ts';

/** Who clicks and writes. */
export function ActingAs(props: { people: readonly Person[]; me: Person; onChoose: (id: string) => void }) {
  const id = useId();
  return (
    <div className="acting">
      <label htmlFor={id}>Acting as</label>
      <select id={id} value={props.me.id} onChange={(event) => props.onChoose(event.currentTarget.value)}>
        {props.people.map((person) => (
          <option key={person.id} value={person.id}>
            {person.name}
            {person.real_name === undefined ? '' : ` · ${person.real_name}`}
            {roleOf(person)}
          </option>
        ))}
      </select>
    </div>
  );
}

function roleOf(person: Person): string {
  const words = [
    ...person.groups,
    ...(person.guest ? ['guest'] : []),
    ...(person.deleted ? ['deactivated'] : []),
  ];
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}
