import { useEffect, useState } from 'react';

const SHOWN_MS = 2_000;

export function Copy({ what }: { what: () => string }) {
  const [outcome, setOutcome] = useState<string>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = window.setTimeout(() => setOutcome(undefined), SHOWN_MS);
    return () => window.clearTimeout(timer);
  }, [outcome]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(what());
      setOutcome('Copied');
    } catch {
      setOutcome('The browser refused');
    }
  };
  return (
    <button type="button" className="button button-small" onClick={() => void copy()}>
      <span aria-live="polite">{outcome ?? 'Copy'}</span>
    </button>
  );
}
