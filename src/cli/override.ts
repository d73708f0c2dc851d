import { parseFinanceConfig } from '../config.ts';
import { makePool } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import { makeFinancePool, primaryOf } from '../finance/connect.ts';
import { makeLog } from '../log.ts';
import { explainOverride, type Explanation } from '../overrides/explain.ts';
import { makePayoutKind } from '../overrides/payout-kind.ts';
import { pageContext } from '../overrides/proof-words.ts';
import type { Quorum } from '../overrides/types.ts';
import { makePlatform } from '../platform/gateway.ts';
import { parseOptions, type Command, type Surroundings } from './arguments.ts';

const usage = 'mutabik override explain TRANSACTION [--json]';

export const overrideCommand: Command = {
  name: 'override explain',
  summary: 'says what could be done by hand about a payout, and which rule asks for how many approvals',
  usage,
  help: `Needs DATABASE_URL, FINANCE_DATABASE_URL and the policy; asks the providers only where PLATFORM_URL is set. Changes nothing.
  --json  for programs; amounts are strings in minor units
Exit code 0: explained; 1: there is no such payout, or it could not be read.`,
  async run(args, surroundings) {
    const at = args.findIndex((arg) => !arg.startsWith('-'));
    const transaction = args[at];
    if (transaction === undefined) throw wrong(`a transaction is missing\nUsage: ${usage}`);
    const { json } = parseOptions(
      args.toSpliced(at, 1),
      { json: { type: 'boolean', default: false } },
      usage,
    );
    const explanation = await explain(surroundings, transaction);
    if (explanation === null)
      throw new AppError('not_found', `there is no payout ${transaction}`, { retryable: false });
    const { time_zone, reporting_currency } = (await surroundings.policy()).business;
    process.stdout.write(
      json === true
        ? `${JSON.stringify(explanation, null, 2)}\n`
        : `${describe(explanation, time_zone, reporting_currency).join('\n')}\n`,
    );
    return 0;
  },
};

async function explain(
  { environment, clock, policy: readPolicy }: Surroundings,
  subjectId: string,
): Promise<Explanation | null> {
  const config = parseFinanceConfig(environment);
  if (config.DATABASE_URL === undefined)
    throw wrong('DATABASE_URL is missing: what was asked for before stands there');
  const policy = await readPolicy();
  const log = makeLog(config.LOG_LEVEL);
  const url = environment['PLATFORM_URL'] || undefined;
  const primaryUrl = environment['FINANCE_PRIMARY_URL'] || undefined;
  const pool = makePool(config.DATABASE_URL, { max: 2, applicationName: 'mutabik override', log });
  const poolOf = (address: string) =>
    makeFinancePool(address, { schema: config.FINANCE_SCHEMA, log, max: 2 });
  const reporting = poolOf(config.FINANCE_DATABASE_URL);
  const primary = primaryUrl === undefined ? null : poolOf(primaryUrl);
  const token = environment['PLATFORM_TOKEN'] || undefined;
  try {
    const kind = makePayoutKind({
      pool,
      policy,
      clock,
      platform: makePlatform({ policy: policy.platform, url, token, clock, log }),
      financePrimary: () => primaryOf({ reporting, primary }),
      onChange: () => Promise.resolve(),
    });
    return await explainOverride({ pool, policy, kind }, clock.now(), { subjectId, ask: url !== undefined });
  } finally {
    await Promise.all([pool.end(), reporting.end(), primary?.end()]);
  }
}

function describe(explanation: Explanation, timeZone: string, currency: string): string[] {
  const { facts, choices, unsettled, beneficiaries, approvers } = explanation;
  const { texts, at, word } = pageContext('en', timeZone);
  const sum = ({ sumReportingMinor, others }: Quorum) => {
    const amount =
      sumReportingMinor === null ? 'no rate' : texts.money({ minor: BigInt(sumReportingMinor), currency });
    return `${amount}, ${others} other overrides of the same account or payee counted`;
  };
  return [
    `${facts.transactionId} of ${facts.tenantId}: ${facts.state}, ${texts.money({ minor: BigInt(facts.amountMinor), currency: facts.currency })}, account ${facts.accountId}, as of ${at(facts.readAt)}`,
    ...facts.attempts.map(
      ({ attemptId, status, provider, answer, askedAt }) =>
        `  attempt ${attemptId} (${provider}): ${status}; ${answer === null || askedAt === null ? 'never asked' : `${answer}, asked ${at(askedAt)}`}`,
    ),
    explanation.asked
      ? 'The providers were asked just now.'
      : 'The providers were not asked: PLATFORM_URL is not set.',
    ...(unsettled === null ? [] : [`Open already: ${unsettled.id} (${unsettled.state}).`]),
    ...(explanation.afterRejection ? ['A request about it was rejected before.'] : []),
    '',
    ...choices.flatMap(({ verdict, quorum, reachable }) => [
      `${verdict.holds ? 'possible' : 'not now '}  ${word('target', verdict.target)}: ${word('basis', verdict.basis)}`,
      ...verdict.reasons.map((reason) => `            - ${word('against', reason)}`),
      `            approvals: ${quorum.needed}${quorum.leads === 0 ? '' : ', one of them a lead'}, by ${quorum.rules.map((rule) => texts.t(`overrides.proof.rule.${rule}`)).join('; ')}`,
      `            sum: ${sum(quorum)}`,
      ...(reachable === false ? ['            too few people could approve it: it would be refused'] : []),
    ]),
    '',
    beneficiaries.length === 0
      ? 'Beneficiary: not known; whoever approves says that they have no interest.'
      : `Beneficiary: ${beneficiaries.join(', ')}; may not approve.`,
    approvers === null
      ? 'Who could approve: roles were not read yet.'
      : `Who could approve, whoever asks left out: ${approvers.userIds.join(', ') || 'nobody'}; leads among them: ${approvers.leadIds.join(', ') || 'none'}.`,
  ];
}

function wrong(message: string): AppError {
  return new AppError('config_invalid', message, { retryable: false });
}
