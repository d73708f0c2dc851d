import { signHead } from '../audit/head.ts';
import type { SigningKey } from '../audit/keys.ts';
import type { Money } from '../money.ts';
import type { Locale, Texts } from '../texts.ts';
import { renderFacts } from './proof-page-facts.ts';
import { cell, code, definition, table } from './markdown.ts';
import type { OverrideRow, VersionRow, VoteRow } from './override-row.ts';
import { label, pageContext, type PageContext, type ProofField } from './proof-words.ts';
import type { ProofRows } from './read-proof.ts';

/** What the bundle of an override is called. */
function bundleName(id: string): string {
  return `override-${id}.jsonl`;
}

/** The proof in Markdown, for people. Foreign text is escaped; nothing of it can be markup. Pure. */
export function renderProofPage(
  rows: ProofRows,
  options: { key: SigningKey | undefined; now: Date; locale: Locale; timeZone: string },
): string {
  const page = pageContext(options.locale, options.timeZone);
  const { texts, at } = page;
  const { override } = rows;
  const { t } = texts;
  const parts = [
    `# ${cell(t('overrides.proof.title', { subject: override.subject_id }))}`,
    t('overrides.proof.made', { at: at(options.now), file: bundleName(override.id) }),
    `## ${t('overrides.proof.section.request')}`,
    requestLines(rows, page),
    `## ${t('overrides.proof.section.versions')}`,
    versionTable(rows.versions, page),
    `## ${t('overrides.proof.section.votes')}`,
    voteTable(rows.votes, page),
    `## ${t('overrides.proof.section.before')}`,
    renderFacts(override.state_before, page),
    `## ${t('overrides.proof.section.after')}`,
    renderFacts(override.state_after, page),
    `## ${t('overrides.proof.section.platform')}`,
    platformLines(rows, page),
    `## ${t('overrides.proof.section.log')}`,
    logLines(rows, page),
    `## ${t('overrides.proof.section.check')}`,
    checkLines(rows, options.key, page),
  ];
  return `${parts.join('\n\n')}\n`;
}

