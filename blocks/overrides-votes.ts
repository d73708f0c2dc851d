import type { OverrideModel } from '../src/overrides/models.ts';
import type { Vote } from '../src/overrides/types.ts';
import type { Texts } from '../src/texts.ts';
import { mentionUser } from './actor.ts';
import { joined } from './kit.ts';
import type { Medium } from './medium.ts';
import { describePeople, describeQuorum, quorumReasons } from './overrides-words.ts';

/** People whom a card names; the others are counted. */
const MOST_MENTIONED = 10;
const MOST_VOTES = 20;
const NAME_LIMIT = 40;

/** Votes that count: of distinct people in distinct seats, none that lapsed. */
function approvalsOf(votes: readonly Vote[]): Vote[] {
  const seats = new Set<string>();
  return votes.filter(({ vote, lapsedAt, seat }) => {
    const counts = vote === 'approve' && lapsedAt === null && !seats.has(seat);
    if (counts) seats.add(seat);
    return counts;
  });
}

/** "1 of 2 approved · a lead is still needed" */
export function describeProgress(
  { version, votes }: Pick<OverrideModel, 'version' | 'votes'>,
  texts: Texts,
): string {
  const counted = approvalsOf(votes);
  const { needed, leads, security } = version.quorum;
  const has = (wanted: Vote['role']): boolean => counted.some(({ role }) => role === wanted);
  return joined([
    texts.t('overrides.progress', { approvals: counted.length, needed }),
    leads > 0 && !has('leads') ? texts.t('overrides.lead_missing') : '',
    security !== undefined && !has('security') ? texts.t('overrides.security_missing') : '',
  ]);
}

/** How many approve, by which rules, and while it is open who may: the only place where they are mentioned. */
export function approverLines(model: OverrideModel, medium: Medium): string[] {
  const { override, version } = model;
  const { texts, strong } = medium;
  const reasons = quorumReasons(version.quorum, model, texts);
  const why = reasons === '' ? [] : [texts.t('overrides.why_so_many', { rules: reasons })];
  const who = override.state === 'open' ? mentionLines(model, medium) : [];
  return [strong(describeQuorum(version.quorum, texts)), ...why, ...who, barredLine(model, medium)];
}

function barredLine(model: OverrideModel, medium: Medium): string {
  switch (model.version.facts.kind) {
    case 'exemption':
      return medium.texts.t('overrides.beneficiary.owner');
    case 'slo_window':
      return medium.texts.t('overrides.beneficiary.author');
    case 'payout':
      return beneficiaryLine(model, medium);
  }
}

function mentionLines(model: OverrideModel, medium: Medium): string[] {
  const { texts } = medium;
  if (model.approvers.isUnknown) return [texts.t('overrides.approvers.unknown')];
  const isEach = whoMayStill(model);
  if (Object.values(isEach).every((people) => people.length === 0))
    return approvalsOf(model.votes).length > 0 ? [] : [texts.t('overrides.approvers.nobody')];
  let room = MOST_MENTIONED;
  return (['security', 'leads', 'managers'] as const).flatMap((role) => {
    const people = isEach[role];
    if (people.length === 0) return [];
    const named = describePeople(people, Math.max(1, room), medium);
    room -= people.length;
    return [texts.t(`overrides.approvers.${role}`, { people: named })];
  });
}

/** Whoever may approve and has not voted yet. */
export function whoMayStill({ approvers, votes }: Pick<OverrideModel, 'approvers' | 'votes'>): {
  security: string[];
  leads: string[];
  managers: string[];
} {
  const hasVoted = new Set<string>(
    votes.filter(({ lapsedAt }) => lapsedAt === null).map(({ userId }) => userId),
  );
  const { userIds, leadIds, securityIds = [] } = approvers;
  const isSecurity = new Set<string>(securityIds);
  const isNamed = new Set<string>([...leadIds, ...securityIds]);
  const still = (ids: readonly string[]): string[] => ids.filter((id) => !hasVoted.has(id));
  return {
    security: still(securityIds),
    leads: still(leadIds.filter((id) => !isSecurity.has(id))),
    managers: still(userIds.filter((id) => !isNamed.has(id))),
  };
}

/** Whose money it is, as far as anybody knows. */
export function beneficiaryLine({ beneficiary }: Pick<OverrideModel, 'beneficiary'>, medium: Medium): string {
  const { texts } = medium;
  if (beneficiary === null) return `⚠️ ${texts.t('overrides.beneficiary.unknown')}`;
  // By the policy's name: a mention would call them to what they may not decide.
  const people = medium.foreign(beneficiary.key, NAME_LIMIT);
  return texts.t('overrides.beneficiary.checked', { people });
}

/** How far it is, each vote with name, role and time, and how many were cleared before. */
export function voteLines(model: OverrideModel, medium: Medium): string[] {
  const { texts, strong } = medium;
  return [
    strong(describeProgress(model, texts)),
    ...model.votes.slice(0, MOST_VOTES).map((vote) => describeVote(vote, medium)),
    ...(model.clearedVotes === 0
      ? []
      : [`⚪ ${texts.t('overrides.cleared', { count: model.clearedVotes })}`]),
  ];
}

function describeVote(vote: Vote, medium: Medium): string {
  const { texts } = medium;
  const { lapsedAt, noInterest, seat, personKey, role } = vote;
  const told = { by: mentionUser(vote.userId, medium), at: medium.at(vote.votedAt) };
  const symbol = vote.vote === 'reject' ? '✋' : '✅';
  const as =
    seat === personKey
      ? texts.t(`overrides.vote.${role}`)
      : texts.t(`overrides.vote.deputy_${role}`, { principal: describePeople([seat], 1, medium) });
  return joined([
    `${lapsedAt === null ? symbol : '⚪'} ${texts.t(`overrides.vote.${vote.vote}`, told)}`,
    as,
    noInterest ? texts.t('overrides.vote.no_interest') : '',
    lapsedAt === null ? '' : texts.t('overrides.vote.lapsed', { at: medium.at(lapsedAt) }),
  ]);
}
