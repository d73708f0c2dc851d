/** One row of a register as it stands in the file; `line` counts from 1 and is where the row begins. */
export interface TableRow {
  line: number;
  cells: string[];
  /** A quote is opened here and never closed: what follows it could not be read. */
  isTorn?: true;
}

export interface Table {
  header: TableRow;
  rows: TableRow[];
}

const SEPARATOR = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/u;

/**
 * The table in a text: the first one of Markdown whose second line is dashes, else CSV with commas, semicolons or tabs
 * (RFC 4180: quotes doubled, line breaks inside quotes). A byte order mark is skipped, line ends are of any kind. Null
 * where there is no header.
 */
export function readTable(text: string): Table | null {
  const plain = text.replace(/^\uFEFF/u, '');
  return readMarkdown(plain) ?? readCsv(plain);
}

function readMarkdown(text: string): Table | null {
  const lines = text.split(/\r\n|\r|\n/u);
  const at = lines.findIndex(
    (line, index) =>
      line.includes('|') && lines[index + 1]?.includes('|') && SEPARATOR.test(lines[index + 1]!),
  );
  if (at < 0) return null;
  const rows: TableRow[] = [];
  for (let index = at + 2; index < lines.length && lines[index]!.includes('|'); index += 1)
    rows.push({ line: index + 1, cells: pipeCells(lines[index]!) });
  return { header: { line: at + 1, cells: pipeCells(lines[at]!) }, rows };
}

/** Between pipes; an escaped pipe is one of the text, and names in backticks are bare. */
function pipeCells(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/u, '')
    .replace(/(?<!\\)\|$/u, '');
  return inner.split(/(?<!\\)\|/u).map((cell) =>
    cell
      .replaceAll(String.raw`\|`, '|')
      .trim()
      .replace(/^`([^`]*)`$/u, '$1'),
  );
}

function readCsv(text: string): Table | null {
  const [header, ...rows] = csvRows(text, delimiterOf(text)).filter(({ cells }) =>
    cells.some((cell) => cell.trim() !== ''),
  );
  return header === undefined ? null : { header, rows };
}

/** What separates the most cells of the first line; a comma where none does. */
function delimiterOf(text: string): string {
  const first = (text.split(/\r\n|\r|\n/u).find((line) => line.trim() !== '') ?? '').replaceAll(
    /"[^"]*"/gu,
    '',
  );
  const [best = ','] = [',', ';', '\t'].toSorted(
    (one, other) => first.split(other).length - first.split(one).length,
  );
  return best;
}

function csvRows(text: string, delimiter: string): TableRow[] {
  const rows: TableRow[] = [];
  let row: TableRow = { line: 1, cells: [] };
  let [cell, line, quoted] = ['', 1, false];
  const endCell = (): void => {
    row.cells.push(cell);
    cell = '';
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at]!;
    const isBreak = letter === '\n' || letter === '\r';
    if (letter === '\r' && text[at + 1] === '\n') at += 1;
    if (isBreak) line += 1;
    if (quoted) {
      if (letter !== '"') cell += isBreak ? '\n' : letter;
      else if (text[at + 1] === '"') cell += text[(at += 1)];
      else quoted = false;
    } else if (letter === '"' && cell.trim() === '') [cell, quoted] = ['', true];
    else if (letter === delimiter) endCell();
    else if (isBreak) {
      endCell();
      rows.push(row);
      row = { line, cells: [] };
    } else cell += letter;
  }
  endCell();
  rows.push(quoted ? { ...row, isTorn: true } : row);
  return rows;
}
