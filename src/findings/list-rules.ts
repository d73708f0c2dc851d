import { RISK_CLASSES, type RiskClass } from './types.ts';

export const PAGE_SIZE = 10;

/** What a list of findings shows. `opening`: the opening balance, which no other state includes. */
const LIST_STATES = ['open', 'accepted', 'resolved', 'opening'] as const;
export type ListState = (typeof LIST_STATES)[number];

const LIST_OWNERS = ['mine', 'nobodys'] as const;
export type ListOwner = (typeof LIST_OWNERS)[number];

/** What is chosen; null: any. Providers and tenants stand by a short hash, since others chose their names. */
export interface ListFilter {
  state: ListState;
  class: RiskClass | null;
  rule: string | null;
  provider: string | null;
  tenant: string | null;
  owner: ListOwner | null;
}

export const FILTER_NAMES = ['state', 'class', 'rule', 'provider', 'tenant', 'owner'] as const;
export type FilterName = (typeof FILTER_NAMES)[number];

export const NO_FILTER: ListFilter = {
  state: 'open',
  class: null,
  rule: null,
  provider: null,
  tenant: null,
  owner: null,
};

/** What comes back from Slack as a filter: words of ours, or nothing. */
export function parseFilter(chosen: Partial<Record<FilterName, unknown>>): ListFilter {
  const word = (value: unknown, pattern: RegExp) =>
    typeof value === 'string' && pattern.test(value) ? value : null;
  return {
    state: LIST_STATES.find((state) => state === chosen.state) ?? 'open',
    class: RISK_CLASSES.find((riskClass) => riskClass === chosen.class) ?? null,
    rule: word(chosen.rule, /^R\d{2}$/),
    provider: word(chosen.provider, /^[0-9a-f]{12}$/),
    tenant: word(chosen.tenant, /^[0-9a-f]{12}$/),
    owner: LIST_OWNERS.find((owner) => owner === chosen.owner) ?? null,
  };
}

/** A page there is, for one that was asked for. */
export function clampPage(page: number, count: number): number {
  const last = Math.max(1, Math.ceil(count / PAGE_SIZE));
  return Number.isSafeInteger(page) ? Math.min(Math.max(page, 1), last) : 1;
}
