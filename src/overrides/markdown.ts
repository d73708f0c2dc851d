/** Foreign text as one line of Markdown in which nothing is markup. */
export function cell(text: string): string {
  return text
    .replaceAll(/[\s\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\\`*_{}[\]<>#|~&!]/g, String.raw`\$&`)
    .trim();
}

/** One line of a list; '' when there is nothing to say. */
export function definition(label: string, value: string | null): string {
  return value === null || value === '' ? '' : `- **${label}:** ${cell(value)}`;
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((text) => cell(text)).join(' | ')} |`;
  return [line(head), `|${head.map(() => ' --- |').join('')}`, ...rows.map((row) => line(row))].join('\n');
}

/** Text as it is, indented: what is in it can't end it, as it could end a fence. */
export function code(text: string): string {
  return text
    .split(/\r\n|[\n\r\u2028\u2029]/u)
    .map((line) => `    ${line}`)
    .join('\n');
}
