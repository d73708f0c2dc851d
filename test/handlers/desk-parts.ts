import type { ModalView } from '@slack/types';
import { modal } from '../../blocks/modal.ts';
import { makeTexts } from '../../src/texts.ts';
import type { OpenWorkspace } from '../workspace/open-workspace.ts';

/** A message with a button that acts and one that opens a modal. */
export async function postButtons(local: OpenWorkspace): Promise<{ channelId: string; ts: string }> {
  const { channels } = await local.state();
  const channelId = channels.find(({ name }) => name === 'finance-ops')!.id;
  const button = (action: string) => ({
    type: 'button',
    action_id: action,
    value: 'row-1',
    text: { type: 'plain_text', text: action },
  });
  const answer = await local.api('chat.postMessage', {
    channel: channelId,
    text: 'buttons',
    blocks: [{ type: 'actions', elements: [button('escalations.acknowledge'), button('findings.review')] }],
  });
  return { channelId, ts: String(answer['ts']) };
}

/** A modal with one input, as a finding's is. */
export function filledModal(line: string): ModalView {
  return modal(makeTexts('en'), {
    title: 'Finding',
    submit: 'Close it',
    callbackId: 'findings.decide',
    metadata: { id: 'row-1' },
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: line } },
      {
        type: 'input',
        block_id: 'note',
        label: { type: 'plain_text', text: 'Note' },
        element: { type: 'plain_text_input', action_id: 'note' },
      },
    ],
  });
}
