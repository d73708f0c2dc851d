import { loadingModal } from '../blocks/modal.ts';
import {
  renderSloHelp,
  renderStanding,
  renderStandingModal,
  renderStandings,
  renderUnknownSlo,
  type AnswerModel,
} from '../blocks/slo.ts';
import { ROLES, type Person } from '../src/people/types.ts';
import type { SloDeps } from '../src/slo/deps.ts';
import { findSlo, fold, namesNear } from '../src/slo/find-slo.ts';
import { loadStandings } from '../src/slo/load-standing.ts';
import { mayRead } from '../src/slo/may-read.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { admitPerson } from './admit.ts';
import type { Answer, CommandCall, Desk, Place, Request } from './desk.ts';
import type { Listeners } from './listener.ts';
import type { OverrideParts } from './overrides.ts';
import { listenToBurns } from './slo-burn.ts';
import { listenToCorrections, openCorrect } from './slo-correct.ts';
import { listenToRisk, openRisk, type RiskHandlerParts } from './slo-risk.ts';
import { isChannel, pressShare, type ShareParts } from './slo-share.ts';
import type { AcknowledgeDeps } from '../src/slo/acknowledge.ts';
import { typedText } from './typed-text.ts';

/** What listeners of service levels need beside the desk; main wires it. */
export interface SloHandlerParts extends RiskHandlerParts, ShareParts {
  deps: SloDeps;
  burns: AcknowledgeDeps;
  /** A stretch that is left out is an override. */
  overrides: OverrideParts;
}

const LONGEST_TYPED = 200;
const MOST_DAYS = 90;
/** Each word in both languages, as `fold` leaves them. */
const WORDS: ReadonlyMap<string, 'help' | 'risk' | 'correct'> = new Map([
  ['help', 'help'],
  ['yardim', 'help'],
  ['risk', 'risk'],
  ['correct', 'correct'],
  ['duzelt', 'correct'],
]);
/** "payout 7d", "payout 24h"; days and hours in both languages. */
const WITH_TIME = /^(.+?)\s+(\d{1,4})\s*(d|days?|g|gün|h|hours?|s|sa|saat)$/isu;
const IN_HOURS = /^[hs]/i;

/** How the promises stand: asked by command, shown to a channel, opened from messages and Home. Who may is policy. */
export function listenToSlo(listeners: Listeners, desk: Desk, parts: SloHandlerParts): void {
  const roles = desk.policy.slo.readers;
  listeners.command({
    command: '/slo',
    roles,
    opening: openingOf,
    run: (call, person) => forReaders(desk, call, person, '/slo', () => runSlo(desk, parts, call, person)),
  });
  const noun = 'slo' as const;
  listeners.press({
    noun,
    verb: 'show',
    roles,
    about: 'slo',
    run: (press, person) =>
      forReaders(desk, press, person, 'slo.show', () =>
        showOne(desk, parts, person, { name: press.id, days: null, place: press.place }),
      ),
  });
  listeners.press({
    noun,
    verb: 'open',
    roles,
    about: 'slo',
    opening: (texts) => loadingModal(texts, texts.t('slo.title')),
    run: (press, person) =>
      forReaders(desk, press, person, 'slo.open', () => openOne(desk, parts, person, press.id)),
  });
  listeners.press({
    noun,
    verb: 'share',
    roles,
    about: 'slo',
    run: (press, person) =>
      forReaders(desk, press, person, 'slo.share', () => pressShare(desk, parts, press, person)),
  });
  listenToBurns(listeners, desk, { deps: parts.burns });
  listenToRisk(listeners, desk, parts);
  listenToCorrections(listeners, desk, parts);
}

/** Whoever is let in as a member and is a stranger to the team is refused here, and that is noted. */
async function forReaders(
  desk: Desk,
  request: Request,
  person: Person,
  action: string,
  run: () => Promise<Answer>,
): Promise<Answer> {
  if (mayRead(desk.policy, person)) return await run();
  const { readers } = desk.policy.slo;
  const roles = readers === 'members' ? ROLES : readers;
  const subject = { kind: 'person', id: person.userId } as const;
  const admitted = await admitPerson(desk, request, person, { roles, action, subject });
  return admitted.ok ? await run() : { as: 'words', content: admitted.words };
}

