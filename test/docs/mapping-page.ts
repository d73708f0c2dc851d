import { readFileSync } from 'node:fs';
import pg from 'pg';
import { createBareDatabase, type TestDatabase } from '../support/databases.ts';

const PAGE = readFileSync(new URL('../../docs/connect-your-database.md', import.meta.url), 'utf8');
const READER = 'mutabik_reader';

/** Blocks of the page by their labels: "```sql views" is block `views`. */
const BLOCKS: ReadonlyMap<string, string> = new Map(
  [...PAGE.matchAll(/^```(?:sql|text) ([a-z-]+)\n([\s\S]*?)^```$/gm)].map(([, label = '', text = '']) => [
    label,
    text,
  ]),
);

export function block(label: string): string {
  const text = BLOCKS.get(label);
  if (text === undefined) throw new Error(`the page has no block ${label}`);
  return text;
}

export interface MappedDatabase extends TestDatabase {
  /** The login that the page makes. */
  readerUrl: string;
}

/** A change of the page's statements; the text must be there. */
export interface Mistake {
  block: string;
  from: string | RegExp;
  to: string;
}

/** Does what the page says, block by block, in a database of its own. Only one may stand at a time: roles are the server's. */
export async function followPage(mistake?: Mistake): Promise<MappedDatabase> {
  const database = await createBareDatabase({ owner: 'finance_owner', login: 'finance_reader' });
  for (const label of ['platform', 'rows', 'mapping', 'views', 'indexes'])
    await database.pool.query(mistake?.block === label ? spoil(mistake) : block(label));
  await asSuperuser(database, block('login'));
  const readerUrl = database.url.replace('finance_reader', READER);
  return {
    ...database,
    readerUrl,
    async drop() {
      await asSuperuser(database, `drop owned by ${READER}; drop role ${READER}`);
      await database.drop();
    },
  };
}

function spoil({ block: label, from, to }: Mistake): string {
  const right = block(label);
  const wrong = right.replaceAll(from, to);
  if (wrong === right) throw new Error(`block ${label} has no ${String(from)}`);
  return wrong;
}

async function asSuperuser(database: TestDatabase, statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.superuserUrl });
  await client.connect();
  try {
    await client.query(statements);
  } finally {
    await client.end();
  }
}
