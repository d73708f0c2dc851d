import type { KnownBlock, ModalView } from '@slack/types';
import type { FormModel } from '../src/overrides/models.ts';
import type {
  Choice,
  LIMITS as SourceLimits,
  REASONS_OF as SourceReasons,
  Verdict,
} from '../src/overrides/types.ts';
import type { Texts } from '../src/texts.ts';
import { input, select, textInput } from './controls.ts';
import { capitalised } from './findings.ts';
import { foreignCode } from './foreign.ts';
import { context, divider, fields, section } from './kit.ts';
import { wordsMedium, type Medium } from './medium.ts';
import { loadingModal, modal } from './modal.ts';
import { overrideMarkup } from './overrides-evidence.ts';
import { proofLines, standingFields } from './overrides-facts.ts';
import { beneficiaryLine } from './overrides-votes.ts';
import { describeChoice, describeQuorum, describeReasons, effectOf } from './overrides-words.ts';

export const ASK_CALLBACK = 'overrides.ask';

/** The inputs: block and action bear one name. */
export const FORM_INPUTS = {
  what: 'what',
  reason: 'reason',
  note: 'note',
  ticket: 'ticket',
  evidence: 'evidence',
} as const;

const LIMITS: typeof SourceLimits = { reason: 1_000, ticket: 200, evidence: 2_000 };
const MOST_ATTEMPTS = 10;
const ACCOUNT_LIMIT = 200;
const PATTERN_LIMIT = 200;

/** In the order of the menu; a kind without its reasons doesn't compile. */
const REASONS: typeof SourceReasons = {
  payout: [
    'provider_confirmed',
    'bank_confirmed',
    'provider_canceled',
    'customer_request',
    'wrong_payee',
    'attempts_exhausted',
    'other',
  ],
  exemption: ['vendor_waits', 'work_under_way', 'other'],
  slo_window: ['planned_work', 'source_wrong', 'written_wrongly', 'other'],
};

/** What stands there at once, while providers are asked. */
export function loadingForm(texts: Texts): ModalView {
  return loadingModal(texts, texts.t('overrides.form.title'));
}

/**
 * Asks for an override: the payout as it stands, only what holds to choose from, the rest with the reason why not, who would
 * approve, and why. Where nothing holds there is nothing to send. `notice` is said first.
 */
export function overrideForm(
  model: FormModel,
  { metadata, notice = [] }: { metadata: object; notice?: readonly string[] },
  texts: Texts,
): ModalView {
  const medium = { ...overrideMarkup(texts, model.timeZone), account: accountOf };
  const possible = model.verdicts.filter((verdict) => isPossible(verdict, model));
  const isPayout = model.facts.kind === 'payout';
  const blocks: KnownBlock[] = [
    ...(notice.length > 0 ? [section(notice), divider()] : []),
    fields(standingFields(model, medium)),
    section(proofLines(model.facts, medium, { most: MOST_ATTEMPTS, references: true })),
    ...(isPayout
      ? [context([texts.t(model.askedNow ? 'overrides.form.ask_now' : 'overrides.form.asked_before')])]
      : []),
    section([whoNot(model, medium)]),
    ...(possible.length > 0 ? [section(whoLines(model, possible, medium))] : []),
    ...impossibleBlocks(model, medium),
    divider(),
    ...(possible.length > 0
      ? inputs(model, possible, texts)
      : [section([`⛔ ${texts.t('overrides.form.none')}`])]),
  ];
  const title = texts.t('overrides.form.title');
  if (possible.length === 0) return modal(texts, { title, blocks, metadata });
  const submit = texts.t('overrides.form.submit');
  return modal(texts, { title, blocks, metadata, submit, callbackId: ASK_CALLBACK });
}

/** Who may ask for it, yet not approve it. */
function whoNot(model: FormModel, medium: Medium): string {
  if (model.facts.kind === 'exemption') return medium.texts.t('overrides.beneficiary.owner');
  if (model.facts.kind === 'slo_window') return medium.texts.t('overrides.beneficiary.author');
  return model.isOwn ? `⚠️ ${medium.texts.t('overrides.beneficiary.own')}` : beneficiaryLine(model, medium);
}

