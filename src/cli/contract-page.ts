import {
  CONTRACT,
  FAMILY_TYPES,
  FINAL_STATES,
  STATES_BY_KIND,
  type ContractColumn,
  type ContractView,
} from '../finance/contract.ts';

const INTRODUCTION = `# The finance contract

Mutabık reads the money through views in one schema (\`finance\`, or what \`FINANCE_SCHEMA\` says) with a login that can only read. You map your tables with views of these names and columns;
\`src/finance/reference-schema.sql\` is the same as plain tables, with the indexes they deserve. \`mutabik doctor\` compares a database with this page column by column and says how to mend what differs.

- Times are \`timestamptz\`. Amounts are \`numeric\`, in major units (12.34), with no more decimals than the currency has: never a float.
- \`state_since\` is when the transaction came into its present state, \`final_at\` when it came into a final one (${FINAL_STATES.join(', ')}); null while it is open.
- A ledger entry carries what it did to the two buckets of a wallet: \`delta_available\` and \`delta_held\`, null when your mapping does not know the event. An account with such an entry counts as unknown, never as clean.
- A withdrawal of *a*: requested moves *a* from available to held, rejected and canceled move it back, paid burns *a* from held exactly once (\`delta_held < 0\`, \`delta_available = 0\`), payout_failed keeps it held.
- Views marked optional may be missing: the rules that need them are then reported as "not run", never as clean.`;

/** docs/finance-contract.md, written from the contract so that page and doctor can't disagree. */
export function contractPage(): string {
  const states = Object.entries(STATES_BY_KIND).map(([kind, words]) => `| ${kind} | ${words.join(', ')} |`);
  return [
    INTRODUCTION,
    '',
    '## States',
    '',
    '| kind | states |',
    '| --- | --- |',
    ...states,
    '',
    ...CONTRACT.flatMap(viewSection),
  ].join('\n');
}

function viewSection(view: ContractView): string[] {
  const without = view.without === undefined ? [] : ['', `Without it: ${view.without}.`];
  const indexes = view.indexes.map((columns) => `\`(${columns.join(', ')})\``).join(', ');
  return [
    `## ${view.name}${view.optional ? ' (optional)' : ''}`,
    ...without,
    '',
    '| column | type | may be null | values |',
    '| --- | --- | --- | --- |',
    ...view.columns.map(columnRow),
    '',
    ...(indexes === '' ? [] : [`Indexes worth having on the table behind it: ${indexes}.`, '']),
  ];
}

function columnRow(column: ContractColumn): string {
  const types = FAMILY_TYPES[column.family].join(' or ');
  return `| ${column.name} | ${types} | ${column.nullable ? 'yes' : 'no'} | ${column.values?.join(', ') ?? ''} |`;
}
