import type { KnownBlock, ModalView } from '@slack/types';
import type { ExemptionLine } from '../src/exemptions/models.ts';
import type { RiskClass } from '../src/findings/types.ts';
import type { Texts } from '../src/texts.ts';
import { encodePartId } from './actions.ts';
import { actions, button, select } from './controls.ts';
import {
  describeDeadline,
  describeOwner,
  describeRiskAndRoute,
  describeStanding,
  describeWhat,
  nameOf,
} from './exemptions-words.ts';
import { describeClass } from './findings.ts';
import { context, joined, section } from './kit.ts';
import { markupMedium, type Medium } from './medium.ts';
import { modal } from './modal.ts';
import { CLASSES_BY_RISK } from './risk.ts';
import { pageBlocks } from './pages.ts';

export const EXEMPTION_FILTER_BLOCK = 'exemption_filter';
export const WHICH = ['open', 'mine', 'due', 'overdue', 'closed'] as const;
type Which = (typeof WHICH)[number];
const ANY = 'any';
const WORD_LIMIT = 80;

export interface ExemptionListModel {
  lines: readonly ExemptionLine[];
  count: number;
  page: number;
  pages: number;
  filter: { which: Which; risk: RiskClass | null };
  /** Somebody without a role sees their own, and has nothing to choose. */
  ownOnly: boolean;
  timeZone: string;
}

/** The register, a page at a time; what was chosen stays. */
export function exemptionList(model: ExemptionListModel, channelId: string | null, texts: Texts): ModalView {
  const { lines, count, page, pages, filter, ownOnly } = model;
  const medium = markupMedium(texts, model.timeZone);
  const title = texts.t(`exemptions.list.count.${filter.which}`, { count });
  const blocks: KnownBlock[] = [
    actions(
      [...(ownOnly ? [] : [whichMenu(filter.which, texts)]), riskMenu(filter.risk, texts)],
      EXEMPTION_FILTER_BLOCK,
    ),
    section([medium.strong(title)]),
    ...lines.map((line) => lineBlock(line, medium)),
    ...pageBlocks({ page, pages }, { noun: 'exemptions', verb: 'page' }, texts),
    ...(ownOnly ? [context([texts.t('exemptions.list.own_only')])] : []),
  ];
  const metadata = { channelId, page, ...filter };
  return modal(texts, { title: texts.t('exemptions.list.title'), blocks, metadata });
}

/** One line with Details, as lists and Home show it. */
export function lineBlock(line: ExemptionLine, medium: Medium): KnownBlock {
  const { exemption } = line;
  const { texts, strong } = medium;
  return section(
    [
      joined([strong(nameOf(exemption)), strong(describeStanding(line, texts))]),
      describeWhat(exemption, medium, WORD_LIMIT),
      joined([
        describeRiskAndRoute(exemption, texts),
        describeOwner(exemption.ownerId, medium),
        describeDeadline(exemption, texts),
      ]),
    ],
    button('exemptions', 'open', exemption.id, texts.t('exemptions.button.open')),
  );
}

function whichMenu(which: Which, texts: Texts) {
  const choices = WHICH.map((value) => ({ value, label: texts.t(`exemptions.list.which.${value}`) }));
  return select(encodePartId('exemptions', 'filter', 'which'), choices, { chosen: which });
}

function riskMenu(risk: RiskClass | null, texts: Texts) {
  const choices = [
    { value: ANY, label: texts.t('exemptions.list.any_risk') },
    ...CLASSES_BY_RISK.map((value) => ({ value, label: describeClass(value, texts) })),
  ];
  return select(encodePartId('exemptions', 'filter', 'risk'), choices, { chosen: risk ?? ANY });
}
