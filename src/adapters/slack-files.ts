import type { FetchFunction } from '@slack/web-api';
import type { Slack } from '../ports.ts';
import type { CallSlack } from './slack-client.ts';
import { rateLimited, statusFault, unavailable } from './slack-errors.ts';

/** An upload moves whole files: it may take this many times the limit of a call. */
const UPLOAD_PATIENCE = 6;

type FileCalls = Pick<Slack, 'startUpload' | 'uploadBytes' | 'completeUpload'>;

/** The three steps of a file (https://docs.slack.dev/messaging/working-with-files). */
export function makeSlackFiles(
  call: CallSlack,
  options: { timeoutMs: number; fetch?: FetchFunction },
): FileCalls {
  const fetchOnce = options.fetch ?? fetch;
  return {
    async startUpload(file) {
      const answer = await call<{ file_id?: string; upload_url?: string }>('files.getUploadURLExternal', {
        filename: file.filename,
        length: file.bytes,
      });
      if (!answer.file_id || !answer.upload_url) {
        throw unavailable('files.getUploadURLExternal', new Error('the answer names no file'));
      }
      return { fileId: answer.file_id, uploadUrl: answer.upload_url };
    },

    async uploadBytes(target) {
      const form = new FormData();
      form.append('body', new Blob([Buffer.from(target.content)]), target.filename);
      const status = await send(fetchOnce, target.uploadUrl, form, options.timeoutMs * UPLOAD_PATIENCE);
      if (status === 429) throw rateLimited('upload', undefined);
      if (status !== 200) throw statusFault('upload', status);
    },

    async completeUpload(file) {
      await call('files.completeUploadExternal', {
        files: [{ id: file.fileId, title: file.title }],
        channel_id: file.channelId,
        thread_ts: file.threadTs,
      });
    },
  };
}

/** Sends the form once, and gives the status. The address itself is the permission: our token stays at home. */
async function send(fetchOnce: FetchFunction, url: string, form: FormData, limitMs: number): Promise<number> {
  try {
    const signal = AbortSignal.timeout(limitMs);
    const response = await fetchOnce(url, { method: 'POST', body: form, redirect: 'error', signal });
    await response.text();
    return response.status;
  } catch (error) {
    throw unavailable('upload', error);
  }
}
