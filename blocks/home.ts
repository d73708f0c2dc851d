import type { HomeView, KnownBlock } from '@slack/types';
import type { ExemptionLine } from '../src/exemptions/models.ts';
import type { ListedFinding } from '../src/findings/list-findings.ts';
import type { HomeEscalation, HomeModel, HomeProposal } from '../src/home/load-home.ts';
import type { OpenOverride } from '../src/overrides/models.ts';
import type { MessageContent } from '../src/ports.ts';
import type { Texts } from '../src/texts.ts';
import { describeActor } from './actor.ts';
import { actions, button } from './controls.ts';
import { lineBlock } from './exemptions-list.ts';
import { describeClass, nameOfRule } from './findings.ts';
import { context, divider, header, joined, section } from './kit.ts';
import { markupMedium, type Medium } from './medium.ts';
import { renderState } from './recon.ts';
import { linkText } from './review.ts';
import { describeSeverity, describeTitle, symbolOfSeverity } from './route.ts';
import { homeStandings } from './slo.ts';
import { lastMoment } from './standing.ts';

/** What links to messages begin with, and where the newest digest stands. */
export interface HomeLinks {
  digest: string | null;
  permalink(message: { channelId: string; ts: string; threadTs?: string | null }): string | null;
}

const MINE_SHOWN = 5;
const TARGET_LIMIT = 40;

/** What waits for one person, most urgent first; every list says so when it is empty. */
export function renderHome(model: HomeModel, texts: Texts, links: HomeLinks): HomeView {
  const medium = markupMedium(texts, model.timeZone);
  const day = renderState(model.state, texts, { now: model.now, link: links.digest });
  const blocks: KnownBlock[] = [
    header(texts.t('home.title')),
    ...(day.blocks as KnownBlock[]),
    divider(),
    ...list(
      'unanswered',
      model.unanswered,
      (line) => unansweredBlock(line, model, { medium, links }),
      medium,
    ),
    ...(model.overrides.count === 0
      ? []
      : list('overrides', model.overrides, (line) => overrideBlock(line, { medium, links }), medium)),
    ...(model.proposals.count === 0
      ? []
      : list('proposals', model.proposals, (line) => proposalBlock(line, medium), medium)),
    ...exemptionBlocks(model.exemptions, medium),
    ...list(
      'mine',
      { lines: model.mine.findings.slice(0, MINE_SHOWN), count: model.mine.count },
      (line) => mineBlock(line, model, medium),
      medium,
    ),
    ...(model.held.count === 0
      ? []
      : list('held', model.held, (line) => heldBlock(line, model, { medium, links }), medium)),
    ...promiseBlocks(model.promises, medium),
    divider(),
    context([joined([texts.t('home.as_of', { at: medium.at(model.now) }), texts.t('home.commands')])]),
    actions([button('home', 'refresh', 'home', texts.t('home.refresh'))]),
  ];
  return { type: 'home', blocks };
}

/** For who may not see it: the reason, and nothing else. */
export function renderClosedHome(words: MessageContent, texts: Texts): HomeView {
  return {
    type: 'home',
    blocks: [
      header(texts.t('home.title')),
      ...(words.blocks as KnownBlock[]),
      actions([button('home', 'refresh', 'home', texts.t('home.refresh'))]),
    ],
  };
}

/** For somebody without a role: the exemptions that are theirs, how the promises stand, and nothing else. */
export function renderMemberHome(
  { exemptions, promises, now, timeZone }: Pick<HomeModel, 'exemptions' | 'promises' | 'now' | 'timeZone'>,
  texts: Texts,
): HomeView {
  const medium = markupMedium(texts, timeZone);
  return {
    type: 'home',
    blocks: [
      header(texts.t('home.title')),
      ...exemptionBlocks(exemptions, medium),
      ...promiseBlocks(promises, medium),
      context([joined([texts.t('home.as_of', { at: medium.at(now) }), texts.t('home.member')])]),
      actions([button('home', 'refresh', 'home', texts.t('home.refresh'))]),
    ],
  };
}

/** What waits for review first: others can't go on before it. */
function exemptionBlocks({ lines, count, reviews }: HomeModel['exemptions'], medium: Medium): KnownBlock[] {
  const draw = (line: ExemptionLine): KnownBlock => lineBlock(line, medium);
  return [
    ...(reviews.count === 0 ? [] : list('reviews', reviews, draw, medium)),
    ...(count === 0 ? [] : list('exemptions', { lines, count }, draw, medium)),
  ];
}

