import { encodePartId } from '../blocks/actions.ts';
import type { ListBelow } from '../blocks/review.ts';
import { FILTER_BLOCK, renderList } from '../blocks/show-all.ts';
import { linkAlerts } from '../src/findings/link-alerts.ts';
import { listFindings } from '../src/findings/list-findings.ts';
import {
  FILTER_NAMES,
  NO_FILTER,
  parseFilter,
  type FilterName,
  type ListFilter,
} from '../src/findings/list-rules.ts';
import type { Person } from '../src/people/types.ts';
import { readNewestSettledRun } from '../src/reconciliation/runs.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, Desk, PlaceView, Press } from './desk.ts';
import { readRemembered } from './finding-places.ts';
import type { FindingsParts } from './review-finding.ts';
import { within } from './within.ts';

/** A link is no reason to wait. */
const LINK_LIMIT_MS = 300;

/** The first page of all open findings. */
export async function showFindings(
  desk: Desk,
  parts: FindingsParts,
  person: Person,
  channelId: string | null,
): Promise<Answer> {
  return await show(desk, parts, person, { channelId, page: 1, filter: NO_FILTER });
}

/** Another filter begins on the first page; another page keeps the filter. */
export async function chooseFindings(
  desk: Desk,
  parts: FindingsParts,
  press: Press,
  person: Person,
): Promise<Answer> {
  const { view } = press.place;
  if (view === null) return { as: 'nothing' };
  const { channelId, filter: kept } = readRemembered(view.metadata);
  const filter = parseFilter({ ...kept, ...readChosen(view) });
  return await show(desk, parts, person, { channelId, page: press.id === '' ? 1 : Number(press.id), filter });
}

/** The list that lies below Review, as it stands after what was decided there. */
export async function drawListAnew(
  desk: Desk,
  parts: FindingsParts,
  person: Person,
  channelId: string | null,
  { viewId, page, filter }: ListBelow,
): Promise<void> {
  const answer = await show(desk, parts, person, { channelId, page, filter });
  if (answer.as === 'view') await desk.views.update({ viewId }, answer.view);
}

async function show(
  desk: Desk,
  parts: FindingsParts,
  person: Person,
  wanted: { channelId: string | null; page: number; filter: ListFilter },
): Promise<Answer> {
  const { business, tenants } = desk.policy;
  const { filter, page } = wanted;
  const run = await readNewestSettledRun(desk.pool);
  const link = run === null ? Promise.resolve(null) : parts.linkToRun(run.id);
  const timely = await within(
    LINK_LIMIT_MS,
    link.catch(() => null),
  );
  const runId = run?.id ?? null;
  const list = await listFindings(desk.pool, { filter, page, me: person.userId, runId });
  const alerts = await within(
    LINK_LIMIT_MS,
    linkAlerts(parts.findings, desk.pool, list.findings).catch(() => new Map<string, string>()),
  );
  const model = {
    list,
    alerts: alerts.inTime ? alerts.value : new Map<string, string>(),
    filter,
    timeZone: business.time_zone,
    reportingCurrency: business.reporting_currency,
    now: desk.clock.now(),
    tenantNames: new Map(tenants.map(({ id, name }) => [id, name])),
    run: run && { id: run.id, label: run.label, link: timely.inTime ? timely.value : null },
  };
  return { as: 'view', view: renderList(model, makeTexts(person.locale), wanted.channelId) };
}

/** What the menus show now; a menu that Slack does not report stays as it was. */
function readChosen({ values }: PlaceView): Partial<Record<FilterName, string>> {
  const chosen: Partial<Record<FilterName, string>> = {};
  for (const name of FILTER_NAMES) {
    const value = values[FILTER_BLOCK]?.[encodePartId('findings', 'filter', name)]?.selected_option?.value;
    if (value !== undefined) chosen[name] = value;
  }
  return chosen;
}
