import type { OverrideModel } from '../src/overrides/models.ts';
import type { OverrideFacts, PayoutFacts } from '../src/overrides/types.ts';
import { describeActor } from './actor.ts';
import { capitalised, describeClass } from './findings.ts';
import { joined } from './kit.ts';
import type { Medium } from './medium.ts';
import { proseLines, type OverrideMedium } from './overrides-evidence.ts';
import { exemptionFields, exemptionLines } from './overrides-exemption.ts';
import { windowFields, windowLines } from './overrides-slo-window.ts';
import { describeChoice, describeMoney, describeReasonCode, effectOf } from './overrides-words.ts';
import { attemptLines } from './payouts-attempts.ts';
import { describeAmount, describeProvider, describeReference, describeState } from './payouts-words.ts';

const NAME_LIMIT = 40;
const REASON_LIMIT = 1_000;

interface Standing {
  facts: OverrideFacts;
  tenantName: string;
  reportingCurrency: string;
}

/** What is to happen, on which basis, and what that does. */
export function whatLines({ override, version }: OverrideModel, medium: Medium): string[] {
  const { texts, strong } = medium;
  const operation = version.facts.kind === 'payout' ? version.facts.operation : null;
  const ends =
    override.endsOperationId === null || operation === null
      ? []
      : [
          `⛔ ${texts.t('overrides.ends', {
            action: texts.t(`operations.action.${operation.action}`),
            at: medium.at(new Date(operation.requestedAt)),
          })}`,
        ];
  return [strong(describeChoice(override, medium)), ...effectOf(override.target, medium), ...ends];
}

/** What is asked about, a name and a value each, two in a row. */
export function overrideFields(model: OverrideModel, medium: Medium): string[][] {
  const { override, version } = model;
  const { texts, strong } = medium;
  const by = describeActor(override.requestedBy, medium);
  const asked = [strong(texts.t('overrides.fact.asked')), joined([by, medium.at(override.requestedAt)])];
  const { facts } = version;
  if (facts.kind === 'exemption') return [...exemptionFields(facts, medium), asked];
  if (facts.kind === 'slo_window') return [...windowFields(facts, medium), asked];
  return [
    [strong(texts.t('payouts.fact.amount')), describeMoney(model, texts)],
    ...aboutFields({ ...model, facts }, 'overrides.fact.state', medium),
    asked,
  ];
}

/** The same where nothing was asked yet. */
export function standingFields(model: Standing, medium: Medium): string[][] {
  const { facts, reportingCurrency } = model;
  if (facts.kind === 'exemption') return exemptionFields(facts, medium);
  if (facts.kind === 'slo_window') return windowFields(facts, medium);
  const amount = {
    amountMinor: BigInt(facts.amountMinor),
    currency: facts.currency,
    amountReportingMinor: facts.amountReportingMinor === null ? null : BigInt(facts.amountReportingMinor),
  };
  const money = describeAmount(amount, reportingCurrency, medium.texts);
  return [
    [medium.strong(medium.texts.t('payouts.fact.amount')), money],
    ...aboutFields({ ...model, facts }, 'payouts.fact.state', medium),
    ...(facts.operation === null
      ? []
      : [[medium.strong(medium.texts.t('overrides.fact.operation')), describeUnderWay(facts, medium)]]),
  ];
}

function aboutFields(
  { facts, tenantName }: Standing & { facts: PayoutFacts },
  state: 'overrides.fact.state' | 'payouts.fact.state',
  medium: Medium,
): string[][] {
  const { texts, strong } = medium;
  const fact = (name: string, value: string): string[] => [strong(capitalised(name, texts)), value];
  return [
    fact(texts.t(state), describeState(facts.state, medium)),
    fact(texts.t('overrides.fact.account'), medium.account(facts.accountId)),
    fact(texts.t('overrides.fact.provider'), describeProvider(facts.provider ?? '', medium)),
    fact(texts.t('overrides.fact.transaction'), describeReference(facts.transactionId, medium)),
    fact(texts.t('overrides.fact.tenant'), medium.foreign(tenantName, NAME_LIMIT)),
    fact(
      texts.t('overrides.fact.class'),
      facts.class === null ? texts.t('overrides.fact.no_finding') : describeClass(facts.class, texts),
    ),
  ];
}

function describeUnderWay({ operation }: PayoutFacts, medium: Medium): string {
  if (operation === null) return '–';
  const { texts } = medium;
  return texts.t('overrides.under_way', {
    action: texts.t(`operations.action.${operation.action}`),
    at: medium.at(new Date(operation.requestedAt)),
    state: texts.t(`operations.result.${operation.state}`),
  });
}

/** Each attempt with what its provider said, and what ledger and wallet say side by side. */
export function proofLines(
  facts: OverrideFacts,
  medium: Medium,
  { most, references }: { most: number; references: boolean },
): string[] {
  const { texts, strong } = medium;
  if (facts.kind === 'exemption') return exemptionLines(facts, medium);
  if (facts.kind === 'slo_window') return windowLines(facts, medium);
  const payout = { attempts: facts.attempts, state: facts.isFinal ? 'over' : 'open' } as const;
  return [
    strong(texts.t('payouts.attempts.title')),
    ...attemptLines({ payout }, medium, { most, references }),
    sidesLine(facts, medium),
    texts.t('overrides.read', { at: medium.at(new Date(facts.readAt)) }),
  ];
}

function sidesLine({ ledger, wallet, currency, burns }: PayoutFacts, medium: Medium): string {
  const { texts } = medium;
  const side = (of: 'ledger' | 'wallet', buckets: PayoutFacts['ledger']): string => {
    if (buckets === null) return texts.t(`overrides.sides.no_${of}`);
    const money = (minor: string): string => texts.money({ minor: BigInt(minor), currency });
    return texts.t(`overrides.sides.${of}`, {
      available: money(buckets.availableMinor),
      held: money(buckets.heldMinor),
    });
  };
  const agrees = ledger?.availableMinor === wallet?.availableMinor && ledger?.heldMinor === wallet?.heldMinor;
  const verdict =
    ledger === null || wallet === null
      ? ''
      : `${agrees ? '🟰' : '⚠️'} ${texts.t(agrees ? 'overrides.sides.agree' : 'overrides.sides.differ')}`;
  return joined([
    side('ledger', ledger),
    side('wallet', wallet),
    verdict,
    burns === 0 ? '' : texts.t('operations.proof.burns', { count: burns }),
  ]);
}

/** Why: the reason's code, and in whose words. */
export function whyLines({ override }: OverrideModel, medium: OverrideMedium): string[] {
  const { texts, strong } = medium;
  const title = `${strong(texts.t('overrides.fact.reason'))}: ${describeReasonCode(override.reasonCode, medium)}`;
  return [title, medium.foreign(override.reason, REASON_LIMIT)];
}

/** The ticket, and what a person named as evidence: its https addresses are links. */
export function evidenceLines({ override }: OverrideModel, medium: OverrideMedium, most: number): string[] {
  const { texts, strong } = medium;
  const given = proseLines(override.evidence, most, medium);
  return [
    `${strong(texts.t('overrides.fact.ticket'))}: ${proseLines(override.ticket, 1, medium)[0] ?? '–'}`,
    `${strong(texts.t('overrides.fact.evidence'))}: ${given[0] ?? texts.t('overrides.no_evidence')}`,
    ...given.slice(1),
  ];
}
