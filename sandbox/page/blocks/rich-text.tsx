import type { RichTextBlockElement, TextObject } from '@slack/types';
import { Message, type Block } from 'slack-blocks-to-jsx';
import { parseMrkdwn, parsePlain } from '../texts/mrkdwn.ts';
import { mentionHooks } from './mentions.tsx';
import { useScene } from './scene.ts';

/** Rich text and Markdown, drawn by the library. Everything that is text goes through here. */
export function LibraryBlock({ block }: { block: Block }) {
  const { dark } = useScene();
  return (
    <Message
      // It reads its input once: other content is another element.
      key={JSON.stringify(block)}
      withoutWrapper
      theme={dark ? 'dark' : 'light'}
      logo=""
      name=""
      blocks={[block]}
      hooks={mentionHooks}
    />
  );
}

export function RichText({ elements }: { elements: readonly RichTextBlockElement[] }) {
  // The library's own typings of the same elements differ from Slack's in details that it never reads.
  return <LibraryBlock block={{ type: 'rich_text', elements } as unknown as Block} />;
}

/** A text object: mrkdwn as mrkdwn, plain text as exactly what it says. */
export function Text({ text }: { text: TextObject }) {
  return <RichText elements={parseText(text)} />;
}

/** A message without blocks. */
export function Mrkdwn({ text }: { text: string }) {
  return <RichText elements={parseMrkdwn(text, { verbatim: false })} />;
}

function parseText(text: TextObject): RichTextBlockElement[] {
  return text.type === 'mrkdwn'
    ? parseMrkdwn(text.text, { verbatim: text.verbatim === true })
    : parsePlain(text.text, { emoji: text.emoji !== false });
}
