import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { malformed, type Args } from '../api/args.ts';
import { answerCall, type Outcome } from '../api/answer-call.ts';
import type { ApiMethod } from '../api/method.ts';
import { isRefusal, refuse, refuseArguments, type Refusal } from '../answer.ts';
import { parseMultipart, type RouteRequest } from '../http.ts';
import { fileShape } from '../shapes.ts';
import { freshId } from '../state.ts';
import { BOT, isJsonObject, type Channel, type StoredFile } from '../types.ts';
import type { Workspace } from '../workspace.ts';
import { decidePostTarget, decideThread } from './chat-post.ts';
import { readContent } from './content.ts';

/** What faults, hooks and the log call the posting of a file's bytes. */
export const UPLOAD = 'files.upload';

/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
export const filesGetUploadUrl: ApiMethod = {
  scopes: ['files:write'],
  tier: 4,
  required: ['filename', 'length'],
  run(workspace, args) {
    const length = args.int('length') ?? Number.NaN;
    if (Number.isNaN(length)) return refuseArguments('must provide an integer [json-pointer:/length]');
    if (length <= 0) return refuse('file_upload_size_restricted');
    const filename = args.text('filename') ?? '';
    const file: StoredFile = {
      id: freshId('F'),
      uploadToken: randomBytes(24).toString('base64url'),
      filename,
      title: filename,
      length,
      state: 'expected',
      channels: [],
      created: Math.floor(workspace.clock.now().getTime() / 1000),
    };
    workspace.state.saveFile(file);
    return { ok: true, upload_url: `${workspace.url()}/upload/v1/${file.uploadToken}`, file_id: file.id };
  },
};

/** The address an upload goes to (files.upload): raw bytes, or a multipart form with the one file field `body`. */
export async function answerUpload(
  workspace: Workspace,
  token: string,
  request: RouteRequest,
  response: ServerResponse,
): Promise<void> {
  const file = [...workspace.state.files.values()].find((one) => one.uploadToken === token);
  const args = { file: file?.id ?? '', bytes: request.body.length };
  const run = () => outcomeOfUpload(workspace, file, request);
  await answerCall(workspace, { name: UPLOAD, args, headers: {}, run }, response);
}

async function outcomeOfUpload(
  workspace: Workspace,
  file: StoredFile | undefined,
  request: RouteRequest,
): Promise<Outcome> {
  if (file === undefined || file.state === 'completed') return refusedUpload(404, 'file_not_found');
  const type = request.headers['content-type'] ?? '';
  const fields = type.startsWith('multipart/form-data')
    ? await parseMultipart(request.body, type)
    : new Map([['body', request.body]]);
  const content = [...(fields?.values() ?? [])].find((value) => Buffer.isBuffer(value));
  if (content === undefined) return refusedUpload(400, 'no_file_data');
  if (content.length !== file.length) return refusedUpload(400, 'length_mismatch');
  await workspace.journal.putContent(file.id, content);
  file.state = 'uploaded';
  workspace.state.saveFile(file);
  return { status: 200, answer: { ok: true }, text: `OK - ${content.length}` };
}

function refusedUpload(status: number, error: string): Outcome {
  return { status, answer: refuse(error), text: error };
}

/** https://docs.slack.dev/reference/methods/files.completeUploadExternal */
export const filesCompleteUpload: ApiMethod = {
  scopes: ['files:write'],
  tier: 4,
  required: ['files'],
  run(workspace, args) {
    const entries = readEntries(workspace, args);
    if (isRefusal(entries)) return entries;
    const target = args.text('channel_id');
    const channel = target === undefined ? undefined : decidePostTarget(workspace, target);
    if (channel !== undefined && isRefusal(channel)) return channel;
    const shared = channel === undefined ? undefined : share(workspace, channel, args, entries);
    if (shared !== undefined) return shared;
    for (const { file, title } of entries) {
      file.title = title;
      file.state = 'completed';
      if (channel !== undefined) file.channels.push(channel.id);
      workspace.state.saveFile(file);
    }
    return { ok: true, files: entries.map(({ file }) => fileShape(file)) };
  },
};

/** https://docs.slack.dev/reference/methods/files.info */
export const filesInfo: ApiMethod = {
  scopes: ['files:read'],
  tier: 4,
  required: ['file'],
  run(workspace, args) {
    const file = workspace.state.files.get(args.text('file') ?? '');
    if (file === undefined || file.state !== 'completed') return refuse('file_not_found');
    return { ok: true, file: fileShape(file), comments: [], response_metadata: { next_cursor: '' } };
  },
};

interface Entry {
  file: StoredFile;
  title: string;
}

function readEntries(workspace: Workspace, args: Args): Entry[] | Refusal {
  const files = args.json('files');
  if (files === malformed || !Array.isArray(files))
    return refuseArguments('must provide an array [json-pointer:/files]');
  if (files.length === 0) return refuseArguments('must provide at least 1 items [json-pointer:/files]');
  const entries: Entry[] = [];
  for (const given of files) {
    if (!isJsonObject(given) || typeof given['id'] !== 'string')
      return refuseArguments(`missing required field: id [json-pointer:/files/${entries.length}]`);
    const file = workspace.state.files.get(given['id']);
    if (file === undefined || file.state !== 'uploaded') return refuse('file_not_found');
    entries.push({ file, title: typeof given['title'] === 'string' ? given['title'] : file.filename });
  }
  return entries;
}

/** Posts the message that carries the files. Slack names the app's user there, not its bot_id. */
function share(workspace: Workspace, channel: Channel, args: Args, entries: Entry[]): Refusal | undefined {
  const threadTs = decideThread(workspace, channel, args);
  if (isRefusal(threadTs)) return threadTs;
  const content = readContent(args);
  if (isRefusal(content)) return content;
  workspace.state.saveMessage({
    channel: channel.id,
    ts: workspace.state.nextTs(),
    user: BOT.userId,
    text: args.text('initial_comment') ?? '',
    files: entries.map(({ file }) => file.id),
    ...(content.blocks === undefined ? {} : { blocks: content.blocks }),
    ...(threadTs === undefined ? {} : { threadTs }),
  });
  return undefined;
}
