import { parseFaultOrder, type FaultOrder } from '../faults.ts';
import { UPLOAD } from '../methods/files.ts';
import { METHODS } from '../methods/table.ts';
import { RESPONSE_URL } from '../responses.ts';
import { cannot, done, type Act } from './act.ts';
import { channel } from './channel.ts';
import { click } from './click.ts';
import { command } from './command.ts';
import { home } from './home.ts';
import { message } from './message.ts';
import { options } from './options.ts';
import { snapshot } from './snapshot.ts';
import { close, submit } from './submit.ts';
import { user } from './user.ts';

/** Takes faults for what isn't Slack (platform, provider, sli); false when it doesn't know the target either. */
export type FaultHandler = (order: FaultOrder) => boolean | Promise<boolean>;

/** Every act by "METHOD /path". */
export function makeActs(otherFaults: FaultHandler | undefined): Map<string, Act> {
  return new Map<string, Act>([
    ['GET /sandbox/state', snapshot],
    ['GET /sandbox/log', log],
    ['POST /sandbox/channel', channel],
    ['POST /sandbox/click', click],
    ['POST /sandbox/close', close],
    ['POST /sandbox/command', command],
    ['POST /sandbox/faults', makeFaultsAct(otherFaults)],
    ['POST /sandbox/home', home],
    ['POST /sandbox/message', message],
    ['POST /sandbox/options', options],
    ['POST /sandbox/submit', submit],
    ['POST /sandbox/user', user],
  ]);
}

/** What a fault may be planted on here; `slack` is every call of the app, `delivery` every call to it. */
const TARGETS = new Set(['slack', 'delivery', UPLOAD, RESPONSE_URL, ...METHODS.keys()]);

const log: Act = (workspace, _body, request) =>
  done({ calls: workspace.calls.since(request.url.searchParams.get('since') ?? undefined) });

function makeFaultsAct(otherFaults: FaultHandler | undefined): Act {
  return async (workspace, body) => {
    const order = parseFaultOrder(body);
    if (typeof order === 'string') return cannot(order, 400);
    if (TARGETS.has(order.target)) workspace.faults.plant(order);
    else if ((await otherFaults?.(order)) !== true) return cannot(`unknown target: ${order.target}`, 400);
    return done();
  };
}