interface Typed {
  word: 'all' | 'one' | 'help' | 'risk' | 'correct';
  rest: string;
}

/** A word of ours, or a name; nothing means all. */
function parseTyped(text: string): Typed {
  const typed = typedText(text, LONGEST_TYPED).trim();
  if (typed === '') return { word: 'all', rest: '' };
  const [, first = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(typed) ?? [];
  const word = WORDS.get(fold(first));
  return word === undefined ? { word: 'one', rest: typed } : { word, rest: rest.trim() };
}

function openingOf({ text }: CommandCall, texts: Texts) {
  const { word } = parseTyped(text);
  if (word === 'risk') return loadingModal(texts, texts.t('slo.risk.list.title'));
  return word === 'correct' ? loadingModal(texts, texts.t('slo.correct.title')) : undefined;
}

/** `/slo [NAME [7d]] | risk | correct | help`. */
async function runSlo(
  desk: Desk,
  parts: SloHandlerParts,
  call: CommandCall,
  person: Person,
): Promise<Answer> {
  const { word, rest } = parseTyped(call.text);
  const { place } = call;
  switch (word) {
    case 'help':
      return { as: 'words', content: renderSloHelp(makeTexts(person.locale)) };
    case 'risk':
      return await openRisk(desk, parts, person, call);
    case 'correct':
      return await openCorrect(desk, parts, call, person, rest);
    case 'all':
      return await showAll(desk, parts, person, place);
    case 'one':
      return await showOne(desk, parts, person, { ...readQuestion(parts.deps.slos, rest), place });
  }
}

interface Question {
  name: string;
  days: number | null;
}

/** A name, and over how many days; hours are made whole days. A title may end like that itself. */
function readQuestion(slos: SloDeps['slos'], rest: string): Question {
  const [, name = rest, count = '', unit = ''] = WITH_TIME.exec(rest) ?? [];
  if (count === '' || findSlo(slos, rest) !== null) return { name: rest, days: null };
  const days = IN_HOURS.test(unit) ? Math.ceil(Number(count) / 24) : Number(count);
  return { name, days: Math.min(MOST_DAYS, Math.max(1, days)) };
}

async function showAll(desk: Desk, parts: SloHandlerParts, person: Person, place: Place): Promise<Answer> {
  const now = desk.clock.now();
  const standings = await loadStandings(parts.deps, now);
  const model = modelOf(desk, now, standings, place);
  return { as: 'words', content: renderStandings(model, makeTexts(person.locale)) };
}

async function showOne(
  desk: Desk,
  parts: SloHandlerParts,
  person: Person,
  { name, days, place }: Question & { place: Place },
): Promise<Answer> {
  const texts = makeTexts(person.locale);
  const slo = findSlo(parts.deps.slos, name);
  if (slo === null)
    return { as: 'words', content: renderUnknownSlo(name, namesNear(parts.deps.slos, name), texts) };
  const { model, standing } = await loadOne(desk, parts, slo.name, days, place);
  return { as: 'words', content: renderStanding(standing, model, texts) };
}

async function openOne(desk: Desk, parts: SloHandlerParts, person: Person, name: string): Promise<Answer> {
  const texts = makeTexts(person.locale);
  const slo = findSlo(parts.deps.slos, name);
  if (slo === null)
    return { as: 'words', content: renderUnknownSlo(name, namesNear(parts.deps.slos, name), texts) };
  const { model, standing } = await loadOne(desk, parts, slo.name, null, null);
  return { as: 'view', view: renderStandingModal(standing, model, texts) };
}

async function loadOne(
  desk: Desk,
  { deps }: SloHandlerParts,
  name: string,
  days: number | null,
  place: Place | null,
) {
  const now = desk.clock.now();
  const standings = await loadStandings(deps, now, {
    names: [name],
    ...(days === null ? {} : { days }),
    trend: true,
  });
  const standing = standings[0] as (typeof standings)[number];
  return { standing, model: modelOf(desk, now, standings, place) };
}

function modelOf(
  { policy }: Desk,
  now: Date,
  standings: AnswerModel['standings'],
  place: Place | null,
): AnswerModel {
  const canShare = place !== null && isChannel(place.channelId);
  return { standings, now, timeZone: policy.business.time_zone, canShare };
}
