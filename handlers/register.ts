import type { App } from '@slack/bolt';
import type { ActionDeps } from '../src/actions/deps.ts';
import type { EscalationDeps } from '../src/escalations/deps.ts';
import { listenToActions } from './actions.ts';
import type { Desk } from './desk.ts';
import { listenToEscalations } from './escalations.ts';
import { listenToExemptions, type ExemptionParts } from './exemptions.ts';
import { listenToHome, type HomeParts } from './home.ts';
import { listenToIncidents } from './incidents.ts';
import { listenToFindings } from './findings.ts';
import { makeListeners } from './listener.ts';
import { listenToOverrides, type OverrideParts } from './overrides.ts';
import { listenToPayouts, type PayoutParts } from './payouts.ts';
import { listenToRecon, type ReconParts } from './recon.ts';
import { listenToSlo, type SloHandlerParts } from './slo.ts';

/** What the verbs behind the listeners need. */
export interface VerbDeps {
  escalations: EscalationDeps;
  payouts: PayoutParts;
  overrides: OverrideParts;
  exemptions: ExemptionParts;
  actions: ActionDeps;
  slo: SloHandlerParts;
  recon: ReconParts;
  home: HomeParts;
}

/** Every listener there is, noun by noun, by hand. */
export function registerListeners(desk: Desk, deps: VerbDeps): (app: App) => void {
  const listeners = makeListeners(desk);
  listenToEscalations(listeners, desk, deps.escalations);
  listenToPayouts(listeners, desk, deps.payouts);
  listenToOverrides(listeners, desk, deps.overrides);
  listenToExemptions(listeners, desk, deps.exemptions);
  listenToActions(listeners, desk, deps.actions);
  listenToSlo(listeners, desk, deps.slo);
  listenToIncidents(listeners, desk, deps.escalations);
  listenToFindings(listeners, desk, deps.recon);
  listenToRecon(listeners, desk, deps.recon);
  listenToHome(listeners, desk, deps.home);
  return (app) => listeners.attach(app);
}
