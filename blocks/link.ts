/** A link of ours into Slack; what is not plainly one is left out. */
export function linkText(link: string | null, words: string): string {
  // Printable ASCII but for what ends a link or a code span.
  return link !== null && /^https?:\/\/[!-;=?-_a-{}~]+$/.test(link)
    ? `<${link.replaceAll('&', '&amp;')}|${words}>`
    : '';
}
