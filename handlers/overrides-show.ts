import { encodeActionId, type Verb } from '../blocks/actions.ts';
import { renderOpenOverrides, renderProofAsked } from '../blocks/overrides-answers.ts';
import { overrideDetail } from '../blocks/overrides-detail.ts';
import { loadOverride } from '../src/overrides/load-model.ts';
import { listOpenOverrides } from '../src/overrides/open-overrides.ts';
import { requestProof } from '../src/overrides/request-proof.ts';
import { readVersions } from '../src/overrides/store.ts';
import type { Person } from '../src/people/types.ts';
import { makeTexts } from '../src/texts.ts';
import type { Answer, Desk, Press } from './desk.ts';
import type { OverrideParts } from './overrides.ts';
import { linkOf, noteForged, refused } from './overrides-answer.ts';
import { parseOverrideId } from './overrides-places.ts';

/** Everything that is known of one, for the person who asked. */
export async function openDetail(
  desk: Desk,
  parts: OverrideParts,
  press: Press,
  person: Person,
): Promise<Answer> {
  const overrideId = parseOverrideId(press.id);
  const model = overrideId === null ? null : await loadOverride(desk.pool, overrideId, parts.deps);
  if (model === null) return await forged(desk, parts, press, person, 'open');
  const versions = await readVersions(desk.pool, model.override.id);
  return { as: 'view', view: overrideDetail(model, makeTexts(person.locale), { versions }) };
}

/** What is not over, oldest first, and how many more there are. */
export async function listOpen(desk: Desk, parts: OverrideParts, person: Person): Promise<Answer> {
  const { lines, count } = await listOpenOverrides(desk.pool);
  const list = await Promise.all(
    lines.map(async (each) => ({ ...each, link: await linkOf(parts, each.message) })),
  );
  const zone = desk.policy.business.time_zone;
  return { as: 'words', content: renderOpenOverrides({ list, count }, makeTexts(person.locale), zone) };
}

/** The signed bundle and its page, in their direct message. */
export async function pressProof(
  desk: Desk,
  parts: OverrideParts,
  press: Press,
  person: Person,
): Promise<Answer> {
  const overrideId = parseOverrideId(press.id);
  if (overrideId === null) return await forged(desk, parts, press, person, 'proof');
  const request = { overrideId, person, requestId: press.triggerId };
  const outcome = await requestProof(parts.deps, desk.clock.now(), request);
  if (!outcome.ok) return await refused(desk, parts, outcome.refusal, person);
  return { as: 'words', content: renderProofAsked(makeTexts(person.locale)) };
}

async function forged(
  desk: Desk,
  parts: OverrideParts,
  press: Press,
  person: Person,
  verb: Extract<Verb<'overrides'>, 'open' | 'proof'>,
): Promise<Answer> {
  const subject = { kind: 'override', id: press.id } as const;
  await noteForged(desk, press, encodeActionId('overrides', verb), subject);
  return await refused(desk, parts, { why: 'not_found' }, person);
}
