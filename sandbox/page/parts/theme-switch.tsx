import { chooseTheme, useTheme } from './theme.ts';

export function ThemeSwitch() {
  const dark = useTheme() === 'dark';
  return (
    <button
      type="button"
      className="button button-quiet"
      aria-label={dark ? 'Light colours' : 'Dark colours'}
      title={dark ? 'Light colours' : 'Dark colours'}
      onClick={() => chooseTheme(dark ? 'light' : 'dark')}
    >
      <svg className="icon" viewBox="0 0 20 20" aria-hidden="true">
        {dark ? (
          <path d="M10 6.5a3.5 3.5 0 100 7 3.5 3.5 0 000-7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1" />
        ) : (
          <path d="M16.5 12.2A7 7 0 017.8 3.5a7 7 0 108.7 8.7z" />
        )}
      </svg>
    </button>
  );
}
