import type { KnownBlock, ModalView } from '@slack/types';
import type { OverrideModel } from '../src/overrides/models.ts';
import type { OverrideVersion } from '../src/overrides/types.ts';
import type { Texts } from '../src/texts.ts';
import { foreignCode } from './foreign.ts';
import { context, divider, fields, joined, section } from './kit.ts';
import { modal } from './modal.ts';
import { overrideMarkup, type OverrideMedium } from './overrides-evidence.ts';
import { evidenceLines, overrideFields, proofLines, whatLines, whyLines } from './overrides-facts.ts';
import { outcomeLines } from './overrides-outcome.ts';
import { approverLines, voteLines } from './overrides-votes.ts';
import { describeChange, describeStanding } from './overrides-words.ts';

const ID_LIMIT = 200;
const MOST_ATTEMPTS = 20;
const MOST_EVIDENCE = 60;
const MOST_VERSIONS = 10;

/** One override, whole, for the person who asked: its account, every attempt with its reference, all evidence, every version. */
export function overrideDetail(
  model: OverrideModel,
  texts: Texts,
  { versions = [] }: { versions?: readonly OverrideVersion[] } = {},
): ModalView {
  // Account ids are whole here, and in no message.
  const medium: OverrideMedium = {
    ...overrideMarkup(texts, model.timeZone),
    account: (id) => foreignCode(id, ID_LIMIT, 'id'),
  };
  const outcome = outcomeLines(model, medium);
  const attempts = { most: MOST_ATTEMPTS, references: true };
  const blocks: KnownBlock[] = [
    section([medium.strong(describeStanding(model, texts)), ...whatLines(model, medium)]),
    ...(outcome.length > 0 ? [section(outcome)] : []),
    fields([...overrideFields(model, medium), ...payeeField(model, medium)]),
    section(proofLines(model.version.facts, medium, attempts)),
    ...afterBlocks(model, medium),
    section(whyLines(model, medium)),
    section(evidenceLines(model, medium, MOST_EVIDENCE)),
    section(approverLines(model, medium)),
    section(voteLines(model, medium)),
    divider(),
    section([medium.strong(texts.t('overrides.detail.versions')), ...versionLines(model, versions, medium)]),
    context(printLines(model, medium)),
  ];
  return modal(texts, { title: texts.t('overrides.detail.title'), blocks });
}

function payeeField({ override }: OverrideModel, medium: OverrideMedium): string[][] {
  const title = medium.strong(medium.texts.t('overrides.fact.payee'));
  return override.payeeRef === null ? [] : [[title, medium.id(override.payeeRef, ID_LIMIT)]];
}

/** What was read back, once it was. */
function afterBlocks({ override }: OverrideModel, medium: OverrideMedium): KnownBlock[] {
  const { stateAfter } = override;
  if (stateAfter === null) return [];
  const title = medium.strong(medium.texts.t('overrides.detail.after'));
  return [section([title, ...proofLines(stateAfter, medium, { most: MOST_ATTEMPTS, references: true })])];
}

/** Newest first: when each was opened, when it became void, and what had changed. */
function versionLines(
  { version }: OverrideModel,
  others: readonly OverrideVersion[],
  medium: OverrideMedium,
): string[] {
  const { texts } = medium;
  const older = others.filter((each) => each.version !== version.version);
  const all = [version, ...older].toSorted((one, other) => other.version - one.version);
  const hidden = all.length - MOST_VERSIONS;
  return [
    ...all.slice(0, MOST_VERSIONS).map((each) =>
      joined([
        `• ${texts.t('overrides.detail.opened', { version: each.version, at: medium.at(each.openedAt) })}`,
        each.voidedAt === null ? '' : texts.t('overrides.detail.voided', { at: medium.at(each.voidedAt) }),
        // A later version may be in another currency.
        ...(each.changes ?? []).map((change) => describeChange(change, each.terms.currency, medium)),
      ]),
    ),
    ...(hidden > 0 ? [texts.t('overrides.list.more', { count: hidden })] : []),
  ];
}

function printLines({ override, version, operation }: OverrideModel, medium: OverrideMedium): string[] {
  const { texts } = medium;
  const id = (text: string): string => medium.id(text, ID_LIMIT);
  return [
    texts.t('overrides.detail.hash', { hash: id(version.requestHash) }),
    joined([
      texts.t('overrides.detail.id', { id: id(override.id) }),
      operation === null ? '' : texts.t('overrides.detail.operation', { id: id(operation.id) }),
      texts.t('overrides.detail.policy', { hash: id(version.policyHash) }),
      texts.t('overrides.expires', { at: medium.at(version.expiresAt) }),
    ]),
  ];
}
