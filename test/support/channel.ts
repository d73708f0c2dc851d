import type { RunningWorkspace } from '../../sandbox/slack/start-workspace.ts';

export interface ShownMessage {
  channel: string;
  ts: string;
  thread_ts?: string;
  text: string;
  blocks: { type: string; block_id?: string; [field: string]: unknown }[];
  metadata: { event_type: string; event_payload: Record<string, unknown> } | null;
  files: { id: string; name: string; size: number }[];
}

export interface LoggedCall {
  at: string;
  direction: 'api' | 'delivery';
  method: string;
  ok: boolean;
  status: number;
  error?: string;
  messages?: string[];
  /** Set when the answer was a planted fault. */
  fault?: string;
  args: Record<string, unknown>;
}

/** Messages of a channel by name, oldest first, as GET /sandbox/state shows them. */
export async function messagesIn(workspace: RunningWorkspace, channel: string): Promise<ShownMessage[]> {
  const state = (await getJson(workspace, '/sandbox/state')) as {
    channels: { id: string; name: string }[];
    messages: ShownMessage[];
  };
  const id = state.channels.find(({ name }) => name === channel)?.id;
  return state.messages.filter((message) => message.channel === id);
}

export interface ShownPage {
  at: string;
  action: 'trigger' | 'acknowledge' | 'resolve';
  dedup_key: string;
  summary: string;
  severity: string;
  signature_ok: boolean;
}

/** Everything that the stand-in pager took, in order. */
export async function pagedEvents(workspace: RunningWorkspace): Promise<ShownPage[]> {
  return ((await getJson(workspace, '/sandbox/pager')) as { events: ShownPage[] }).events;
}

/** The bytes of a file, as a person would download it. */
export async function fileText(workspace: RunningWorkspace, id: string): Promise<string> {
  const response = await fetch(`${workspace.url}/sandbox/files/${id}`);
  return await response.text();
}

export async function loggedCalls(workspace: RunningWorkspace): Promise<LoggedCall[]> {
  return ((await getJson(workspace, '/sandbox/log')) as { calls: LoggedCall[] }).calls;
}

/** The app's calls that the workspace refused although no test had planted a fault. */
export function refusedCalls(calls: LoggedCall[]): LoggedCall[] {
  return calls.filter(({ direction, ok, fault }) => direction === 'api' && !ok && fault === undefined);
}

/** Plants a fault, as POST /sandbox/faults does. */
export async function plantFault(
  workspace: RunningWorkspace,
  fault: { target: string; kind: string; times?: number; retry_after?: number },
): Promise<void> {
  const response = await fetch(`${workspace.url}/sandbox/faults`, {
    method: 'POST',
    body: JSON.stringify(fault),
  });
  if (!response.ok) throw new Error(await response.text());
}

async function getJson(workspace: RunningWorkspace, path: string): Promise<unknown> {
  return await (await fetch(`${workspace.url}${path}`)).json();
}
