import { useCallback, useEffect, useState } from 'react';

export interface Notice {
  text: string;
  tone: 'good' | 'bad';
}

/** What went well is glanced at; what failed is read. */
const SHOWN_MS = { good: 4_000, bad: 9_000 } as const;

/** One line that tells what became of the last click; it goes by itself, and screen readers read it out. */
export function useNotice(): [Notice | undefined, (notice: Notice) => void] {
  const [notice, setNotice] = useState<Notice>();
  useEffect(() => {
    if (!notice) return;
    const timer = window.setTimeout(() => setNotice(undefined), SHOWN_MS[notice.tone]);
    return () => window.clearTimeout(timer);
  }, [notice]);
  const tell = useCallback((next: Notice) => setNotice(next), []);
  return [notice, tell];
}

export function NoticeLine({ notice }: { notice: Notice | undefined }) {
  return (
    <div className="notice-place" role="status" aria-live="polite">
      {notice && (
        <p className={`notice notice-${notice.tone}`}>
          <span className="notice-word">{notice.tone === 'good' ? 'Done' : 'Failed'}</span> {notice.text}
        </p>
      )}
    </div>
  );
}
