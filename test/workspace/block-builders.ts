/** Small good blocks that the cases break or keep. */

export const plain = (text: string) => ({ type: 'plain_text', text });
export const mrkdwn = (text: string) => ({ type: 'mrkdwn', text });
export const section = (more: object) => ({ type: 'section', text: mrkdwn('x'), ...more });
export const button = (more: object = {}) => ({
  type: 'button',
  text: plain('Go'),
  action_id: 'go',
  ...more,
});
export const actions = (...elements: object[]) => ({ type: 'actions', elements });
export const option = (value: string) => ({ text: plain(value), value });
export const select = (more: object) => actions({ type: 'static_select', action_id: 's', ...more });
export const confirm = {
  title: plain('Sure?'),
  text: mrkdwn('Really'),
  confirm: plain('Yes'),
  deny: plain('No'),
};
export const rich = (leaf: object) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [leaf] }],
});
export const cell = { type: 'raw_text', text: 'x' };
export const many = <T>(n: number, make: (i: number) => T): T[] =>
  Array.from({ length: n }, (_, i) => make(i));
export const bar = (more: object) => ({
  type: 'data_visualization',
  title: 'T',
  chart: {
    type: 'bar',
    series: [{ name: 'a', data: [{ label: 'Mon', value: 1 }] }],
    axis_config: { categories: ['Mon'] },
    ...more,
  },
});
