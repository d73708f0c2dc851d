import type { RichTextBlockElement, RichTextElement } from '@slack/types';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMrkdwn, parsePlain } from '../../sandbox/page/texts/mrkdwn.ts';

/** One line a leaf: "text(bold): words". */
function outline(elements: readonly RichTextBlockElement[]): string[] {
  return elements.flatMap((block) =>
    block.elements.flatMap((element) => {
      const where = block.type === 'rich_text_section' ? '' : `${block.type.replace('rich_text_', '')} `;
      return where + leafOutline(element as RichTextElement);
    }),
  );
}

function leafOutline(leaf: RichTextElement): string {
  const styles = Object.keys(leaf.style ?? {}).join(' ');
  const { type, style: _style, ...rest } = leaf;
  const words = leaf.type === 'text' ? leaf.text : JSON.stringify(rest);
  return `${type}${styles === '' ? '' : `(${styles})`}: ${words}`;
}

const safe = (text: string) => outline(parseMrkdwn(text, { verbatim: true }));
const auto = (text: string) => outline(parseMrkdwn(text, { verbatim: false }));

describe('mrkdwn', () => {
  it.each([
    [
      '*bold* _it_ ~no~ `a*b*`',
      [
        'text(bold): bold',
        'text:  ',
        'text(italic): it',
        'text:  ',
        'text(strike): no',
        'text:  ',
        'text(code): a*b*',
      ],
    ],
    ['*bold _and italic_*', ['text(bold): bold ', 'text(bold italic): and italic']],
    ['*KWD 38.250*: 3', ['text(bold): KWD 38.250', 'text: : 3']],
    ['3*4*5 and snake_case_word', ['text: 3*4*5 and snake_case_word']],
    ['* not bold * nor _ this _', ['text: * not bold * nor _ this _']],
    ['> said\nafter', ['quote text: said', 'text: after']],
    ['a\n```x *y* &lt;\nz```b', ['text: a\n', 'preformatted text: x *y* <\nz', 'text: b']],
    ['```never closed', ['text: ```never closed']],
    ['# a\n- b\n[c](https://d.example)', ['text: # a\n- b\n[c](https://d.example)']],
    [':warning: at 09:00:30', ['emoji: {"name":"warning"}', 'text:  at 09:00:30']],
  ])('reads the marks of %j', (text, expected) => {
    expect(safe(text)).toEqual(expected);
  });

  it.each([
    ['<@U1>', 'user: {"user_id":"U1"}'],
    ['<#C1|general>', 'channel: {"channel_id":"C1"}'],
    ['<!subteam^S1|@ops>', 'usergroup: {"usergroup_id":"S1"}'],
    ['<!channel>', 'broadcast: {"range":"channel"}'],
    [
      '<https://a.example/?x=1&amp;y=2|a &amp; b>',
      'link: {"url":"https://a.example/?x=1&y=2","text":"a & b"}',
    ],
    [
      '<!date^1768456800^{date_short} {time}|15 Jan>',
      'date: {"timestamp":1768456800,"format":"{date_short} {time}","fallback":"15 Jan"}',
    ],
    ['<!date^soon^{time}|later>', 'text: later'],
    ['<javascript:alert(1)|here>', 'text: <javascript:alert(1)|here>'],
  ])('reads the control sequence %s', (text, expected) => {
    expect(safe(text)).toEqual([expected]);
  });

  it('leaves escaped control sequences dead', () => {
    expect(auto('&lt;!channel&gt; &lt;@U1&gt; &amp;lt;')).toEqual(['text: <!channel> <@U1> &lt;']);
    expect(auto('&gt; not a quote')).toEqual(['text: > not a quote']);
  });

  it('links bare addresses unless verbatim', () => {
    const text = 'see https://a.example/b. @here';
    expect(auto(text)).toEqual([
      'text: see ',
      'link: {"url":"https://a.example/b"}',
      'text: . ',
      'broadcast: {"range":"here"}',
    ]);
    expect(safe(text)).toEqual([`text: ${text}`]);
  });

  it('keeps plain text as it is', () => {
    const text = '*a* <!here> &lt; `b` <https://c.example|d>';
    expect(outline(parsePlain(text, { emoji: true }))).toEqual([`text: ${text}`]);
    expect(outline(parsePlain('a :warning:', { emoji: false }))).toEqual(['text: a :warning:']);
  });

  it('never lets escaped text become anything live', () => {
    const hostile = fc
      .array(
        fc.constantFrom(
          '<!channel>',
          '<@U1>',
          '<https://e.example|x>',
          '*',
          '`',
          '>',
          '&',
          '\n',
          'a ',
          '&lt;',
        ),
      )
      .map((parts) => parts.join(''));
    const escape = (text: string) =>
      text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    fc.assert(
      fc.property(hostile, (text) => {
        const leaves = outline(parseMrkdwn(escape(text), { verbatim: true }));
        expect(leaves.filter((leaf) => !/^(preformatted )?text/.test(leaf))).toEqual([]);
      }),
    );
  });
});
