/** A string, a key (a string before a colon), a number or a word; what stands between is punctuation. */
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/g;

/** JSON in lines, its keys told from its values by colour. */
export function Json({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2);
  const parts: React.ReactNode[] = [];
  let end = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [whole, words, colon, figure] = found;
    parts.push(text.slice(end, found.index));
    const kind = colon !== undefined ? 'key' : words !== undefined ? 'words' : 'figure';
    parts.push(
      <span key={found.index} className={`json-${kind}`}>
        {words ?? figure}
      </span>,
      colon ?? '',
    );
    end = found.index + whole.length;
  }
  parts.push(text.slice(end));
  return (
    <pre className="json" tabIndex={0} role="region" aria-label="Payload">
      {parts}
    </pre>
  );
}
