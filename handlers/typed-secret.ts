import { findSecret, type SecretShape } from '../src/secrets/find-secret.ts';
import { noteSecretRefused } from '../src/secrets/note-secret-refused.ts';
import type { Texts } from '../src/texts.ts';
import type { Desk, Request, ViewValues } from './desk.ts';

/** Where a value of a secret was typed: the input's block id, or 'words' behind a command. */
export interface TypedSecret {
  field: string;
  shape: SecretShape;
}

/** Every input whose text looks like a secret's value, whatever the modal is about. */
export function secretsIn(values: ViewValues): TypedSecret[] {
  return Object.entries(values).flatMap(([field, inputs]) => {
    const text = Object.values(inputs).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
    const found = text.map(findSecret).find((each) => each !== null);
    return found === undefined ? [] : [{ field, shape: found.shape }];
  });
}

/** The same of what stands behind a command. */
export function secretInWords(text: string): TypedSecret | null {
  const found = findSecret(text);
  return found === null ? null : { field: 'words', shape: found.shape };
}

/** Notes that it was refused; a log that can't be written to is no reason to keep the value. */
export async function noteTypedSecret(
  desk: Desk,
  { clicker }: Pick<Request, 'clicker'>,
  where: string,
  { field, shape }: TypedSecret,
): Promise<void> {
  const refusal = { userId: clicker.userId, where, field, shape };
  await noteSecretRefused(desk.pool, desk.clock.now(), refusal).catch((error: unknown) =>
    desk.log.error({ err: error, where, shape }, 'a refused secret could not be noted'),
  );
}

/** What whoever typed it is told: not the value, but what it looks like and what to do. */
export function secretWords(texts: Texts, { shape }: TypedSecret): string {
  return texts.t('secrets.refused', { shape: texts.t(`secrets.shape.${shape}`) });
}