function requestLines({ override, operations, message }: ProofRows, page: PageContext): string {
  const { texts, at, word } = page;
  const field = (name: ProofField) => label(texts, name);
  const by = (who: string, when: Date | null) =>
    when === null ? null : texts.t('overrides.proof.by', { who, at: at(when) });
  return [
    definition(field('override'), override.id),
    definition(field('payment'), override.subject_id),
    definition(field('tenant'), override.tenant_id),
    definition(field('account'), override.account_id),
    definition(field('payee'), override.payee_ref),
    definition(field('amount'), amountOf(override, texts)),
    definition(field('target'), word('target', override.target)),
    definition(field('basis'), word('basis', override.basis)),
    definition(field('state'), word('short', override.state)),
    definition(field('requested'), by(override.requested_by, override.requested_at)),
    definition(field('reason_code'), word('reason', override.reason_code)),
    definition(field('reason'), override.reason),
    definition(field('ticket'), override.ticket),
    definition(field('evidence'), override.evidence),
    definition(field('approved'), override.approved_at === null ? null : at(override.approved_at)),
    definition(field('over'), by(override.over_by ?? '', override.over_at)),
    definition(field('reason'), override.over_reason),
    definition(field('failure'), override.failure === null ? null : JSON.stringify(override.failure)),
    ...operations.map(({ id, idempotency_key, state }) =>
      definition(field('operation'), `${id}, ${idempotency_key}, ${state}`),
    ),
    definition(
      field('thread'),
      message === null ? null : `${message.channelId} ${message.threadTs ?? message.ts}`,
    ),
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function amountOf({ amount_minor, currency }: OverrideRow, texts: Texts): string | null {
  if (amount_minor === null || currency === null) return null;
  const money: Money = { minor: BigInt(amount_minor), currency };
  return texts.money(money);
}

function versionTable(versions: readonly VersionRow[], { texts, at }: PageContext): string {
  const { t } = texts;
  const head = [
    t('overrides.proof.column.version'),
    t('overrides.proof.column.opened'),
    t('overrides.proof.column.expires'),
    t('overrides.proof.column.hash'),
    t('overrides.proof.column.needed'),
    t('overrides.proof.column.voided'),
  ];
  return table(
    head,
    versions.map((version) => [
      String(version.version),
      at(version.opened_at),
      at(version.expires_at),
      version.request_hash,
      t('overrides.proof.needed', {
        needed: version.quorum.needed,
        leads: version.quorum.leads,
        rules: [
          ...(version.quorum.security === undefined ? [] : [t('overrides.proof.security')]),
          ...version.quorum.rules.map((rule) => t(`overrides.proof.rule.${rule}`)),
        ].join('; '),
      }),
      version.voided_at === null
        ? ''
        : [
            at(version.voided_at),
            ...(version.changes ?? []).map(({ what, before, after }) =>
              t(`overrides.changed.${what}`, { before, after }),
            ),
          ].join('; '),
    ]),
  );
}

function voteTable(votes: readonly VoteRow[], { texts, at }: PageContext): string {
  const { t } = texts;
  if (votes.length === 0) return t('overrides.proof.none');
  const head = [
    t('overrides.proof.column.at'),
    t('overrides.proof.column.who'),
    t('overrides.proof.column.vote'),
    t('overrides.proof.column.role'),
    t('overrides.proof.column.version'),
  ];
  return table(
    head,
    votes.map((vote) => [
      at(vote.voted_at),
      vote.person_key === vote.user_id ? vote.user_id : `${vote.person_key} (${vote.user_id})`,
      [
        t(`overrides.proof.vote.${vote.vote}`),
        ...(vote.reason === '' ? [] : [vote.reason]),
        ...(vote.no_interest ? [t('overrides.proof.no_interest')] : []),
        ...(vote.lapsed_at === null ? [] : [t('overrides.proof.lapsed', { at: at(vote.lapsed_at) })]),
      ].join('; '),
      [
        t(`overrides.proof.role.${vote.role}`),
        ...(vote.seat === vote.person_key ? [] : [t('overrides.proof.stands_in', { seat: vote.seat })]),
      ].join(', '),
      String(vote.version),
    ]),
  );
}

function platformLines({ calls }: ProofRows, { texts, at }: PageContext): string {
  const { t } = texts;
  if (calls.length === 0) return t('overrides.proof.none');
  return calls
    .map((call) => {
      const status = call.status === null ? t('overrides.proof.no_answer') : String(call.status);
      return [
        `- ${cell(`${at(call.at)}: ${call.call} ${call.method} ${call.path}; ${status}; ${call.outcome}`)}`,
        ...(call.body === null ? [] : [code(call.body)]),
        ...(call.answer === null ? [] : [code(call.answer)]),
      ].join('\n\n');
    })
    .join('\n\n');
}

function logLines({ log }: ProofRows, { texts, at }: PageContext): string {
  const { t } = texts;
  const own = log.filter(({ concerns }) => concerns !== null);
  const head = [
    t('overrides.proof.column.seq'),
    t('overrides.proof.column.at'),
    t('overrides.proof.column.who'),
    t('overrides.proof.column.action'),
  ];
  const others = log.length - own.length;
  return [
    table(
      head,
      own.map(({ row }) => [row.seq, at(row.at), row.actor, row.action]),
    ),
    ...(others === 0 ? [] : [t('overrides.proof.others', { count: others })]),
  ].join('\n\n');
}

function checkLines(
  { override, head }: ProofRows,
  key: SigningKey | undefined,
  { texts }: PageContext,
): string {
  const { t } = texts;
  if (key === undefined) return t('overrides.proof.check.unsigned');
  return [
    t('overrides.proof.check.how'),
    code(`mutabik audit verify ${bundleName(override.id)} --public-key KEY.pem`),
    t('overrides.proof.check.what'),
    t('overrides.proof.check.key', { fingerprint: key.fingerprint }),
    t('overrides.proof.check.head'),
    code(signHead(key, head)),
  ].join('\n\n');
}
