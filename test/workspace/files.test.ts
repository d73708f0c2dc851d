import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorkspace, type OpenWorkspace } from './open-workspace.ts';

const OPS = 'C0FINANCEOPS';
let slack: OpenWorkspace;

beforeAll(async () => {
  slack = await openWorkspace();
});
afterAll(() => slack.stop());

const CSV = 'id;tutar\nk1;1.234,56 ₺\n';

async function target(content: string): Promise<{ upload_url: string; file_id: string }> {
  const args = { filename: 'findings.csv', length: Buffer.byteLength(content) };
  return (await slack.api('files.getUploadURLExternal', args)) as never;
}

async function bytesOf(id: string): Promise<string> {
  return await (await slack.raw(`/sandbox/files/${id}`, {})).text();
}

async function parent(): Promise<string> {
  return (await slack.api('chat.postMessage', { channel: OPS, text: 'digest' }))['ts'] as string;
}

test('the real client uploads into a thread', async () => {
  const ts = await parent();
  const answer = await slack.client().filesUploadV2({
    channel_id: OPS,
    thread_ts: ts,
    filename: 'findings.csv',
    title: 'Findings',
    content: CSV,
  });
  expect(answer.ok).toBe(true);
  const reply = (await slack.state()).messages.find((message) => message.thread_ts === ts);
  expect(reply?.files).toMatchObject([
    { name: 'findings.csv', title: 'Findings', size: Buffer.byteLength(CSV) },
  ]);
  expect(await bytesOf(reply?.files[0]?.id ?? '')).toBe(CSV);
});

test('raw bytes are taken, the reply counts them', async () => {
  const { upload_url: url, file_id: id } = await target(CSV);
  const response = await fetch(url, { method: 'POST', body: CSV });
  expect(await response.text()).toBe(`OK - ${Buffer.byteLength(CSV)}`);
  expect(await slack.api('files.info', { file: id })).toMatchObject({ error: 'file_not_found' });
  const files = [{ id, title: 'Rows' }];
  expect(await slack.api('files.completeUploadExternal', { files })).toMatchObject({ ok: true });
  expect(await slack.api('files.info', { file: id })).toMatchObject({
    file: { title: 'Rows', channels: [] },
  });
});

test('a file is completed once', async () => {
  const { upload_url: url, file_id: id } = await target(CSV);
  await fetch(url, { method: 'POST', body: CSV });
  const args = { files: [{ id }], channel_id: OPS, thread_ts: await parent() };
  expect(await slack.api('files.completeUploadExternal', args)).toMatchObject({ ok: true });
  expect(await slack.api('files.completeUploadExternal', args)).toMatchObject({ error: 'file_not_found' });
  const { messages } = await slack.state();
  expect(messages.filter((message) => message.files.some((file) => file.id === id))).toHaveLength(1);
});

test('a file without bytes is not completed', async () => {
  const { file_id: id } = await target(CSV);
  expect(await slack.api('files.completeUploadExternal', { files: [{ id }] })).toMatchObject({
    error: 'file_not_found',
  });
});

test('bytes of another length are refused', async () => {
  const { upload_url: url } = await target(CSV);
  expect((await fetch(url, { method: 'POST', body: 'short' })).status).toBe(400);
});

test('files outlive a restart', async () => {
  const { upload_url: url, file_id: id } = await target(CSV);
  await fetch(url, { method: 'POST', body: CSV });
  await slack.api('files.completeUploadExternal', { files: [{ id }] });
  await slack.restart();
  expect(await bytesOf(id)).toBe(CSV);
});
