import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../errors.ts';
import { parseDocuments, type SourceFile } from './openslo/parse-documents.ts';
import { resolveDocuments } from './openslo/resolve.ts';
import type { Slos } from './types.ts';

const MOST_FILES = 200;
const MOST_LINES = 100;

/** What the files of a folder say. */
export interface Definitions {
  slos: Slos;
  /** What is right and not used, or not what one may expect; for whoever writes the files. */
  notes: readonly string[];
}

/**
 * The promises that a folder's *.yaml and *.yml files define; folders in it are not looked into. Throws config_invalid that
 * names file, line and path of all that is wrong.
 */
export function readSlos(folder: string): Slos {
  return readDefinitions(folder).slos;
}

/** The same of files that are read already. */
export function parseSlos(files: readonly SourceFile[]): Slos {
  return parseDefinitions(files).slos;
}

/** As readSlos, with what is to be noted. */
export function readDefinitions(folder: string): Definitions {
  return parseDefinitions(readFiles(folder));
}

function parseDefinitions(files: readonly SourceFile[]): Definitions {
  const read = files.map(parseDocuments);
  const unread = read.flatMap(({ problems }) => problems);
  const documents = read.flatMap((file) => file.documents);
  const { slos, problems, notes } = resolveDocuments(documents, unread.length === 0);
  const all = [...unread, ...problems];
  if (all.length > 0) throw wrong(all);
  const hash = createHash('sha256').update(JSON.stringify(slos)).digest('hex');
  return { slos: Object.freeze({ all: Object.freeze(slos), hash }), notes };
}

function readFiles(folder: string): SourceFile[] {
  try {
    const names = readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .toSorted();
    if (names.length === 0) throw wrong([`${folder}: has no *.yaml file`]);
    if (names.length > MOST_FILES)
      throw wrong([`${folder}: has ${names.length} files, ${MOST_FILES} at most`]);
    return names.map((name) => ({
      name: join(folder, name),
      text: readFileSync(join(folder, name), 'utf8'),
    }));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw wrong([`${folder}: can't be read (policy.slo.folder)`], error);
  }
}

function wrong(problems: readonly string[], cause?: unknown): AppError {
  const more = problems.length - MOST_LINES;
  const shown = more > 0 ? [...problems.slice(0, MOST_LINES), `and ${more} more`] : problems;
  const lines = shown.map((line) => `  ${line}`).join('\n');
  return new AppError('config_invalid', `The definitions of service levels are wrong:\n${lines}`, {
    retryable: false,
    ...(cause === undefined ? {} : { cause }),
  });
}
