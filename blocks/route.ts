import type { Title } from '../src/incidents/types.ts';
import type { Level, Route, Told } from '../src/escalations/types.ts';
import type { Severity } from '../src/policy/escalations.ts';
import type { Texts } from '../src/texts.ts';
import { mentionUser } from './actor.ts';
import { nameOfRule } from './findings.ts';
import type { Medium } from './medium.ts';

const NAME_LIMIT = 40;
const TITLE_LIMIT = 200;
/** Slack's longest mention has some 20 characters: a hundred of them leave room for the rest of a section. */
const MOST_MENTIONS = 100;
/** More names than this describe nothing. */
const MOST_NAMES = 6;

/** Shapes as well as colours; the severity stands beside them in words. */
const SEVERITY_SYMBOLS: Readonly<Record<Severity, string>> = { sev1: '🚨', sev2: '⚠️', sev3: 'ℹ️' };

export function symbolOfSeverity(severity: Severity): string {
  return SEVERITY_SYMBOLS[severity];
}

/** What an escalation or incident is called. */
export function describeTitle(title: Title, medium: Medium): string {
  switch (title.kind) {
    case 'finding':
      return nameOfRule(title.rule, medium);
    case 'opening':
      return medium.texts.t('escalations.title.opening');
    case 'many':
      return medium.texts.t('escalations.title.many', { day: medium.texts.day(title.day) });
    case 'exemption':
      return medium.texts.t('escalations.title.exemption', { name: medium.foreign(title.name, TITLE_LIMIT) });
    case 'slo':
      return medium.texts.t(`escalations.title.slo_${title.what}`, {
        name: medium.foreign(title.name, NAME_LIMIT),
      });
    case 'words':
      return medium.foreign(title.words, TITLE_LIMIT);
  }
}

/** "level 2 of 3, managers" */
export function describeLevel(route: Route, level: number, medium: Medium): string {
  return medium.texts.t('escalations.level', {
    level,
    levels: route.levels.length,
    whom: describeWhom(route.levels[level - 1], medium),
  });
}

/** Whom a level names, in words: nobody is mentioned by it. */
export function describeWhom(level: Level | undefined, medium: Medium): string {
  const { texts } = medium;
  const { roles = [], groups = [], users = [] } = level ?? {};
  const names = [
    ...roles.map((role) => texts.t(`people.role.${role}`)),
    ...[...groups, ...users].map((name) => medium.foreign(name, NAME_LIMIT)),
  ];
  return names.length > MOST_NAMES ? `${names.slice(0, MOST_NAMES).join(', ')}…` : names.join(', ');
}

/** Mentions whoever a level told, or says in words whom it means when nobody could be mentioned. */
export function mentionTold(told: Told | null, level: Level | undefined, medium: Medium): string {
  const groups = (told?.groups ?? []).filter((id) => /^S[A-Z0-9]+$/.test(id)).map((id) => `<!subteam^${id}>`);
  const users = (told?.users ?? []).map((id) => mentionUser(id, medium));
  const mentions = [...groups, ...users].slice(0, MOST_MENTIONS);
  return mentions.length > 0 ? mentions.join(' ') : describeWhom(level, medium);
}

/** A link to a message of ours, or its name alone where there are no links. */
export function linkedText(href: string | null, words: string): string {
  return href !== null && /^https?:\/\/[^\s|<>]+$/.test(href)
    ? `<${href.replaceAll('&', '&amp;')}|${words}>`
    : words;
}

export function describeSeverity(severity: Severity, { t }: Texts): string {
  return t(`escalations.severity.${severity}`);
}
