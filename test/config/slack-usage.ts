import { readdirSync, readFileSync } from 'node:fs';

const text = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Everything the app itself is made of; the sandbox plays Slack and is left out. */
const SOURCES = ['src', 'handlers'].flatMap((folder) =>
  readdirSync(new URL(`../../${folder}/`, import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => text(`${folder}/${path}`)),
);

/** First words of Web API methods; https://docs.slack.dev/reference/methods */
const FAMILIES =
  'admin api apps assistant auth bookmarks bots calls canvases chat conversations dialog dnd emoji files functions lists ' +
  'migration oauth openid pins reactions reminders search slackLists stars team tooling usergroups users views workflows';
const FAMILY = `(?:${FAMILIES.split(' ').join('|')})`;

/** Our own words that look like methods are keys of texts. */
const TEXT_KEYS = new Set<string>();
for (const [noun, keys] of Object.entries(JSON.parse(text('locales/en.json')) as Record<string, object>))
  for (const key of Object.keys(keys)) TEXT_KEYS.add(`${noun}.${key}`);

function matches(pattern: RegExp): string[] {
  const found = SOURCES.flatMap((source) => [...source.matchAll(pattern)].map((match) => match[1] ?? ''));
  return [...new Set(found)].toSorted();
}

/** Web API methods that the sources name, as `call('chat.update', ...)` or `client.chat.update(...)`. */
export const METHODS: readonly string[] = [
  ...new Set([
    ...matches(new RegExp(`['"\`](${FAMILY}(?:\\.[a-zA-Z]+)+)['"\`]`, 'g')),
    ...matches(new RegExp(`\\bclient\\.(${FAMILY}(?:\\.[a-zA-Z]+)+)\\(`, 'g')),
  ]),
].filter((method) => !TEXT_KEYS.has(method));

/** Events that Bolt listens to: `app.event('x', ...)`, and `app.message(...)` for any. */
export const EVENTS: readonly string[] = [
  ...matches(/\.event\(\s*'([a-z_.]+)'/g),
  ...matches(/\bapp\.(message)\(/g),
];

/** Slash commands that have a listener: a definition's `command: '/x'`, or Bolt's own `.command('/x', ...)`. */
export const COMMANDS: readonly string[] = [
  ...new Set([...matches(/\bcommand: '(\/[a-z-]+)'/g), ...matches(/\.command\(\s*'(\/[a-z-]+)'/g)]),
];
