import type { KnownBlock, ModalView } from '@slack/types';
import type { FindingList, ListedFinding } from '../src/findings/list-findings.ts';
import type { FilterName, ListFilter, ListOwner, ListState } from '../src/findings/list-rules.ts';
import type { RunId } from '../src/ids.ts';
import type { Texts } from '../src/texts.ts';
import { mentionUser } from './actor.ts';
import { encodePartId } from './actions.ts';
import { actions, button, select, type Choice } from './controls.ts';
import { capitalised, describeClass, nameOfRule, shortId } from './findings.ts';
import { foreignWords } from './foreign.ts';
import { context, joined, section } from './kit.ts';
import { markupMedium, type Medium } from './medium.ts';
import { modal } from './modal.ts';
import { linkText } from './link.ts';
import { CLASSES_BY_RISK } from './risk.ts';
import { lastMoment } from './standing.ts';
import { pageBlocks } from './pages.ts';

export const FILTER_BLOCK = 'filter';
/** The value of a filter that lets everything pass. */
const ANY = 'any';

const LIST_STATES: readonly ListState[] = ['open', 'accepted', 'resolved', 'opening'];
const LIST_OWNERS: readonly ListOwner[] = ['mine', 'nobodys'];

const ID_LIMIT = 48;
const NAME_LIMIT = 24;
const CHOICE_LIMIT = 60;

export interface ListModel {
  list: FindingList;
  filter: ListFilter;
  timeZone: string;
  reportingCurrency: string;
  now: Date;
  /** Tenant id to the name that people use. */
  tenantNames: ReadonlyMap<string, string>;
  /** Links to the alerts of payouts, by finding. */
  alerts: ReadonlyMap<string, string>;
  /** The newest run that is over: its label, and where its message with the file stands. */
  run: { id: RunId; label: string; link: string | null } | null;
}

/** All findings, ten a page, worst first; each filter and page is one click, and what was chosen stays. */
export function renderList(model: ListModel, texts: Texts, channelId: string | null): ModalView {
  const medium = markupMedium(texts, model.timeZone);
  const { list, filter } = model;
  const from = (list.page - 1) * 10;
  const shown =
    list.count === 0
      ? texts.t('findings.list.none')
      : texts.t('findings.list.shown', {
          from: from + 1,
          to: from + list.findings.length,
          count: list.count,
        });
  const blocks: KnownBlock[] = [
    context([joined([runText(model, texts), fileText(model, texts)])]),
    actions(filterMenus(model, texts), FILTER_BLOCK),
    section([medium.strong(shown)]),
    ...list.findings.map((finding) =>
      section(
        lineOf(finding, model, medium),
        button('findings', 'review', finding.id, texts.t('findings.review.button')),
      ),
    ),
    ...pageBlocks(list, { noun: 'findings', verb: 'page' }, texts),
  ];
  const metadata = { channelId, page: list.page, filter };
  return modal(texts, { title: texts.t('findings.list.title'), blocks, metadata });
}

function runText({ run }: ListModel, texts: Texts): string {
  return run === null
    ? texts.t('findings.list.no_run')
    : texts.t('reconciliation.day', { day: texts.day(run.label) });
}

function fileText({ run }: ListModel, texts: Texts): string {
  return run === null ? '' : linkText(run.link, texts.t('findings.list.file'));
}