/** Nothing for who may not ask. */
function promiseBlocks(promises: HomeModel['promises'], medium: Medium): KnownBlock[] {
  if (promises?.length === 0) return [];
  return [
    divider(),
    section([medium.strong(medium.texts.t('slo.title'))]),
    ...(promises === null
      ? [context([`⚪ ${medium.texts.t('slo.answer.unread')}`])]
      : homeStandings(promises, medium)),
  ];
}

type ListName = 'unanswered' | 'overrides' | 'exemptions' | 'reviews' | 'proposals' | 'mine' | 'held';

function list<T>(
  name: ListName,
  { lines, count }: { lines: readonly T[]; count: number },
  draw: (line: T) => KnownBlock,
  { texts, strong }: Medium,
): KnownBlock[] {
  const title = section([strong(texts.t(`home.${name}`, { count }))]);
  if (count === 0) return [title, context([texts.t(`home.none.${name}` as 'home.none.mine')])];
  const more = count - lines.length;
  return [title, ...lines.map(draw), ...(more > 0 ? [context([texts.t('home.more', { count: more })])] : [])];
}

interface Drawing {
  medium: Medium;
  links: HomeLinks;
}

function escalationLines(line: HomeEscalation, model: HomeModel, { medium, links }: Drawing): string[] {
  const { texts, strong } = medium;
  const since = texts.duration(model.now.getTime() - line.startedAt.getTime());
  const link = line.message === null ? null : links.permalink(line.message);
  return [
    joined([
      `${symbolOfSeverity(line.severity)} ${strong(describeSeverity(line.severity, texts))}`,
      strong(describeTitle(line.title, medium)),
    ]),
    joined([
      texts.t('home.since', { since }),
      line.level === 0 ? '' : texts.t('home.level', { level: line.level }),
      linkText(link, texts.t('home.message')),
    ]),
  ];
}

function unansweredBlock(line: HomeEscalation, model: HomeModel, drawing: Drawing): KnownBlock {
  const { texts } = drawing.medium;
  return section(
    escalationLines(line, model, drawing),
    button('escalations', 'acknowledge', line.id, texts.t('escalations.button.acknowledge')),
  );
}

function heldBlock(line: HomeEscalation, model: HomeModel, drawing: Drawing): KnownBlock {
  const { texts } = drawing.medium;
  return section(
    escalationLines(line, model, drawing),
    button('escalations', 'resolve', line.id, texts.t('escalations.button.resolve')),
  );
}

/** Approved where its thread is, with all that is known of it: from here it is only a click away. */
function overrideBlock(line: OpenOverride, { medium, links }: Drawing): KnownBlock {
  const { texts, strong } = medium;
  const { amountMinor: minor, currency, approvals, needed, expiresAt } = line;
  const link = line.message === null ? null : links.permalink(line.message);
  const by = describeActor(line.requestedBy, medium);
  return section(
    [
      joined([
        `✋ ${strong(medium.word('overrides.target', line.target, TARGET_LIMIT))}`,
        minor === null || currency === null ? '' : strong(texts.money({ minor, currency })),
        linkText(link, texts.t('overrides.stand.link')),
      ]),
      texts.t('home.override', { approvals, needed, by, at: medium.at(expiresAt) }),
    ],
    button('overrides', 'open', line.id, texts.t('overrides.button.open')),
  );
}

function proposalBlock(line: HomeProposal, medium: Medium): KnownBlock {
  const { texts, strong } = medium;
  const by = describeActor(line.proposedBy, medium);
  return section(
    [
      joined([strong(describeClass(line.class, texts)), strong(nameOfRule(line.rule, medium))]),
      texts.t('home.proposed', { by, until: lastMoment(line.until, medium) }),
    ],
    button('findings', 'review', line.findingId, texts.t('findings.review.button')),
  );
}

function mineBlock(line: ListedFinding, model: HomeModel, medium: Medium): KnownBlock {
  const { texts, strong } = medium;
  const age = texts.duration(model.now.getTime() - line.occurredAt.getTime());
  const { amountMinor: minor, currency } = line;
  return section(
    [
      joined([strong(describeClass(line.class, texts)), strong(nameOfRule(line.rule, medium))]),
      joined([
        minor === null || currency === null ? '' : texts.money({ minor, currency }),
        texts.t('reconciliation.age', { age }),
        texts.t(`findings.action.${line.action}`),
      ]),
    ],
    button('findings', 'review', line.id, texts.t('findings.review.button')),
  );
}
