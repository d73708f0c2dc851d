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

const verifyUsage = 'mutabik audit verify [--head HEAD] [--public-key FILE]';
const exportUsage = 'mutabik audit export [--from TIME] [--to TIME] [--subject KIND:ID]';

const verify: Command = {
  name: 'audit verify',
  summary: 'proves that the audit log is whole',
  usage: verifyUsage,
  help: `Needs DATABASE_URL only.
  --head HEAD        the head from a digest: proves that the log's end was not cut off either
  --public-key FILE  checks the head's signature against this key instead of the one the database knows
Exit code 0: whole; 1: broken, or not checked.`,
  async run(args, { environment }) {
    const values = parseOptions(
      args,
      { head: { type: 'string' }, 'public-key': { type: 'string' } },
      verifyUsage,
    );
    const publicKey = values['public-key'] === undefined ? undefined : await readKey(values['public-key']);
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
  help: `Needs DATABASE_URL only. Writes one JSON object a row to standard output, oldest first.
  --from TIME, --to TIME  ISO times with zone; from is included, to is not
  --subject KIND:ID       rows about one subject, such as transaction:tx_123`,
  async run(args, { environment }) {
    const values = parseOptions(
      args,
      { from: { type: 'string' }, to: { type: 'string' }, subject: { type: 'string' } },
      exportUsage,
    );
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

async function readKey(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(() => {
    throw new AppError('config_invalid', `--public-key: ${file} can't be read`, { retryable: false });
  });
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