function filterMenus({ list, filter, tenantNames }: ListModel, texts: Texts) {
  const menu = (name: FilterName, choices: readonly Choice[], chosen: string | null) =>
    select(encodePartId('findings', 'filter', name), choices, { chosen: chosen ?? ANY });
  const optional = (name: Exclude<FilterName, 'state'>, choices: Choice[], chosen: string | null) => {
    const all = [{ value: ANY, label: texts.t(`findings.list.any_${name}`) }, ...choices];
    // What was chosen may be on no finding any more: it stays chosen, so that it can be seen and taken away.
    const isThere = chosen === null || all.some(({ value }) => value === chosen);
    const gone = isThere ? [] : [{ value: chosen, label: texts.t('findings.list.chosen') }];
    return menu(name, [...all.slice(0, 100 - gone.length), ...gone], chosen);
  };
  return [
    menu(
      'state',
      LIST_STATES.map((state) => ({
        value: state,
        label: capitalised(texts.t(`findings.list.state.${state}`), texts),
      })),
      filter.state,
    ),
    optional(
      'class',
      CLASSES_BY_RISK.map((risk) => ({ value: risk, label: describeClass(risk, texts) })),
      filter.class,
    ),
    optional(
      'rule',
      list.choices.rules.map((rule) => ({ value: rule, label: ruleLabel(rule, texts) })),
      filter.rule,
    ),
    optional('provider', named(list.choices.providers), filter.provider),
    optional(
      'tenant',
      list.choices.tenants.map(({ value, name }) => ({
        value,
        label: foreignWords(tenantNames.get(name) ?? name, CHOICE_LIMIT, 'id'),
      })),
      filter.tenant,
    ),
    optional(
      'owner',
      LIST_OWNERS.map((owner) => ({
        value: owner,
        label: capitalised(texts.t(`findings.list.owner.${owner}`), texts),
      })),
      filter.owner,
    ),
  ];
}

function named(choices: readonly { value: string; name: string }[]): Choice[] {
  return choices.map(({ value, name }) => ({ value, label: foreignWords(name, CHOICE_LIMIT, 'id') }));
}

function ruleLabel(rule: string, texts: Texts): string {
  const key = `findings.rule.${rule}.name`;
  return texts.has(key) ? `${rule} ${texts.t(key)}` : foreignWords(rule, CHOICE_LIMIT);
}

function lineOf(finding: ListedFinding, model: ListModel, medium: Medium): string[] {
  const { texts, strong } = medium;
  const { subject } = finding;
  const age = texts.duration(model.now.getTime() - finding.occurredAt.getTime());
  const id = subject.kind === 'account' ? medium.account(subject.id) : medium.id(subject.id, ID_LIMIT);
  const tenant = model.tenantNames.get(finding.tenantId) ?? finding.tenantId;
  return [
    joined([
      strong(describeClass(finding.class, texts)),
      strong(nameOfRule(finding.rule, medium)),
      amountText(finding, model, texts),
      stateText(finding, medium),
    ]),
    joined([
      medium.id(shortId(finding.id), 8),
      `${texts.t(`findings.subject.${subject.kind}`)} ${id}`,
      subject.kind === 'tenant' ? '' : medium.foreign(tenant, NAME_LIMIT),
      finding.provider === null ? '' : medium.foreign(finding.provider, NAME_LIMIT),
      texts.t('reconciliation.age', { age }),
      texts.t(`findings.action.${finding.action}`),
      alertText(finding, model, texts),
    ]),
  ];
}

function amountText(finding: ListedFinding, { reportingCurrency }: ListModel, texts: Texts): string {
  const { amountMinor, amountReportingMinor, currency } = finding;
  if (amountMinor === null || currency === null) return '';
  const own = texts.money({ minor: amountMinor, currency });
  if (amountReportingMinor === null || currency === reportingCurrency) return own;
  return `${own} (${texts.money({ minor: amountReportingMinor, currency: reportingCurrency })})`;
}

function alertText({ id }: ListedFinding, { alerts }: ListModel, texts: Texts): string {
  const link = linkText(alerts.get(id) ?? null, texts.t('findings.payout.alert'));
  return link === '' ? '' : `📣 ${link}`;
}

function stateText(finding: ListedFinding, medium: Medium): string {
  const { texts } = medium;
  if (finding.state === 'resolved') return `✅ ${texts.t('findings.list.state.resolved')}`;
  if (finding.state === 'accepted')
    return `☑️ ${texts.t('findings.stands.accepted', { until: finding.acceptedUntil === null ? '–' : lastMoment(finding.acceptedUntil, medium) })}`;
  return finding.owner === null ? '' : `👤 ${mentionUser(finding.owner, medium)}`;
}
