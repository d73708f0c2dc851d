import type { OverrideLine } from '../src/findings/deps.ts';
import { joined } from './kit.ts';
import { linkText } from './link.ts';
import type { Medium } from './medium.ts';

const TARGET_LIMIT = 40;

/** Where the newest request to do it by hand stands, and where it is; nothing where nobody asked. */
export function overrideLines(line: OverrideLine | null, link: string | null, medium: Medium): string[] {
  if (line === null) return [];
  const { texts, strong } = medium;
  const { state, approvals, needed } = line;
  const told = texts.t('overrides.stand.line', {
    target: strong(medium.word('overrides.target', line.target, TARGET_LIMIT)),
    state: texts.t(`overrides.stand.${state}`, { approvals, needed }),
  });
  return [joined([`✋ ${told}`, linkText(link, texts.t('overrides.stand.link'))])];
}
