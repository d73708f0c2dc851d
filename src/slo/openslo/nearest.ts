/** Changes of one letter (put in, left out, another, swapped with the next) that make one word of the other. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = one[i - 1] === other[j - 1] ? 0 : 1;
      const isSwap = one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : Infinity;
      const [left = 0, above = 0, across = 0] = [next[j - 1], row[j], row[j - 1]];
      next.push(Math.min(above + 1, left + 1, across + change, swapped));
    }
    [before, row] = [row, next];
  }
  return row[other.length] ?? 0;
}

/** The known word that was probably meant; undefined: none is near. Pure. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  if (wanted.length > 60) return undefined;
  const near = known
    .map((each) => ({ each, away: distance(wanted, each.toLowerCase()) }))
    .filter(({ each, away }) => away <= Math.max(1, Math.floor(each.length / 4)));
  return near.toSorted((a, b) => a.away - b.away)[0]?.each;
}
