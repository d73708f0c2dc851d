import { renderFound, renderHelp, renderStarted, renderState, renderUnderWay } from '../blocks/recon.ts';
import { loadingModal } from '../blocks/modal.ts';
import { renderNotice } from '../blocks/notice.ts';
import { findFindings } from '../src/findings/find-findings.ts';
import { ACTING_ROLES } from '../src/findings/open-review.ts';
import { actorOf, ROLES, type Person } from '../src/people/types.ts';
import { readState } from '../src/reconciliation/read-state.ts';
import type { ManualRun } from '../src/reconciliation/start-manual-run.ts';
import { makeTexts } from '../src/texts.ts';
import { admitPerson } from './admit.ts';
import type { Answer, CommandCall, Desk } from './desk.ts';
import { reviewFinding, type FindingsParts } from './review-finding.ts';
import { placeOf } from './finding-places.ts';
import type { Listeners } from './listener.ts';
import { showFindings } from './show-findings.ts';

export interface ReconParts extends FindingsParts {
  /** Starts a run for a person, one of a kind at a time. */
  startRun(
    now: Date,
    request: { actor: string; requestId: string; kind: 'daily' | 'full' },
  ): Promise<ManualRun>;
}

/** Ids of ours and of the platform are one word and have a digit; what is none is answered in words. */
const ID_LIKE = /^\S*\d\S*$/;
/** Longer than any id of ours or of the platform that a person would type. */
const LONGEST_TYPED = 200;

/** `/recon`: where the last run stands, a run or a full scan now, all findings, or one. Reads own rows only. */
export function listenToRecon(listeners: Listeners, desk: Desk, parts: ReconParts): void {
  listeners.command({
    command: '/recon',
    roles: ROLES,
    opening(call, texts) {
      const word = call.text.toLowerCase();
      if (word === 'all') return loadingModal(texts, texts.t('findings.list.title'));
      return ID_LIKE.test(word) ? loadingModal(texts, texts.t('findings.review.loading')) : undefined;
    },
    async run(call, person) {
      const word = call.text.toLowerCase();
      switch (word) {
        case '':
          return await tellState(desk, parts, person);
        case 'run':
          return await startRun(desk, parts, call, person, 'daily');
        case 'full':
          return await startRun(desk, parts, call, person, 'full');
        case 'all':
          return await showFindings(desk, parts, person, call.place.channelId);
        case 'help':
          return { as: 'words', content: renderHelp(makeTexts(person.locale)) };
        default:
          return await openFinding(desk, parts, call, person);
      }
    },
  });
}

async function tellState(desk: Desk, parts: ReconParts, person: Person): Promise<Answer> {
  const now = desk.clock.now();
  const state = await readState(desk.pool, desk.policy, now);
  const link = state.last === null ? null : await parts.linkToRun(state.last.id).catch(() => null);
  return { as: 'words', content: renderState(state, makeTexts(person.locale), { now, link }) };
}

async function startRun(
  desk: Desk,
  parts: ReconParts,
  call: CommandCall,
  person: Person,
  kind: 'daily' | 'full',
): Promise<Answer> {
  const texts = makeTexts(person.locale);
  const subject = { kind: 'reconciliation', id: 'manual' } as const;
  const wanted = { roles: ACTING_ROLES, action: 'recon.run', subject };
  const admitted = await admitPerson(desk, call, person, wanted);
  if (!admitted.ok) return { as: 'words', content: admitted.words };
  const now = desk.clock.now();
  const started = await parts.startRun(now, { actor: actorOf(person), requestId: call.triggerId, kind });
  if (started.ok) return { as: 'words', content: renderStarted(texts, kind) };
  if (started.why === 'under_way') {
    const { time_zone: zone } = desk.policy.business;
    return { as: 'words', content: renderUnderWay(started.run, texts, now, zone) };
  }
  return { as: 'words', content: renderNotice('ℹ️', [texts.t('findings.refused.repeated')]) };
}

async function openFinding(
  desk: Desk,
  parts: ReconParts,
  call: CommandCall,
  person: Person,
): Promise<Answer> {
  const texts = makeTexts(person.locale);
  const typed = call.text.replaceAll('\0', '').slice(0, LONGEST_TYPED);
  const found = await findFindings(desk.pool, typed);
  const [only, ...more] = found;
  if (only === undefined) return { as: 'words', content: renderHelp(texts, typed) };
  if (more.length > 0)
    return { as: 'words', content: renderFound(found, texts, desk.policy.business.time_zone) };
  return await reviewFinding(desk, parts, only.id, person, placeOf(call.place));
}
