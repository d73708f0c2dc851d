import { setTimeout as wait } from 'node:timers/promises';
import { openDirectMessage } from '../look-up.ts';
import { homeOf, viewShape } from '../view-stack.ts';
import { done, isAnswer, personIn, type Act } from './act.ts';

/** The app publishes after its ack: so long we wait for that, in real milliseconds. */
const PUBLISH_LIMIT_MS = 2_500;
const LOOK_EVERY_MS = 20;

/** POST /sandbox/home: a person opens the app's Home; answers the view that stands there afterwards. */
export const home: Act = async (workspace, body) => {
  const person = personIn(workspace, body);
  if (isAnswer(person)) return person;
  const { state, deliveries, journal, clock } = workspace;
  const before = homeOf(state, person.id);
  const hashBefore = before?.hash;
  const direct = openDirectMessage(state, person, Math.floor(clock.now().getTime() / 1000));
  deliveries.queueEvent({
    type: 'app_home_opened',
    user: person.id,
    channel: direct.id,
    tab: 'home',
    ...(before === undefined ? {} : { view: viewShape(before) }),
    event_ts: state.nextTs(),
  });
  await journal.flush();
  await deliveries.idle();
  for (let waited = 0; waited < PUBLISH_LIMIT_MS; waited += LOOK_EVERY_MS) {
    if (homeOf(state, person.id)?.hash !== hashBefore) break;
    await wait(LOOK_EVERY_MS);
  }
  const after = homeOf(state, person.id);
  return done(after === undefined ? {} : viewShape(after));
};
