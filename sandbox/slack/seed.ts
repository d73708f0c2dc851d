import type { State } from './state.ts';
import { BOT } from './types.ts';

type Seed = [name: string, realName: string, locale: string, tz: string, group?: string];

const PEOPLE: Seed[] = [
  ['ops1', 'Defne Aydın', 'tr-TR', 'Europe/Istanbul', 'finance-ops'],
  ['ops2', 'Oliver Grant', 'en-US', 'Europe/London', 'finance-ops'],
  ['manager1', 'Kerem Şahin', 'tr-TR', 'Europe/Istanbul', 'finance-managers'],
  ['manager2', 'Hannah Reid', 'en-US', 'Europe/London', 'finance-managers'],
  ['lead1', 'Zeynep Koç', 'tr-TR', 'Europe/Istanbul', 'finance-leads'],
  ['lead2', 'Marcus Bell', 'en-US', 'Europe/Istanbul', 'finance-leads'],
  ['engineer1', 'Emre Yıldız', 'tr-TR', 'Europe/Istanbul', 'sre'],
  ['engineer2', 'Priya Nair', 'en-US', 'Asia/Kolkata', 'sre'],
  ['security1', 'İpek Güneş', 'tr-TR', 'Europe/Istanbul', 'security'],
  ['security2', 'Sam Okafor', 'en-US', 'Europe/London', 'security'],
  ['owner1', 'Aslı Demir', 'tr-TR', 'Europe/Istanbul'],
  ['guest1', 'Gus Lindqvist', 'en-US', 'Europe/Stockholm'],
  ['stranger1', 'Stan Novak', 'en-US', 'Europe/Prague'],
];

const GROUPS: [handle: string, name: string][] = [
  ['finance-ops', 'Finance operations'],
  ['finance-managers', 'Finance managers'],
  ['finance-leads', 'Finance leads'],
  ['sre', 'Site reliability'],
  ['security', 'Security'],
];

const CHANNELS = ['finance-ops', 'finance-approvals', 'slo', 'security', 'incidents', 'ops-alerts'];

/** The people, groups and channels everybody starts with; everybody but stranger1 is in every channel. */
export function seedWorkspace(state: State, nowSeconds: number): void {
  for (const [name, realName, locale, tz] of PEOPLE) {
    const id = seededId('U', name);
    state.savePerson({
      id,
      name,
      realName,
      locale,
      tz,
      deleted: false,
      guest: name === 'guest1',
      isBot: false,
    });
  }
  state.savePerson({
    id: BOT.userId,
    name: BOT.name,
    realName: 'Mutabık',
    locale: 'en-US',
    tz: 'Europe/Istanbul',
    deleted: false,
    guest: false,
    isBot: true,
  });
  for (const [handle, name] of GROUPS) {
    const users = PEOPLE.filter((person) => person[4] === handle).map((person) => seededId('U', person[0]));
    state.saveGroup({ id: seededId('S', handle), handle, name, users });
  }
  const members = PEOPLE.map((person) => seededId('U', person[0]));
  const inChannels = [BOT.userId, ...members.filter((id) => id !== seededId('U', 'stranger1'))];
  for (const name of CHANNELS) {
    state.saveChannel({
      id: seededId('C', name),
      name,
      isIm: false,
      isPrivate: false,
      isArchived: false,
      isExtShared: false,
      members: [...inChannels],
      created: nowSeconds,
    });
  }
}

/** Ids of seeded things follow from their names, so that tests and scripts stay readable. */
function seededId(letter: string, name: string): string {
  return letter + '0' + name.replaceAll('-', '').toUpperCase().padStart(8, '0');
}
