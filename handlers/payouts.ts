import { encodeActionId } from '../blocks/actions.ts';
import { renderStartAnswer } from '../blocks/escalation-answers.ts';
import { loadingModal } from '../blocks/modal.ts';
import { renderNotice } from '../blocks/notice.ts';
import { describeRequestRefusal, renderRequestRefusal } from '../blocks/payouts-answers.ts';
import type { EscalationDeps } from '../src/escalations/deps.ts';
import { startForFinding } from '../src/escalations/start-for-finding.ts';
import { requestOperation, type OperationRequest } from '../src/operations/request-operation.ts';
import { loadPayout, type ShowDeps } from '../src/payouts/load-payout.ts';
import { actorOf, ROLES, type Person, type Role } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, Desk, Press } from './desk.ts';
import type { Listeners } from './listener.ts';
import { choosePayouts, isHelp, notThere, runPayouts, showDetail, showGroup } from './payouts-show.ts';
import { rememberedAt } from './payouts-places.ts';

/** What listeners of payouts need beside the desk; main wires it. */
export interface PayoutParts {
  show: ShowDeps;
  escalations: EscalationDeps;
  /** To a message of ours; null where the server does not say what links begin with. */
  linkTo(message: { channelId: string; ts: string; threadTs?: string | null }): Promise<string | null>;
  /** A value that no button of ours carries, from somebody who may press: kept in the audit log. */
  noteForged?(press: Press, person: Person, action: string): Promise<void>;
  /** Somebody was told of a payout: its message says so. */
  onEscalated?(payoutId: string, now: Date): Promise<void>;
}

type Action = OperationRequest['action'];

const MAY_REQUEST: Readonly<Record<Action, readonly Role[]>> = {
  retry: ['ops', 'managers', 'leads'],
  recheck: ['ops', 'managers', 'leads', 'sre'],
};
const MAY_ESCALATE: readonly Role[] = ['ops', 'managers', 'leads', 'sre'];

/** Retry, Recheck, Escalate and Details of one payout, the list of all, and /payouts. */
export function listenToPayouts(listeners: Listeners, desk: Desk, parts: PayoutParts): void {
  const noun = 'payouts' as const;
  for (const action of ['retry', 'recheck'] as const) {
    listeners.press({
      noun,
      verb: action,
      roles: MAY_REQUEST[action],
      about: 'payout',
      run: (press, person) => pressOperation(desk, parts, press, person, action),
    });
  }
  listeners.press({
    noun,
    verb: 'escalate',
    roles: MAY_ESCALATE,
    about: 'payout',
    run: (press, person) => pressEscalate(desk, parts, press, person),
  });
  listeners.press({
    noun,
    verb: 'open',
    roles: ROLES,
    about: 'payout',
    opening: (texts) => loadingModal(texts, texts.t('payouts.detail.title')),
    run: (press, person) => showDetail(desk, parts, press.id, person, rememberedAt(press.place)),
  });
  listenToLists(listeners, desk, parts);
}

function listenToLists(listeners: Listeners, desk: Desk, parts: PayoutParts): void {
  const noun = 'payouts' as const;
  listeners.press({
    noun,
    verb: 'list',
    roles: ROLES,
    about: 'payout_group',
    opening: (texts) => loadingModal(texts, texts.t('payouts.list.title')),
    run: (press, person) => showGroup(desk, press, person),
  });
  for (const verb of ['filter', 'page'] as const) {
    const run = (press: Press, person: Person) => choosePayouts(desk, press, person);
    listeners.press({ noun, verb, roles: ROLES, about: 'payout_group', run });
  }
  listeners.command({
    command: '/payouts',
    roles: ROLES,
    opening: (call, texts) =>
      isHelp(call.text) ? undefined : loadingModal(texts, texts.t('payouts.list.title')),
    run: (call, person) => runPayouts(desk, parts, call, person),
  });
}

/** One round trip to the database: what is pressed is stored or not, and whoever is second hears who was first. */
async function pressOperation(
  desk: Desk,
  parts: PayoutParts,
  press: Press,
  person: Person,
  action: Action,
): Promise<Answer> {
  const intent = parseIntent(press.id);
  if (intent === null) return await forged(desk, parts, press, person, action);
  const now = desk.clock.now();
  const outcome = await requestOperation(desk.pool, now, { ...intent, action, actor: actorOf(person) });
  if (!outcome.ok && outcome.why === 'not_found') return await forged(desk, parts, press, person, action);
  const texts = makeTexts(person.locale);
  const asking = { me: actorOf(person), now, zone: desk.policy.business.time_zone };
  const { channelId, payoutId } = rememberedAt(press.place);
  if (payoutId !== null && !press.place.isHome) {
    const notice = outcome.ok
      ? `✅ ${texts.t(`payouts.accepted.${action}`)}`
      : `ℹ️ ${describeRequestRefusal(outcome, texts, asking)}`;
    return await showDetail(desk, parts, payoutId, person, { channelId, notice: [notice] });
  }
  if (!outcome.ok) return { as: 'words', content: renderRequestRefusal(outcome, texts, asking) };
  // In a channel the message itself says it.
  if (press.place.view === null) return { as: 'nothing' };
  return { as: 'words', content: renderNotice('✅', [texts.t(`payouts.accepted.${action}`)]) };
}

/** "<payout>:<intent number>", as buttons carry it; null for anything else. */
function parseIntent(value: string): { payoutId: string; intentNo: number } | null {
  const [, payoutId, intentNo] = /^([0-9a-f-]{36}):([1-9]\d{0,9})$/.exec(value) ?? [];
  return payoutId === undefined ? null : { payoutId, intentNo: Number(intentNo) };
}

async function pressEscalate(desk: Desk, parts: PayoutParts, press: Press, person: Person): Promise<Answer> {
  const model = await loadPayout(desk.pool, press.id, parts.show);
  if (model === null) return await forged(desk, parts, press, person, 'escalate');
  const texts = makeTexts(person.locale);
  if (model.finding === null)
    return { as: 'words', content: renderNotice('ℹ️', [texts.t('payouts.refused.no_finding')]) };
  const now = desk.clock.now();
  const outcome = await startForFinding(parts.escalations, now, { findingId: model.finding.id, person });
  if (outcome.ok) {
    await parts
      .onEscalated?.(press.id, now)
      .catch((error: unknown) => desk.log.error({ err: error }, 'a payout does not show its escalation'));
  }
  return { as: 'words', content: renderStartAnswer(outcome, texts, desk.policy.business.time_zone) };
}

/** No button of ours carries it: no effect but its audit row. */
async function forged(
  desk: Desk,
  parts: PayoutParts,
  press: Press,
  person: Person,
  verb: Action | 'escalate',
): Promise<Answer> {
  await parts
    .noteForged?.(press, person, encodeActionId('payouts', verb))
    .catch((error: unknown) => desk.log.error({ err: error }, 'a forged value could not be noted'));
  return notThere(person);
}
