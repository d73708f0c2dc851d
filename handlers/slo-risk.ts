import { renderRiskList } from '../blocks/slo-risk.ts';
import { ROLES, type Person } from '../src/people/types.ts';
import type { Pool } from '../src/database/pool.ts';
import { listAtRisk, type RiskListModel, type RiskShowDeps } from '../src/slo/load-risk.ts';
import { makeTexts } from '../src/texts.ts';
import { admitPerson } from './admit.ts';
import type { Answer, Desk, Press, Request } from './desk.ts';
import type { Listeners } from './listener.ts';
import { within } from './within.ts';

/** A reading of the money that takes longer is not waited for: a person gets what the last check named. */
const READ_LIMIT_MS = 1_000;

/** What the list of payouts at risk needs beside the desk; main wires it. */
export interface RiskHandlerParts {
  risk: Pick<RiskShowDeps, 'slos' | 'show'> & {
    /** May be a replica. */
    finance: Pool;
  };
}

/** The card's "Show all", and another page of the list. */
export function listenToRisk(listeners: Listeners, desk: Desk, parts: RiskHandlerParts): void {
  listeners.press({
    noun: 'slo',
    verb: 'risk',
    roles: ROLES,
    about: 'slo_risk',
    run: (press: Press, person) =>
      showRisk(desk, parts, person, /^[1-9]\d{0,5}$/.test(press.id) ? Number(press.id) : 1),
  });
}

/** `/slo risk`, as /payouts is: for whoever holds a role, since it names payments. A refusal is noted. */
export async function openRisk(
  desk: Desk,
  parts: RiskHandlerParts,
  person: Person,
  request: Pick<Request, 'clicker'>,
): Promise<Answer> {
  const subject = { kind: 'person', id: person.userId } as const;
  const wanted = { roles: ROLES, action: 'slo.risk', subject };
  const admitted = await admitPerson(desk, request, person, wanted);
  return admitted.ok ? await showRisk(desk, parts, person, 1) : { as: 'words', content: admitted.words };
}

async function showRisk(desk: Desk, parts: RiskHandlerParts, person: Person, page: number): Promise<Answer> {
  const model = await read(desk, parts, page);
  return { as: 'view', view: renderRiskList(model, makeTexts(person.locale)) };
}

async function read(desk: Desk, { risk }: RiskHandlerParts, page: number): Promise<RiskListModel> {
  const { pool, policy, log } = desk;
  const now = desk.clock.now();
  const timely = await within(READ_LIMIT_MS, listAtRisk({ ...risk, pool, policy }, now, page));
  if (timely.inTime) return timely.value;
  timely.later.catch((error: unknown) => log.warn({ err: error }, 'payouts at risk could not be read'));
  return await listAtRisk({ ...risk, pool, policy, finance: null }, now, page);
}
