import type { CardFile } from '../cards/types.ts';
import type { Queryable } from '../database/pool.ts';
import { AppError } from '../errors.ts';
import { makeTexts, type Locale } from '../texts.ts';
import type { ReportModel } from './load-report.ts';
import { reportFigures } from './report-figures.ts';
import { renderReportMarkdown } from './report-markdown.ts';
import { readReport } from './report-store.ts';

/** The report as a Markdown file for the thread of its card: what `mutabik slo report` prints, byte for byte. */
export function reportFile({ id, figures: { week } }: ReportModel, locale: Locale, db: Queryable): CardFile {
  return {
    name: `slo-${week}.md`,
    title: makeTexts(locale).t('slo.report.title', { week }),
    async content() {
      const stored = await readReport(db, id);
      if (stored === null)
        throw new AppError('not_found', `there is no report ${id} any more`, { retryable: false });
      const { inputs } = stored;
      return new TextEncoder().encode(renderReportMarkdown(reportFigures(inputs), locale, stored));
    },
  };
}
