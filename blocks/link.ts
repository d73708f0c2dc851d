/** A link of ours into Slack; what is not plainly one is left out. */
export function linkText(link: string | null, words: string): string {
  return link !== null && /^https?:\/\/[^\s|<>]+$/.test(link)
    ? `<${link.replaceAll('&', '&amp;')}|${words}>`
    : '';
}
