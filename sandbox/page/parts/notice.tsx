import { useCallback, useEffect, useState } from 'react';

export interface Notice {
  text: string;
  tone: 'good' | 'bad';
}

const SHOWN_MS = 7_000;

/** One line that tells what became of the last click; it goes by itself, and screen readers read it out. */
export function useNotice(): [Notice | undefined, (notice: Notice) => void] {
  const [notice, setNotice] = useState<Notice>();
  useEffect(() => {
    if (!notice) return;
    const timer = window.setTimeout(() => setNotice(undefined), SHOWN_MS);
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