/** Account ids are whole here: one person sees it, and checks whose money it is. */
function accountOf(id: string): string {
  return foreignCode(id, ACCOUNT_LIMIT, 'id');
}

/** What each choice does and who would approve it. */
function whoLines({ quorums }: FormModel, possible: readonly Verdict[], medium: Medium): string[] {
  const { texts, strong } = medium;
  return [
    strong(texts.t('overrides.form.who')),
    ...possible.flatMap((verdict) => {
      const quorum = quorums[keyOf(verdict)];
      const who = quorum === undefined ? '' : ` ${describeQuorum(quorum, texts)}`;
      return [
        `• ${strong(describeChoice(verdict, medium))}. ${[...effectOf(verdict.target, medium)].join(' ')}${who}`,
      ];
    }),
  ];
}

/** It holds, and enough people could approve it. */
function isPossible(verdict: Verdict, { unreachable }: FormModel): boolean {
  return verdict.holds && !unreachable.includes(keyOf(verdict));
}

function impossibleBlocks(model: FormModel, medium: Medium): KnownBlock[] {
  const { texts, strong } = medium;
  const impossible = model.verdicts
    .filter((verdict) => !isPossible(verdict, model))
    .map((verdict) => (verdict.holds ? { ...verdict, reasons: ['nobody_approves'] } : verdict));
  const lines = againstLines(impossible, medium);
  return lines.length === 0 ? [] : [section([strong(texts.t('overrides.form.not_now')), ...lines])];
}

/** What can't be done now, each with its first reason and how many more there are. */
export function againstLines(verdicts: readonly Verdict[], medium: Medium): string[] {
  return verdicts.map((verdict) => {
    const choice = describeChoice(verdict, medium);
    const reason = describeReasons(verdict.reasons, medium);
    return `• ${medium.texts.t('overrides.against_line', { choice, reason })}`;
  });
}

function inputs(model: FormModel, possible: readonly Verdict[], texts: Texts): KnownBlock[] {
  const plain = wordsMedium(texts, model.timeZone);
  const what = possible.map((verdict) => ({ value: keyOf(verdict), label: describeChoice(verdict, plain) }));
  const reasons = REASONS[model.facts.kind].map((code) => ({
    value: code,
    label: capitalised(texts.t(`overrides.reason.${code}`), texts),
  }));
  const { ticketPattern } = model;
  const pattern = Array.from(ticketPattern).slice(0, PATTERN_LIMIT).join('');
  const only = what.length === 1 ? what[0]!.value : null;
  const ticket = textInput(FORM_INPUTS.ticket, LIMITS.ticket, undefined, { multiline: false });
  const note = textInput(FORM_INPUTS.note, LIMITS.reason, texts.t('overrides.form.note_example'));
  const evidence = textInput(
    FORM_INPUTS.evidence,
    LIMITS.evidence,
    texts.t('overrides.form.evidence_example'),
  );
  return [
    input(FORM_INPUTS.what, texts.t('overrides.form.what'), select(FORM_INPUTS.what, what, { chosen: only })),
    input(FORM_INPUTS.reason, texts.t('overrides.form.reason'), select(FORM_INPUTS.reason, reasons)),
    input(FORM_INPUTS.note, texts.t('overrides.form.note'), note, {
      hint: texts.t('overrides.form.note_hint'),
    }),
    input(FORM_INPUTS.ticket, texts.t('overrides.form.ticket'), ticket, {
      hint: texts.t('overrides.form.ticket_hint', { pattern }),
    }),
    input(FORM_INPUTS.evidence, texts.t('overrides.form.evidence'), evidence, {
      optional: true,
      hint: texts.t(
        model.facts.kind === 'payout' ? 'overrides.form.evidence_hint' : 'overrides.form.no_document',
      ),
    }),
  ];
}

/** As `choiceKey`: what an option is known by. */
function keyOf({ target, basis }: Choice): string {
  return `${target}:${basis}`;
}
