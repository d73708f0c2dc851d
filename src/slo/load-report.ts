import type { ActionSource } from '../actions/deps.ts';
import { listActions, type ActionList } from '../actions/list-actions.ts';
import { refreshCards } from '../cards/request-card.ts';
import type { Queryable } from '../database/pool.ts';
import { listCorrections } from './report-corrections.ts';
import { reportFigures } from './report-figures.ts';
import { listReportsSince, readNextMadeAt, readReport } from './report-store.ts';
import { REPORT_SERIES, type Correction, type ReportFigures } from './report-types.ts';
import { REPORT_CARD } from './types.ts';

/** Actions on one card; each is a block, of which a message has fifty. */
const MOST_ACTIONS = 12;
/** An action that stayed open for a quarter of a year stands on no more cards than these. */
const MOST_REPORTS = 13;

/** What the card of a report is drawn from: its figures as they were, its actions as they are. */
export interface ReportModel {
  id: string;
  figures: ReportFigures;
  actions: ActionList;
  /** What was left out, or counted again, since it was made: its own figures stay. */
  later: Correction[];
}

/** Null: there is none of this id. */
export async function loadReport(db: Queryable, id: string): Promise<ReportModel | null> {
  const report = await readReport(db, id);
  if (report === null) return null;
  const actions = await listActions(db, {
    series: REPORT_SERIES,
    sourceId: id,
    at: report.madeAt,
    nextAt: await readNextMadeAt(db, report.madeAt),
    most: MOST_ACTIONS,
  });
  const { from, to, madeAt, corrections } = report.inputs;
  const known = new Set(corrections.map(({ number, state }) => `${number} ${state}`));
  const now = await listCorrections(db, { from: new Date(from), to: new Date(to) });
  const later = now.filter(
    ({ number, state, decidedAt, backAt }) =>
      !known.has(`${number} ${state}`) && (backAt ?? decidedAt) > madeAt,
  );
  return { id, figures: reportFigures(report.inputs), actions, later };
}

/** The weekly report leads to actions; every report that lists one shows what becomes of it. */
export const REPORT_SOURCE: ActionSource = {
  kind: 'slo_report',
  series: REPORT_SERIES,
  exists: async (db, id) => (await readReport(db, id)) !== null,
  async show(tx, now, { sourceId, createdAt }) {
    for (const id of await listReportsSince(tx, { sourceId, createdAt, most: MOST_REPORTS }))
      await refreshCards(tx, now, { kind: REPORT_CARD, subject: { kind: 'slo_report', id } });
  },
};
