import { useEffect, useState } from 'react';
import { readTraffic } from './calls.ts';
import type { TrafficCall } from './types.ts';

const POLL_MS = 1_500;
/** Newest rows drawn; the whole log stays at GET /sandbox/log. */
const SHOWN = 300;

export interface Traffic {
  /** Newest first; undefined until the first answer. */
  calls: TrafficCall[] | undefined;
  total: number;
  problem: string | undefined;
}

/** Reads the log once, then only what was added. */
export function useTraffic(): Traffic {
  const [traffic, setTraffic] = useState<Traffic>({ calls: undefined, total: 0, problem: undefined });

  useEffect(() => {
    let timer: number | undefined;
    let over = false;
    let lastSeq = 0;
    const turn = async (): Promise<void> => {
      try {
        const added = await readTraffic(lastSeq);
        if (over) return;
        lastSeq = added.at(-1)?.seq ?? lastSeq;
        setTraffic(({ calls = [], total }) => ({
          calls: [...added.slice(-SHOWN).reverse(), ...calls].slice(0, SHOWN),
          total: total + added.length,
          problem: undefined,
        }));
      } catch (error) {
        setTraffic((before) => ({
          ...before,
          problem: error instanceof Error ? error.message : String(error),
        }));
      }
      if (!over) timer = window.setTimeout(() => void turn(), POLL_MS);
    };
    void turn();
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, []);

  return traffic;
}
