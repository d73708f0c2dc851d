import type { ModalView } from '@slack/types';
import { renderExemptionHelp } from '../blocks/exemptions-answers.ts';
import { foreignCode } from '../blocks/foreign.ts';
import { loadingModal } from '../blocks/modal.ts';
import { renderNotice } from '../blocks/notice.ts';
import { findExemption, maySee } from '../src/exemptions/find-exemption.ts';
import { ROLES, type Person } from '../src/people/types.ts';
import { makeTexts, type Texts } from '../src/texts.ts';
import { admitPerson } from './admit.ts';
import type { Answer, CommandCall, Desk } from './desk.ts';
import { openAdd } from './exemptions-add.ts';
import { openHandIn } from './exemptions-close.ts';
import { openExtension } from './exemptions-extend.ts';
import type { ListedExemptions } from './exemptions-places.ts';
import { openReassign } from './exemptions-reassign.ts';
import { openDetail, showList } from './exemptions-show.ts';
import type { ExemptionParts } from './exemptions.ts';
import { typedText } from './typed-text.ts';

const LONGEST_TYPED = 200;
const NAME_SHOWN = 60;

type Word = 'help' | 'add' | 'list' | 'show' | 'close' | 'reassign' | 'extend';

/** Each word in both languages. */
const WORDS: ReadonlyMap<string, Word> = new Map<string, Word>([
  ['', 'help'],
  ['help', 'help'],
  ['yardım', 'help'],
  ['add', 'add'],
  ['ekle', 'add'],
  ['list', 'list'],
  ['liste', 'list'],
  ['show', 'show'],
  ['göster', 'show'],
  ['close', 'close'],
  ['kapat', 'close'],
  ['reassign', 'reassign'],
  ['devret', 'reassign'],
  ['extend', 'extend'],
  ['uzat', 'extend'],
]);

const LISTED: ReadonlyMap<string, Partial<Pick<ListedExemptions, 'which' | 'risk'>>> = new Map([
  ['mine', { which: 'mine' }],
  ['benim', { which: 'mine' }],
  ['due', { which: 'due' }],
  ['yakın', { which: 'due' }],
  ['overdue', { which: 'overdue' }],
  ['geciken', { which: 'overdue' }],
  ['closed', { which: 'closed' }],
  ['kapalı', { which: 'closed' }],
  ['low', { risk: 'LOW' }],
  ['düşük', { risk: 'LOW' }],
  ['med', { risk: 'MED' }],
  ['orta', { risk: 'MED' }],
  ['high', { risk: 'HIGH' }],
  ['yüksek', { risk: 'HIGH' }],
] as const);

interface Typed {
  word: Word;
  rest: string;
}

/** What stands behind the command; help for what it does not know. */
function parseTyped(text: string): Typed {
  const [, first = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(typedText(text, LONGEST_TYPED)) ?? [];
  return { word: WORDS.get(first.toLowerCase()) ?? 'help', rest: rest.trim() };
}

/** What has to be read opens its modal first; help and the empty form need nothing. */
export function openingOf({ text }: CommandCall, texts: Texts): ModalView | undefined {
  const { word, rest } = parseTyped(text);
  if (word === 'help' || word === 'add') return undefined;
  if (word === 'list') return loadingModal(texts, texts.t('exemptions.list.title'));
  return rest === '' ? undefined : loadingModal(texts, texts.t('exemptions.detail.title'));
}

/** `/exemption add | list | show | close | reassign | extend | help`. */
export async function runExemption(
  desk: Desk,
  parts: ExemptionParts,
  call: CommandCall,
  person: Person,
): Promise<Answer> {
  const { word, rest } = parseTyped(call.text);
  const texts = makeTexts(person.locale);
  const { channelId } = call.place;
  switch (word) {
    case 'help':
      return { as: 'words', content: renderExemptionHelp(texts) };
    case 'add': {
      const subject = { kind: 'person', id: person.userId } as const;
      const wanted = { roles: ROLES, action: 'exemptions.add', subject };
      const admitted = await admitPerson(desk, call, person, wanted);
      return admitted.ok ? openAdd(desk, person, channelId) : { as: 'words', content: admitted.words };
    }
    case 'list':
      return await showList(desk, person, {
        which: 'open',
        risk: null,
        ...filterIn(rest),
        page: 1,
        channelId,
      });
    case 'show':
    case 'close':
    case 'reassign':
    case 'extend':
      return await withOne(desk, parts, person, { word, rest, channelId });
  }
}

/** Both words, in whatever order; what is none of them filters nothing. */
function filterIn(rest: string): Partial<Pick<ListedExemptions, 'which' | 'risk'>> {
  const words = rest.toLowerCase().split(/\s+/);
  return Object.assign({}, ...words.map((word) => LISTED.get(word) ?? {}));
}

async function withOne(
  desk: Desk,
  parts: ExemptionParts,
  person: Person,
  {
    word,
    rest,
    channelId,
  }: { word: Exclude<Word, 'help' | 'add' | 'list'>; rest: string; channelId: string | null },
): Promise<Answer> {
  const texts = makeTexts(person.locale);
  if (rest === '') return { as: 'words', content: renderNotice('👋', [texts.t('exemptions.which')]) };
  const exemption = await findExemption(desk.pool, rest);
  if (exemption === null || !maySee(exemption, person)) {
    const name = foreignCode(rest, NAME_SHOWN, 'id');
    return { as: 'words', content: renderNotice('👋', [texts.t('exemptions.unknown_name', { name })]) };
  }
  switch (word) {
    case 'show':
      return await openDetail(desk, parts, person, { id: exemption.id, channelId });
    case 'close':
      return openHandIn(desk, exemption, person, channelId);
    case 'reassign':
      return openReassign(desk, exemption, person, channelId);
    case 'extend':
      return await openExtension(desk, parts, person, { exemptionId: exemption.id, channelId });
  }
}
