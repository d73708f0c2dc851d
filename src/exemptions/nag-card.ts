import { raiseAlert } from '../alerts/raise-alert.ts';
import { resolveAlert } from '../alerts/resolve-alert.ts';
import { appendAudit } from '../audit/append.ts';
import type { Tx } from '../database/pool.ts';
import { assert } from '../errors.ts';
import type { Subject } from '../ids.ts';
import { enqueueTask } from '../jobs/enqueue-task.ts';
import { taskOf } from './deps.ts';
import { markNagFailed, markNagSent } from './nag-store.ts';
import { entryOf } from './remind.ts';
import { readExemption } from './store.ts';
import { nameOfExemption, SECURITY_CHANNEL, type Nag } from './types.ts';

/** One alert a person, whatever of theirs they are not reminded of. */
function alertSubject({ recipient }: Pick<Nag, 'recipient'>): Subject {
  return { kind: 'person', id: recipient };
}

/** Slack said ok: the step counts as sent, and whoever it went to can be reached (again). In that transaction. */
export async function noteNagSent(tx: Tx, now: Date, nagId: string): Promise<void> {
  const nag = await markNagSent(tx, nagId, now);
  if (nag === null) return;
  const { step, audience, recipient } = nag;
  const entry = entryOf({ id: nag.exemptionId }, 'exemption.nagged', {
    nag: nagId,
    step,
    audience,
    recipient,
  });
  await resolveAlert(tx, now, { kind: 'owner_unreachable', subject: alertSubject(nag) });
  await appendAudit(tx, now, [entry]);
}

/**
 * Slack will not take it: the step does not count as sent, somebody is told, and the exemption's task tries again on the
 * next day. In the transaction that gives its message up. Gives whether it was told here.
 */
export async function noteNagFailed(tx: Tx, now: Date, nagId: string, error: string): Promise<boolean> {
  const nag = await markNagFailed(tx, nagId, now);
  if (nag === null) return false;
  const exemption = await readExemption(tx, nag.exemptionId);
  assert(exemption !== null, `the exemption of the nag ${nagId} is gone`);
  await enqueueTask(tx, now, taskOf(exemption.id, now));
  const { step, audience, recipient } = nag;
  // A channel that takes no messages is no person who can't be reached.
  const isPerson = recipient !== SECURITY_CHANNEL;
  if (isPerson) {
    await raiseAlert(tx, now, {
      kind: 'owner_unreachable',
      subject: alertSubject(nag),
      severity: 'sev2',
      args: { exemption: nameOfExemption(exemption), person: recipient, error },
      actor: 'job:card',
    });
  }
  await appendAudit(tx, now, [
    entryOf(exemption, 'exemption.nag_failed', { nag: nagId, step, audience, recipient }),
  ]);
  return isPerson;
}
