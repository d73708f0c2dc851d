import type { FoundFinding } from '../src/findings/find-findings.ts';
import type { MessageContent } from '../src/ports.ts';
import type { ReconState } from '../src/reconciliation/read-state.ts';
import type { Run } from '../src/reconciliation/runs.ts';
import type { Texts } from '../src/texts.ts';
import { describeActor } from './actor.ts';
import { actions, button } from './controls.ts';
import { describeClass, nameOfRule, shortId } from './findings.ts';
import { progressText } from './full-scan.ts';
import { joined, message, section } from './kit.ts';
import { markupMedium, type Medium } from './medium.ts';
import { progressLine } from './progress.ts';
import { linkText } from './link.ts';
import { describeClassCounts } from './risk.ts';

const HELP = ['state', 'run', 'full', 'all', 'finding', 'help'] as const;

/** Where the reconciliation stands; links to the digest where there is one. */
export function renderState(
  state: ReconState,
  texts: Texts,
  { now, link }: { now: Date; link: string | null },
): MessageContent {
  const medium = markupMedium(texts, state.timeZone);
  const lines = [
    ...(state.running === null ? [] : [runningLine(state.running, medium, now)]),
    ...lastLines(state, medium, link),
    ...fullLines(state, medium, now),
    state.nextAt === null ? '' : texts.t('reconciliation.command.next', { at: medium.at(state.nextAt) }),
  ].filter((line) => line !== '');
  const { settled } = state;
  const blocks = [section(lines)];
  return settled === null
    ? message(lines, blocks)
    : message(lines, [
        ...blocks,
        actions([button('findings', 'show_all', settled.id, texts.t('findings.list.button'))]),
      ]);
}

function runningLine(run: Run, medium: Medium, now: Date): string {
  const since = medium.texts.duration(now.getTime() - run.createdAt.getTime());
  const step = run.state === 'confirming' ? 'confirming' : 'scanning';
  return `⏳ ${medium.texts.t(`reconciliation.command.${step}`, { since, by: starterOf(run, medium) })}`;
}

/** Where the newest full scan stands; nothing before the first. */
function fullLines({ full }: ReconState, medium: Medium, now: Date): string[] {
  if (full === null) return [];
  const { run, scan } = full;
  if (run.settledAt === null)
    return [
      joined([fullRunningLine(run, medium, now), scan === null ? '' : progressText(scan, medium.texts)]),
    ];
  const state = run.state === 'complete' || run.state === 'partial' ? run.state : 'failed';
  return [medium.texts.t(`reconciliation.full.command.${state}`, { at: medium.at(run.settledAt) })];
}

function fullRunningLine(run: Run, medium: Medium, now: Date): string {
  const since = medium.texts.duration(now.getTime() - run.createdAt.getTime());
  return `⏳ ${medium.texts.t('reconciliation.full.command.running', { since, by: starterOf(run, medium) })}`;
}

function lastLines({ last, settled, progress }: ReconState, medium: Medium, link: string | null): string[] {
  const { texts } = medium;
  if (last === null) return [texts.t('reconciliation.command.none')];
  const head = texts.t(
    `reconciliation.command.last_${last.state}` as 'reconciliation.command.last_complete',
    {
      day: texts.day(last.label),
      at: medium.at(last.settledAt ?? last.createdAt),
    },
  );
  const totals = settled?.totals ?? null;
  const counts = totals === null ? '' : describeClassCounts(totals, texts);
  return [
    joined([medium.strong(head), linkText(link, texts.t('reconciliation.command.digest'))]),
    ...(last.error === null
      ? []
      : [texts.t('reconciliation.reason', { error: medium.word('reconciliation.problem', last.error, 80) })]),
    ...(settled === null || settled.id === last.id
      ? []
      : [texts.t('reconciliation.command.counts_of', { day: texts.day(settled.label) })]),
    ...(counts === '' ? [texts.t('reconciliation.command.nothing_open')] : [counts]),
    ...(progress === null ? [] : [progressLine(progress, texts)]),
  ];
}

function starterOf(run: Run, medium: Medium): string {
  return run.startedBy === null ? medium.texts.t('findings.by_app') : describeActor(run.startedBy, medium);
}

/** It runs, or another is under way: who started that one. */
export function renderStarted(texts: Texts, kind: Run['kind'] = 'daily'): MessageContent {
  const key = kind === 'full' ? 'reconciliation.full.command.started' : 'reconciliation.command.started';
  const words = `▶️ ${texts.t(key)}`;
  return message([words], [section([words])]);
}

export function renderUnderWay(run: Run, texts: Texts, now: Date, zone: string): MessageContent {
  const medium = markupMedium(texts, zone);
  const words = [
    run.kind === 'full' ? fullRunningLine(run, medium, now) : runningLine(run, medium, now),
    texts.t('reconciliation.command.one_at_a_time'),
  ];
  return message(words, [section(words)]);
}

/** Several findings bear what was typed: each with its own button. */
export function renderFound(found: readonly FoundFinding[], texts: Texts, zone: string): MessageContent {
  const medium = markupMedium(texts, zone);
  const title = texts.t('reconciliation.command.several', { count: found.length });
  const lines = found.map(({ id, rule, class: riskClass, state }) =>
    joined([
      describeClass(riskClass, texts),
      nameOfRule(rule, medium),
      texts.t(`findings.list.state.${state}`),
      medium.id(shortId(id), 8),
    ]),
  );
  return message(
    [title, ...lines],
    [
      section([title]),
      ...found.map(({ id }, index) =>
        section([lines[index] ?? ''], button('findings', 'review', id, texts.t('findings.review.button'))),
      ),
    ],
  );
}

/** Nothing bears what was typed, or it was no word of the command: what there is. */
export function renderHelp(texts: Texts, typed?: string): MessageContent {
  const medium = markupMedium(texts, 'UTC');
  const lines = [
    ...(typed === undefined
      ? []
      : [`❔ ${texts.t('reconciliation.command.not_found', { typed: medium.id(typed, 64) })}`]),
    ...HELP.map((topic) => texts.t(`reconciliation.command.help.${topic}`)),
  ];
  return message(lines, [section(lines)]);
}
