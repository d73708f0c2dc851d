/** A click that saw an old row asks at once or within its 700 ms; nobody needs an answer for longer than this. */
const KEPT_MS = 5_000;

interface SharedCall<Answer> {
  saw: number | null;
  startedMs: number;
  answer: Promise<Answer | undefined>;
}

/**
 * One call for all who saw the same row too old, also for one who asks only after the answer is there: it is newer than
 * what they saw. A call that fails (undefined) is forgotten, so that the next one tries again.
 */
export function makeSharedCall<Answer>(): (
  about: string,
  saw: Date | null,
  call: () => Promise<Answer | undefined>,
) => Promise<Answer | undefined> {
  const calls = new Map<string, SharedCall<Answer>>();
  return (about, sawAt, call) => {
    const nowMs = performance.now();
    for (const [key, { startedMs }] of calls) if (nowMs - startedMs > KEPT_MS) calls.delete(key);
    const saw = sawAt?.getTime() ?? null;
    const known = calls.get(about);
    if (known !== undefined && known.saw === saw) return known.answer;
    const mine: SharedCall<Answer> = { saw, startedMs: nowMs, answer: begin() };
    calls.set(about, mine);
    return mine.answer;

    async function begin(): Promise<Answer | undefined> {
      let answer: Answer | undefined;
      try {
        answer = await call();
        return answer;
      } finally {
        if (answer === undefined && calls.get(about) === mine) calls.delete(about);
      }
    }
  };
}
