import { readFile } from 'node:fs/promises';
import { describeBundleProblem } from '../audit/bundle-problems.ts';
import { parseSigningKey } from '../audit/keys.ts';
import type { Pool } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import { buildProof } from '../overrides/proof.ts';
import { verifyProof, type ProvenOverride } from '../overrides/verify-proof.ts';
import { LOCALES, type Locale } from '../texts.ts';
import type { Surroundings } from './arguments.ts';

export interface ProofOrder {
  override: string;
  format: string | undefined;
  locale: string | undefined;
  unsigned: boolean;
}

/** The signed bundle of one override, or its page for people, as text. Throws config_invalid and not_found. */
export async function exportProof(
  pool: Pool,
  order: ProofOrder,
  { environment, clock, policy }: Surroundings,
): Promise<string> {
  const { format = 'jsonl', locale = 'en' } = order;
  if (format !== 'jsonl' && format !== 'markdown')
    throw wrong(`--format: ${format} is neither jsonl nor markdown`);
  if (!isLocale(locale)) throw wrong(`--locale: ${locale} is none of ${LOCALES.join(', ')}`);
  const key = environment['AUDIT_SIGNING_KEY'];
  if (!key && !order.unsigned)
    throw wrong('AUDIT_SIGNING_KEY is missing: what is not signed proves nothing; --unsigned writes it so');
  const proof = await buildProof(pool, order.override, {
    key: !key || order.unsigned ? undefined : parseSigningKey(key),
    now: clock.now(),
    locale,
    // A page can be had from the database alone: where there is no policy, its times are UTC.
    timeZone: await policy().then(
      ({ business }) => business.time_zone,
      () => 'UTC',
    ),
  });
  return format === 'markdown' ? proof.page : proof.bundle;
}

/** Checks a bundle, says what it proves or which part is broken, and gives the exit code. */
export async function verifyBundleFile(file: string, publicKey: string | undefined): Promise<number> {
  const bytes = await readFile(file).catch(() => {
    throw wrong(`${file} can't be read`);
  });
  const outcome = verifyProof(bytes, publicKey);
  if (!outcome.ok) {
    process.stdout.write(`BROKEN: part ${outcome.part}: ${describeBundleProblem(outcome.problem)}.\n`);
    return 1;
  }
  process.stdout.write(`${describeProof(outcome).join('\n')}\n`);
  return outcome.signedBy === 'nobody' ? 1 : 0;
}

function describeProof(proof: ProvenOverride): string[] {
  const { override, versions, votes, rows, head, fingerprint } = proof;
  const opening = {
    given: `Whole: the override ${override}, signed by the key ${fingerprint}.`,
    carried: `Whole as far as its own key goes: the override ${override}, signed by the key ${fingerprint} that it carries. Whose that is only --public-key proves.`,
    nobody: `NOT PROVEN: the override ${override} fits together, but it is not signed: whoever had the file could write it.`,
  }[proof.signedBy];
  const erased =
    rows === null || rows.erased === 0 ? '' : ` Personal texts that were erased: ${rows.erased}.`;
  return [
    opening,
    `Versions ${versions}, each with the hash of its terms; votes ${votes}, each of a version and in the log.`,
    rows === null
      ? 'No row of the audit log.'
      : `Rows ${rows.first} to ${rows.last} of the audit log without a gap, ${rows.own} of them its own.${erased}`,
    `Head of the log at the export: row ${head.seq}, ${head.hash}.`,
  ];
}

function isLocale(text: string): text is Locale {
  return (LOCALES as readonly string[]).includes(text);
}

function wrong(message: string): AppError {
  return new AppError('config_invalid', message, { retryable: false });
}
