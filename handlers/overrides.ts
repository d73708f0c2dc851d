import { ASK_CALLBACK, loadingForm } from '../blocks/overrides-form.ts';
import { DECLINE_CALLBACK } from '../blocks/overrides-reject.ts';
import { loadingModal } from '../blocks/modal.ts';
import type { ExemptionRefusal } from '../src/exemptions/refusals.ts';
import type { Exemption } from '../src/exemptions/types.ts';
import type { OverrideDeps } from '../src/overrides/deps.ts';
import type { ProofDeps } from '../src/overrides/request-proof.ts';
import { ROLES, type Person, type Role } from '../src/people/types.ts';
import type { Desk } from './desk.ts';
import type { Listeners } from './listener.ts';
import { askFromPress, isWord, runOverride, submitAsk } from './overrides-ask.ts';
import { MAY_ASK } from './overrides-may-ask.ts';
import { openReject, pressApprove, pressCancel, pressRenew, submitDecline } from './overrides-decide.ts';
import { readAsking, readDeciding } from './overrides-places.ts';
import { openDetail, pressProof } from './overrides-show.ts';

/** What listeners of overrides need beside the desk; main wires it. */
export interface OverrideParts {
  deps: OverrideDeps & ProofDeps;
  /** Why there is no more time for somebody: it is not theirs, or was extended twice, which is escalated. */
  refuseExtension(now: Date, exemption: Exemption, person: Person): Promise<ExemptionRefusal>;
  /** To a message of ours; null where the server does not say what links begin with. */
  linkTo(message: { channelId: string; ts: string; threadTs?: string | null }): Promise<string | null>;
}

/** Whoever stands in for a manager or lead may hold any role: who may decide is asked with the override at hand. */
const MAY_TRY: readonly Role[] = ROLES;
const MAY_PROVE: readonly Role[] = ['leads', 'security'];

const noun = 'overrides' as const;
const about = 'override' as const;

/** Asking for what no button does, deciding it, and what is kept of it. */
export function listenToOverrides(listeners: Listeners, desk: Desk, parts: OverrideParts): void {
  listeners.press({
    noun,
    verb: 'request',
    roles: MAY_ASK,
    about: 'payout',
    opening: loadingForm,
    run: (press, person) => askFromPress(desk, parts, press, person),
  });
  listeners.submit({
    callbackId: ASK_CALLBACK,
    // What it is about says whose it is to ask.
    roles: 'members',
    about: 'transaction',
    channelOf: ({ view }) => readAsking(view.metadata)?.channelId ?? null,
    run: (submission, person) => submitAsk(desk, parts, submission, person),
  });
  listeners.command({
    command: '/override',
    roles: ROLES,
    opening: (call, texts) => (isWord(call.text) ? undefined : loadingForm(texts)),
    run: (call, person) => runOverride(desk, parts, call, person),
  });
  listenToDecisions(listeners, desk, parts);
  listeners.press({
    noun,
    verb: 'open',
    roles: ROLES,
    about,
    opening: (texts) => loadingModal(texts, texts.t('overrides.detail.title')),
    run: (press, person) => openDetail(desk, parts, press, person),
  });
  listeners.press({
    noun,
    verb: 'proof',
    roles: MAY_PROVE,
    about,
    run: (press, person) => pressProof(desk, parts, press, person),
  });
}

function listenToDecisions(listeners: Listeners, desk: Desk, parts: OverrideParts): void {
  listeners.press({
    noun,
    verb: 'approve',
    roles: MAY_TRY,
    about,
    run: (press, person) => pressApprove(desk, parts, press, person),
  });
  listeners.press({
    noun,
    verb: 'reject',
    roles: MAY_TRY,
    about,
    opening: (texts) => loadingModal(texts, texts.t('overrides.reject.title')),
    run: (press, person) => openReject(desk, parts, press, person),
  });
  listeners.submit({
    callbackId: DECLINE_CALLBACK,
    roles: MAY_TRY,
    about,
    channelOf: ({ view }) => readDeciding(view.metadata)?.channelId ?? null,
    run: (submission, person) => submitDecline(desk, parts, submission, person),
  });
  listeners.press({
    noun,
    verb: 'renew',
    roles: 'members',
    about,
    run: (press, person) => pressRenew(desk, parts, press, person),
  });
  // Renewing and taking back take no role: they are for whoever asked, whatever they hold by now.
  listeners.press({
    noun,
    verb: 'cancel',
    roles: 'members',
    about,
    run: (press, person) => pressCancel(desk, parts, press, person),
  });
}
