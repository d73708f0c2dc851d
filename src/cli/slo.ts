import { AppError } from '../errors.ts';
import { explainSlo } from '../slo/explain.ts';
import { nearest } from '../slo/openslo/nearest.ts';
import { readDefinitions, type Definitions } from '../slo/read-slos.ts';
import type { Slo } from '../slo/types.ts';
import { parseOptions, type Command, type Surroundings } from './arguments.ts';
import { describeSlo, oneLine } from './slo-words.ts';

const validateUsage = 'mutabik slo validate [FOLDER]';
const explainUsage = 'mutabik slo explain NAME [--folder FOLDER] [--per-hour EVENTS] [--json]';
/** The traffic from which on alerts are promised in time. Domain section 2. */
const USUAL_TRAFFIC = '100';
const MOST_PER_HOUR = 1e9;

const validateCommand: Command = {
  name: 'slo validate',
  summary: 'checks the OpenSLO files, and says with file and line what is wrong',
  usage: validateUsage,
  help: `Reads *.yaml and *.yml of FOLDER, by default policy.slo.folder. Asks no source. docs/slo.md says what a file may hold.
Lines that begin with "note" tell what is right and not used. Exit code 0: all is right; 1: something is wrong.`,
  async run(args, surroundings) {
    const [folder, rest] = takeWord(args);
    parseOptions(rest, {}, validateUsage);
    const { slos, notes } = await definitions(surroundings, folder);
    const lines = [
      ...slos.all.map((slo) => `ok    ${slo.name}: ${slo.title.en}`),
      ...notes.map((note) => `note  ${note}`),
      `${slos.all.length} service levels are right (${slos.hash.slice(0, 12)}).`,
    ];
    process.stdout.write(lines.map((line) => `${oneLine(line)}\n`).join(''));
    return 0;
  },
};

const explainCommand: Command = {
  name: 'slo explain',
  summary: 'says what a service level means in numbers: query, budget, and when it alerts',
  usage: explainUsage,
  help: `Asks no source: the numbers follow from the OpenSLO files, for even traffic.
  --folder FOLDER    where the files are; by default policy.slo.folder
  --per-hour EVENTS  valid events an hour; by default ${USUAL_TRAFFIC}
  --json             for programs
Exit code 0: explained; 1: there is none of this name, or the files are wrong.`,
  async run(args, surroundings) {
    const [name, rest] = takeWord(args, ['--folder', '--per-hour']);
    if (name === undefined) throw wrong(`a name is missing\nUsage: ${explainUsage}`);
    const values = parseOptions(rest, EXPLAIN_OPTIONS, explainUsage);
    const perHour = perHourOf(values['per-hour']);
    const slo = named(name, await definitions(surroundings, values.folder));
    const explained = explainSlo(slo, perHour);
    process.stdout.write(
      values.json === true
        ? `${JSON.stringify({ slo, perHour, ...explained }, null, 2)}\n`
        : `${describeSlo(slo, explained, perHour).map(oneLine).join('\n')}\n`,
    );
    return 0;
  },
};

const EXPLAIN_OPTIONS = {
  folder: { type: 'string' },
  'per-hour': { type: 'string', default: USUAL_TRAFFIC },
  json: { type: 'boolean', default: false },
} as const;

/** `mutabik slo validate` and `mutabik slo explain`. */
export const sloCommands: readonly Command[] = [validateCommand, explainCommand];

/** The first word that is neither an option nor the value of one, and what is left. */
function takeWord(args: string[], withValue: readonly string[] = []): [string | undefined, string[]] {
  const at = args.findIndex(
    (arg, index) => !arg.startsWith('-') && !withValue.includes(args[index - 1] ?? ''),
  );
  return at === -1 ? [undefined, args] : [args[at], args.toSpliced(at, 1)];
}

async function definitions(surroundings: Surroundings, folder: string | undefined): Promise<Definitions> {
  return readDefinitions(folder ?? (await surroundings.policy()).slo.folder);
}

function named(name: string, { slos }: Definitions): Slo {
  const names = slos.all.map((slo) => slo.name);
  const slo = slos.all.find((each) => each.name === name);
  if (slo !== undefined) return slo;
  const hint = nearest(name, names);
  const meant = hint === undefined ? `there are ${names.join(', ')}` : `is ${hint} meant?`;
  throw new AppError('not_found', `there is no service level ${name}; ${meant}`, { retryable: false });
}

function perHourOf(word: string): number {
  const perHour = Number(word);
  if (word.trim() !== '' && perHour > 0 && perHour <= MOST_PER_HOUR) return perHour;
  throw wrong(`--per-hour: must be a number above 0, is ${word}`);
}

function wrong(message: string): AppError {
  return new AppError('config_invalid', message, { retryable: false });
}
