import type { App } from '@slack/bolt';
import type { EscalationDeps } from '../src/escalations/deps.ts';
import type { Desk } from './desk.ts';
import { listenToEscalations } from './escalations.ts';
import { listenToHome, type HomeParts } from './home.ts';
import { listenToIncidents } from './incidents.ts';
import { listenToFindings } from './findings.ts';
import { makeListeners } from './listener.ts';
import { listenToOverrides, type OverrideParts } from './overrides.ts';
import { listenToPayouts, type PayoutParts } from './payouts.ts';
import { listenToRecon, type ReconParts } from './recon.ts';

/** What the verbs behind the listeners need. */
export interface VerbDeps {
  escalations: EscalationDeps;
  payouts: PayoutParts;
  overrides: OverrideParts;
  recon: ReconParts;
  home: HomeParts;
}

/** Every listener there is, noun by noun, by hand. */
export function registerListeners(desk: Desk, deps: VerbDeps): (app: App) => void {
  const listeners = makeListeners(desk);
  listenToEscalations(listeners, desk, deps.escalations);
  listenToPayouts(listeners, desk, deps.payouts);
  listenToOverrides(listeners, desk, deps.overrides);
  listenToIncidents(listeners, desk, deps.escalations);
  listenToFindings(listeners, desk, deps.recon);
  listenToRecon(listeners, desk, deps.recon);
  listenToHome(listeners, desk, deps.home);
  return (app) => listeners.attach(app);
}
