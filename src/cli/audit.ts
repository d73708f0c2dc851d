import { readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { exportAudit } from '../audit/export-audit.ts';
import { describeAuditProblem, type AuditProblem } from '../audit/problems.ts';
import { verifyAudit, type Verification } from '../audit/verify-audit.ts';
import { parseDatabaseConfig } from '../config.ts';
import { makePool, type Pool } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import type { Subject } from '../ids.ts';
import { makeLog } from '../log.ts';
import { parseOptions, type Command, type Surroundings } from './arguments.ts';
import { exportProof, verifyBundleFile } from './bundle.ts';

const verifyUsage = 'mutabik audit verify [BUNDLE] [--head HEAD] [--public-key FILE]';
const exportUsage =
  'mutabik audit export [--from TIME] [--to TIME] [--subject KIND:ID], or mutabik audit export --override ID [--format markdown] [--locale tr]';

const verify: Command = {
  name: 'audit verify',
  summary: 'proves that the audit log is whole',
  usage: verifyUsage,
  help: `Needs DATABASE_URL only; for a BUNDLE (the file of audit export --override) nothing but its public key.
  BUNDLE             checks the proof of one override instead of the log: names the part that is broken
  --head HEAD        the head from a digest: proves that the log's end was not cut off either
  --public-key FILE  checks the signature against this key instead of the one the database knows, or the bundle carries
Exit code 0: whole; 1: broken, not signed, or not checked.`,
  async run(args, { environment }) {
    const { bundle, rest } = takeBundle(args);
    const values = parseOptions(
      rest,
      { head: { type: 'string' }, 'public-key': { type: 'string' } },
      verifyUsage,
    );
    const publicKey = values['public-key'] === undefined ? undefined : await readKey(values['public-key']);
    if (bundle !== undefined) {
      if (values.head !== undefined)
        throw invalid('--head is of the log, not of a bundle, which carries its own');
      return await verifyBundleFile(bundle, publicKey);
    }
    const verification = await withPool(environment, (pool) =>
      verifyAudit(pool, {
        ...(values.head === undefined ? {} : { head: values.head }),
        ...(publicKey === undefined ? {} : { publicKey }),
        ...(process.stderr.isTTY ? { onProgress: (rows) => process.stderr.write(`\r${rows} rows`) } : {}),
      }),
    );
    process.stdout.write(`${describeVerification(verification)}\n`);
    return verification.state === 'broken' ? 1 : 0;
  },
};

const exportCommand: Command = {
  name: 'audit export',
  summary: 'writes the audit log as JSON Lines',
  usage: exportUsage,
  help: `Needs DATABASE_URL only, with --override AUDIT_SIGNING_KEY too. Writes one JSON object a row to standard output, oldest first.
  --from TIME, --to TIME  ISO times with zone; from is included, to is not
  --subject KIND:ID       rows about one subject, such as transaction:tx_123
  --override ID           the proof of one override instead: its rows and its part of the log, signed part by part
  --format FORMAT         of the proof: jsonl, or markdown, a page of the same for people
  --locale LOCALE         of that page: en or tr
  --unsigned              the proof without a signature, which proves nothing`,
  async run(args, surroundings) {
    const { environment } = surroundings;
    const values = parseOptions(args, EXPORT_OPTIONS, exportUsage);
    const { override, format, locale, unsigned } = values;
    if (override !== undefined) {
      if (values.from !== undefined || values.to !== undefined || values.subject !== undefined)
        throw invalid('--from, --to and --subject are of the log; --override has all of its own');
      const order = { override, format, locale, unsigned: unsigned === true };
      const text = await withPool(environment, (pool) => exportProof(pool, order, surroundings));
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
      return 0;
    }
    if (format !== undefined || locale !== undefined || unsigned === true)
      throw invalid('--format, --locale and --unsigned go with --override');
    const filter = {
      ...(values.from === undefined ? {} : { from: instant(values.from) }),
      ...(values.to === undefined ? {} : { to: instant(values.to) }),
      ...(values.subject === undefined ? {} : { subject: parseSubject(values.subject) }),
    };
    await withPool(environment, async (pool) => {
      for await (const line of exportAudit(pool, filter)) {
        if (!process.stdout.write(line)) await once(process.stdout, 'drain');
      }
    });
    return 0;
  },
};

const EXPORT_OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  subject: { type: 'string' },
  override: { type: 'string' },
  format: { type: 'string' },
  locale: { type: 'string' },
  unsigned: { type: 'boolean', default: false },
} as const;

export const auditCommands: readonly Command[] = [verify, exportCommand];

/** What was given can't be compared with: this says nothing about the log. */
const UNREADABLE_INPUT: readonly AuditProblem[] = ['head_unreadable', 'head_unsigned', 'key_unknown'];

function describeVerification(verification: Verification): string {
  switch (verification.state) {
    case 'whole':
      return `Whole: ${verification.rows} rows, and the kept head stands in them.`;
    case 'whole_tail_unproven':
      return `Whole as far as it goes: ${verification.rows} rows. The tail is unproven: give the head of a digest with --head.`;
    case 'broken': {
      if (UNREADABLE_INPUT.includes(verification.problem)) {
        return `Not checked: --head: ${describeAuditProblem(verification.problem)}.`;
      }
      const where = verification.firstBadSeq === undefined ? '' : ` at row ${verification.firstBadSeq}`;
      return `BROKEN${where}: ${describeAuditProblem(verification.problem)} (${verification.rows} rows were right).`;
    }
  }
}

async function withPool<T>(
  environment: Surroundings['environment'],
  work: (pool: Pool) => Promise<T>,
): Promise<T> {
  const config = parseDatabaseConfig(environment);
  const pool = makePool(config.DATABASE_URL, {
    max: 2,
    applicationName: 'mutabik audit',
    log: makeLog(config.LOG_LEVEL),
  });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

/** The one word of the line that is neither an option nor its value. */
function takeBundle(args: string[]): { bundle?: string; rest: string[] } {
  const at = args.findIndex(
    (arg, index) => !arg.startsWith('-') && !['--head', '--public-key'].includes(args[index - 1] ?? ''),
  );
  const bundle = args[at];
  return bundle === undefined ? { rest: args } : { bundle, rest: args.toSpliced(at, 1) };
}

async function readKey(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => {
    throw new AppError('config_invalid', `--public-key: ${file} can't be read`, { retryable: false });
  });
}

function invalid(message: string): AppError {
  return new AppError('config_invalid', message, { retryable: false });
}

function instant(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime()) || !/\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(text)) {
    throw new AppError(
      'config_invalid',
      `${text} is not an ISO time with zone, such as 2026-01-15T09:00:00+03:00`,
      {
        retryable: false,
      },
    );
  }
  return at;
}

function parseSubject(text: string): Subject {
  const colon = text.indexOf(':');
  if (colon < 1) {
    throw new AppError('config_invalid', `--subject: ${text} is not KIND:ID, such as transaction:tx_123`, {
      retryable: false,
    });
  }
  return { kind: text.slice(0, colon) as Subject['kind'], id: text.slice(colon + 1) };
}
