/** Drawn, because there are no pictures: people are round with initials, the app is square with its two bars. */
export function Avatar({ name, bot }: { name: string; bot: boolean }) {
  if (bot) {
    return (
      <svg className="avatar avatar-app" viewBox="0 0 36 36" aria-hidden="true">
        <rect width="36" height="36" rx="10" />
        <path d="M9.5 14h17M9.5 22h17" />
      </svg>
    );
  }
  return (
    <svg className={`avatar avatar-${hueOf(name)}`} viewBox="0 0 36 36" aria-hidden="true">
      <circle cx="18" cy="18" r="18" />
      <text x="18" y="22.5" textAnchor="middle">
        {initialsOf(name)}
      </text>
    </svg>
  );
}

const HUES = 6;

function hueOf(name: string): number {
  let sum = 0;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9_973;
  return sum % HUES;
}

/** "manager2" is M2, "Ayşe Yılmaz" is AY. */
function initialsOf(name: string): string {
  const [first = '', second = ''] = name.split(/[\s._-]+/).filter((word) => word !== '');
  const digits = /\d+$/.exec(first)?.[0];
  return `${firstLetter(first)}${digits ?? firstLetter(second)}`.toLocaleUpperCase('en');
}

function firstLetter(word: string): string {
  const code = word.codePointAt(0);
  return code === undefined ? '' : String.fromCodePoint(code);
}
