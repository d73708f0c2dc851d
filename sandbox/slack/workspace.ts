import type { Log } from '../../src/log.ts';
import type { Clock } from '../../src/ports.ts';
import type { Limits } from './api/limits.ts';
import type { CallLog } from './call-log.ts';
import type { Deliveries } from './deliveries/deliveries.ts';
import type { Tickets } from './deliveries/tickets.ts';
import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import type { Connections } from './sockets/connections.ts';
import type { State } from './state.ts';

/** The app as the workspace knows it. */
export interface AppSettings {
  /** Where signed deliveries go; null while there is no app. */
  eventsUrl(): string | null;
  signingSecret: string;
  botToken: string;
  /** The app-level token. With it Socket Mode is on, and nothing goes over HTTP. */
  appToken?: string;
}

/** Called around every call of the app (Web API, files.upload, response_url): "before" it does anything, "after" it is stored and before its reply leaves. */
export type CallHook = (method: string, phase: 'before' | 'after') => Promise<void>;

/** Everything a method or an act of a person works with. */
export interface Workspace {
  state: State;
  journal: Journal;
  clock: Clock;
  log: Log;
  app: AppSettings;
  /** Bot scopes granted at installation. */
  scopes: ReadonlySet<string>;
  faults: Faults;
  calls: CallLog;
  limits: Limits;
  deliveries: Deliveries;
  /** The app's sockets, in Socket Mode. */
  connections: Connections;
  tickets: Tickets;
  /** Event types the app subscribed to. */
  subscriptions: ReadonlySet<string>;
  hooks: Set<CallHook>;
  /** The workspace's own address, without a slash at the end. */
  url(): string;
}
