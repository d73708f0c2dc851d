/** Two rows of equal length: what two books look like when they agree. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <path d="M8 12.5h16M8 19.5h16" />
    </svg>
  );
}
