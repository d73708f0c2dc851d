export interface Command {
  name: string;
  does: string;
  /** What may stand after it. */
  hint: string;
}

/** The app's slash commands, as the composer suggests them; each answers `help` in the person's language. */
const COMMANDS: readonly Command[] = [
  {
    name: '/recon',
    does: 'State of the last reconciliation, or start one',
    hint: '[run | full | all | FINDING | help]',
  },
  {
    name: '/payouts',
    does: 'Stuck and failed payouts, or one of them',
    hint: '[failed | stuck | PROVIDER | ID | help]',
  },
  {
    name: '/override',
    does: 'Ask that a payment be done by hand, or see what waits',
    hint: '[TRANSACTION | list | help]',
  },
  {
    name: '/exemption',
    does: 'Open waivers for missing and test secrets',
    hint: '[add | list | show EX-7 | close EX-7 | reassign EX-7 | extend EX-7 | help]',
  },
  {
    name: '/slo',
    does: 'How the promises stand, and how much budget is left',
    hint: '[NAME | NAME 7d | risk | correct | help]',
  },
  { name: '/incident', does: 'Open, list and resolve incidents', hint: '[open | list | resolve | help]' },
];

/** "/recon help" as its two parts; undefined for words that are no command. */
export function parseCommand(words: string): { command: string; text: string } | undefined {
  const found = /^(\/[a-z][a-z0-9_-]*)(?:\s+([\s\S]*))?$/.exec(words.trim());
  return found ? { command: found[1] ?? '', text: found[2] ?? '' } : undefined;
}

/** Commands that begin with what was typed so far; none once an argument is being typed. */
export function commandsFor(typed: string): readonly Command[] {
  return /^\/\S*$/.test(typed) ? COMMANDS.filter(({ name }) => name.startsWith(typed)) : [];
}
