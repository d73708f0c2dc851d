import type { Queryable } from '../database/pool.ts';
import { CURRENCY_EXPONENTS } from '../money.ts';
import {
  FINAL_STATES,
  PAYMENT_STATES,
  STATES_BY_KIND,
  type ContractColumn,
  type ContractView,
} from './contract.ts';
import { problem, warning, type ContractLine } from './contract-report.ts';

/** How many of a view's newest rows are looked at. */
export const SAMPLE_ROWS = 5_000;

/** By which column a view's newest rows are found. */
const NEWEST_BY: Partial<Record<ContractView['name'], string>> = {
  transactions: 'updated_at',
  payout_attempts: 'updated_at',
  ledger_entries: 'created_at',
  webhook_events: 'received_at',
  sli_minutes: 'minute',
  fx_rates: 'day',
};

interface Question {
  /** SQL over the sample `s`, with the currency's exponent as `exponent`: a count, or a list of words. */
  sql: string;
  answer: (found: number | string[]) => ContractLine | null;
}

/**
 * Looks at a view's newest rows for what its columns' types can't tell: nulls, words that no rule knows, currencies
 * without exponent, amounts finer than their currency, tenants that the policy doesn't name. `columns` are those that
 * are there with a right type. Names in the SQL come from the contract, never from outside.
 */
export async function checkRows(
  db: Queryable,
  where: {
    schema: string;
    view: ContractView;
    columns: readonly ContractColumn[];
    tenants: readonly string[] | null;
  },
): Promise<ContractLine[]> {
  const questions = questionsOf(where.schema, where.view, where.columns, where.tenants);
  if (questions.length === 0) return [];
  const has = (name: string | undefined): boolean => where.columns.some((column) => column.name === name);
  const newest = NEWEST_BY[where.view.name];
  const { rows } = await db.query<Record<string, number | string[] | null>>(
    `select ${questions.map(({ sql }, index) => `${sql} as q${index}`).join(',\n')}
       from (select * from "${where.schema}".${where.view.name}
              ${has(newest) ? `order by ${newest} desc` : ''} limit ${SAMPLE_ROWS}) s
       left join unnest($1::text[], $2::int[]) as e (code, exponent)
         on ${has('currency') ? 'e.code = s.currency' : 'false'}`,
    [[...CURRENCY_EXPONENTS.keys()], [...CURRENCY_EXPONENTS.values()]],
  );
  return questions.flatMap(({ answer }, index) => answer(rows[0]?.[`q${index}`] ?? []) ?? []);
}

function questionsOf(
  schema: string,
  view: ContractView,
  columns: readonly ContractColumn[],
  tenants: readonly string[] | null,
): Question[] {
  const name = `${schema}.${view.name}`;
  const has = (...wanted: string[]): boolean =>
    wanted.every((one) => columns.some((column) => column.name === one));
  return [
    ...columns.flatMap((column) => columnQuestions(name, column, has('currency'))),
    ...(has('currency')
      ? [
          words('s.currency', 'e.exponent is null and s.currency is not null', (found) =>
            problem(
              `${name}.currency has ${found}`,
              'use ISO 4217 codes in capitals; such accounts count as unknown',
            ),
          ),
        ]
      : []),
    ...(tenants !== null && has('tenant_id')
      ? [
          words('s.tenant_id', `s.tenant_id <> all (${literals(tenants)})`, (found) =>
            warning(
              `${name}.tenant_id has ${found}, which policy.tenants doesn't name`,
              'add it there, or filter it out',
            ),
          ),
        ]
      : []),
    ...(view.name === 'transactions' ? transactionQuestions(name, has) : []),
  ];
}

function columnQuestions(view: string, column: ContractColumn, hasCurrency: boolean): Question[] {
  const it = `s.${column.name}`;
  const questions: Question[] = [];
  if (!column.nullable)
    questions.push(
      count(`${it} is null`, (rows) =>
        problem(`${view}.${column.name} is null in ${rows}`, 'fill it in the view, or leave those rows out'),
      ),
    );
  if (column.values !== undefined)
    questions.push(
      words(it, `${it} <> all (${literals(column.values)})`, (found) =>
        problem(`${view}.${column.name} has ${found}`, `map it to one of ${column.values!.join(', ')}`),
      ),
    );
  if (column.family === 'amount' && hasCurrency && column.name !== 'rate')
    questions.push(
      count(`${it} in ('NaN', 'Infinity', '-Infinity') or ${it} <> round(${it}, e.exponent)`, (rows) =>
        problem(
          `${view}.${column.name} has more decimals than its currency in ${rows}`,
          'store whole minor units',
        ),
      ),
    );
  return questions;
}

function transactionQuestions(name: string, has: (...wanted: string[]) => boolean): Question[] {
  const questions: Question[] = [];
  const pairs = Object.entries(STATES_BY_KIND).flatMap(([kind, states]) =>
    states.map((state) => `${kind} ${state}`),
  );
  if (has('kind', 'state'))
    questions.push(
      // A word that is no state of any kind is told by its column.
      words(
        `s.kind || ' ' || s.state`,
        `s.kind || ' ' || s.state <> all (${literals(pairs)}) and s.state = any (${literals(PAYMENT_STATES)})
           and s.kind = any (${literals(Object.keys(STATES_BY_KIND))})`,
        (found) =>
          problem(`${name}.state has ${found}`, 'a kind has its own states; see docs/finance-contract.md'),
      ),
    );
  if (has('state', 'final_at'))
    questions.push(
      count(
        `s.state = any (${literals(PAYMENT_STATES)}) and (s.final_at is not null) <> (s.state = any (${literals(FINAL_STATES)}))`,
        (rows) =>
          problem(
            `${name}.final_at disagrees with state in ${rows}`,
            `it is set in ${FINAL_STATES.join(', ')} and null in every other state`,
          ),
      ),
    );
  if (has('amount'))
    questions.push(
      count('s.amount < 0', (rows) =>
        problem(
          `${name}.amount is negative in ${rows}`,
          'amounts are positive; the kind says which way money goes',
        ),
      ),
    );
  return questions;
}

function count(condition: string, tell: (rows: string) => ContractLine): Question {
  return {
    sql: `count(*) filter (where ${condition})::int`,
    answer: (found) => (typeof found === 'number' && found > 0 ? tell(`${found} of the newest rows`) : null),
  };
}

function words(value: string, condition: string, tell: (found: string) => ContractLine): Question {
  return {
    sql: `(array_agg(distinct ${value}) filter (where ${condition}))[1:3]`,
    answer: (found) =>
      typeof found === 'number' || found.length === 0
        ? null
        : tell(found.map((word) => `"${word}"`).join(', ')),
  };
}

/** A list of words as an SQL array; words come from the contract or from the policy's tenants. */
function literals(list: readonly string[]): string {
  return `array[${list.map((word) => `'${word.replaceAll("'", "''")}'`).join(', ')}]::text[]`;
}
