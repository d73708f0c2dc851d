import { FAKES } from '../secrets/fake-secrets.ts';

const TOKEN = FAKES.find(([shape]) => shape === 'stripe')![1];

/** `null`: the row is right. Else a part of the reason. Cells: name; place; risk; route; owner; deputy; deadline; mitigation. */
export type MessyRow = readonly [cells: readonly string[], expected: string | null, deadline?: string];

const row = (name: string, more: { [column: string]: string } = {}): string[] => [
  name,
  more['place'] ?? 'prod',
  more['risk'] ?? 'HIGH',
  more['route'] ?? 'rotate',
  more['owner'] ?? '@ada',
  more['deputy'] ?? '',
  more['deadline'] ?? '2026-01-30',
  more['mitigation'] ?? '',
];
const until = (name: string, deadline: string, day: string): MessyRow => [row(name, { deadline }), null, day];
const wrong = (name: string, more: { [column: string]: string }, reason: string): MessyRow => [
  row(name, more),
  reason,
];

/** As of 2026-01-15: thirty days on is 2026-02-14. */
export const MESSY: readonly MessyRow[] = [
  until('A1', '2026-01-30', '2026-01-30'),
  until('A2', '30.01.2026', '2026-01-30'),
  until('A3', '3/2/2026', '2026-02-03'),
  until('A4', 'T+72h', '2026-01-18'),
  until('A5', 'T+14d', '2026-01-29'),
  until('A6', 't + 14 gün', '2026-01-29'),
  until('A7', '15 Jan 2026', '2026-01-15'),
  until('A8', '20 Ocak 2026', '2026-01-20'),
  until('A9', 'Jan 25, 2026', '2026-01-25'),
  until('A10', '1 Şubat 2026', '2026-02-01'),
  until('A11', '14 ŞUBAT 2026', '2026-02-14'),
  until('A12', 'T+90d', '2026-02-14'),
  until('A13', '31.12.2026', '2026-02-14'),
  until('A14', 'T+25h', '2026-01-17'),
  [row('ÖDEME_ŞİFRESİ', { mitigation: 'Yalnız sınama ortamında; çğıöşü İĞÜ' }), null],
  [row('ISTANBUL_key', { owner: 'U00000002' }), null],
  [row('Iyzico anahtarı', { owner: 'Çağrı Işık' }), null],
  [row('B1', { owner: 'çağrı ışık' }), null],
  [row('B2', { owner: '<@U00000001|ada>' }), null],
  [row('B3', { owner: 'ADA' }), null],
  [row('B4', { risk: 'düşük' }), null],
  [row('B5', { risk: 'ORTA' }), null],
  [row('B6', { risk: 'Yüksek' }), null],
  [row('B7', { risk: 'critical' }), null],
  [row('B8', { risk: 'medium', route: 'Tedarik' }), null],
  [row('B9', { route: 'yenileme' }), null],
  [row('B10', { deputy: '@cagri' }), null],
  [row('with; semicolon', { mitigation: 'one; two; "three"' }), null],
  [row('two lines', { mitigation: 'first\nsecond' }), null],
  [row('  spaces around  ', { place: ' staging ' }), null],
  [row('-dash', { mitigation: '=HYPERLINK("http://x.example";"y")' }), null],
  [row("quoted 'name'", { mitigation: '+1 more, @ home' }), null],
  [row('A1', { place: 'staging' }), null],
  [row('C1', { route: '' }), null],
  [row('C2', { mitigation: '—' }), null],
  wrong('A1', {}, 'stand in line'),
  wrong('a1', { place: 'PROD' }, 'stand in line'),
  wrong('=1+1', {}, 'is a formula'),
  wrong('@SUM(A1)', {}, 'is a formula'),
  wrong('+cmd', {}, 'is a formula'),
  wrong('D1', { place: '=cmd|calc' }, 'is a formula'),
  wrong('', {}, 'name is empty'),
  wrong('D2', { owner: '' }, 'owner is empty'),
  wrong('D3', { owner: '@nobody' }, 'nobody here is called'),
  wrong('D4', { owner: '@gone' }, 'deactivated'),
  wrong('D5', { owner: '@guest' }, 'a guest'),
  wrong('D6', { owner: 'Same Name' }, 'the name of 2 people'),
  wrong('D7', { deputy: 'ada' }, 'one person'),
  wrong('D8', { deadline: '' }, 'deadline is empty'),
  wrong('D9', { deadline: 'soon' }, 'no day that I can read'),
  wrong('D10', { deadline: '2026-02-30' }, 'no day that I can read'),
  wrong('D11', { deadline: '13/13/2026' }, 'no day that I can read'),
  wrong('D12', { deadline: '14.01.2026' }, 'is past'),
  wrong('D13', { risk: '' }, 'risk is empty'),
  wrong('D14', { risk: 'huge' }, 'none of LOW'),
  wrong('D15', { route: 'ignore' }, 'neither procure nor rotate'),
  wrong('D16', { mitigation: 'x'.repeat(1_001) }, 'longer than 1000'),
  wrong('D17', { mitigation: `it is ${TOKEN}` }, 'value of a secret (stripe)'),
  wrong('OPEN_ONE', {}, 'EX-3'),
  wrong('CLOSED_ONE', {}, 'extension'),
  [[...row('E1'), 'one too many'], '9 cells where the header has 8'],
];

const HEADER = ['Sır', 'Yer', 'RISK', 'Yol', 'Sahip', 'Vekil', 'Son tarih', 'Önlem'];

/** The rows as a spreadsheet of a Turkish machine saves them, with the line on which each begins. */
export function messyCsv(separator = ';'): { text: string; lines: number[] } {
  const lines: number[] = [];
  let text = `\uFEFF${HEADER.join(separator)}\r\n`;
  let line = 2;
  for (const [cells] of MESSY) {
    lines.push(line);
    const written = `${cells.map((cell) => quoted(cell, separator)).join(separator)}\r\n`;
    line += written.split('\n').length - 1;
    text += written;
  }
  return { text, lines };
}

function quoted(cell: string, separator: string): string {
  return cell.includes(separator) || /["\n]/u.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The same as a Markdown page; what breaks a line there is a space. */
export function messyMarkdown(): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('\n', ' ').replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  const body = MESSY.map(([cells]) => line(cells));
  return [
    '# Register',
    '',
    'Open | waivers, see below',
    '',
    line(HEADER),
    line(HEADER.map(() => '---')),
    ...body,
    '',
    'The end',
  ].join('\n');
}
