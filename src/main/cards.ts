import { renderAlert } from '../../blocks/alerts.ts';
import { renderRoleChanges } from '../../blocks/people.ts';
import { renderFullScan } from '../../blocks/full-scan.ts';
import { renderOpening } from '../../blocks/opening.ts';
import { renderDigest } from '../../blocks/reconciliation.ts';
import { loadAlert } from '../alerts/load-alert.ts';
import { ALERT_CARD, type AlertModel } from '../alerts/types.ts';
import type { CardKind } from '../cards/types.ts';
import { OPENING_CARD } from '../findings/adopt-opening.ts';
import type { PayoutsOf } from '../findings/deps.ts';
import type { RunId } from '../ids.ts';
import { loadRoleChanges, type RoleChangesModel } from '../people/load-role-changes.ts';
import { ROLE_CHANGES_CARD } from '../people/store-reading.ts';
import type { Policy } from '../policy.ts';
import { csvName, loadRunCsv } from '../reconciliation/load-csv.ts';
import { loadOpening, loadReport } from '../reconciliation/load-digest.ts';
import { DIGEST_CARD } from '../reconciliation/refresh-reports.ts';
import type { DigestModel, FullScanModel, OpeningModel } from '../reconciliation/types.ts';
import { makeTexts } from '../texts.ts';
import { escalationCards } from './escalations.ts';
import { acceptanceCard } from './findings.ts';

/** Every kind of card: what a noun loads, and what blocks/ makes of it. */
export function registerCards(
  policy: Policy,
  { payoutsOf }: { payoutsOf?: PayoutsOf } = {},
): CardKind<unknown>[] {
  return [
    anyModel(reportCard(policy, payoutsOf)),
    anyModel(openingCard(policy, payoutsOf)),
    anyModel(alertCard(policy)),
    anyModel(roleChangesCard(policy)),
    anyModel(acceptanceCard(policy)),
    ...escalationCards(policy),
  ];
}

/** Of a daily run its digest, of a full scan how far it is and what it found. */
function reportCard(policy: Policy, payoutsOf?: PayoutsOf): CardKind<DigestModel | FullScanModel> {
  return {
    kind: DIGEST_CARD,
    load: (db, card) => loadReport(db, card.subject.id as RunId, policy, payoutsOf),
    render: (model, context) =>
      'scan' in model ? renderFullScan(model, context) : renderDigest(model, context),
    files: (model, { locale }, db) => {
      // A run that failed has no findings of its own; a file without rows would only look like good news.
      if (model.totals === null) return [];
      const name = csvName(model.run.label);
      return [
        {
          name,
          title: makeTexts(locale).t('reconciliation.csv_title', {
            day: makeTexts(locale).day(model.run.label),
          }),
          content: () => loadRunCsv(db, model.run.id, policy.business.reporting_currency),
        },
      ];
    },
  };
}

function openingCard(policy: Policy, payoutsOf?: PayoutsOf): CardKind<OpeningModel> {
  return {
    kind: OPENING_CARD,
    load: (db) => loadOpening(db, policy, payoutsOf),
    render: renderOpening,
  };
}

function alertCard(policy: Policy): CardKind<AlertModel> {
  return {
    kind: ALERT_CARD,
    load: (db, card) => loadAlert(db, card.subject.id, policy.business.time_zone),
    render: renderAlert,
  };
}

function roleChangesCard(policy: Policy): CardKind<RoleChangesModel> {
  return {
    kind: ROLE_CHANGES_CARD,
    load: (db, card) => loadRoleChanges(db, card.subject.id, policy.business.time_zone),
    render: renderRoleChanges,
  };
}

/** The runner hands a kind's own model from its load to its render, and looks into neither. */
function anyModel<Model>(kind: CardKind<Model>): CardKind<unknown> {
  return kind as CardKind<unknown>;
}
