/** The few pictures of the page, drawn here so that nothing comes from outside. */

const PATHS = {
  hash: 'M9.2 3 7.9 8H4v2h3.4l-1 4H3v2h2.9l-1.3 5h2.1L8 16h5l-1.3 5h2.1l1.3-5H20v-2h-4.4l1-4H21V8h-3.9l1.3-5h-2.1L15 8h-5l1.3-5zm.3 7h5l-1 4h-5z',
  speaker:
    'M12 3.5v17a1 1 0 0 1-1.7.7L5.6 16.5H3a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1h2.6l4.7-4.7A1 1 0 0 1 12 3.5zM15 8.2a5 5 0 0 1 0 7.6v-2.4a3 3 0 0 0 0-2.8zm0-4.9a9.3 9.3 0 0 1 0 17.4v-2.2a7.2 7.2 0 0 0 0-13z',
  lock: 'M7 10V7a5 5 0 0 1 10 0v3h1a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zm2 0h6V7a3 3 0 0 0-6 0z',
  people:
    'M9 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm7.5 0a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM2 19c0-3.3 3-5.5 7-5.5s7 2.200 7 5.500v1H2zm16 1h4v-1c0-2.700-2.300-4.600-5.400-4.900 1 1.200 1.500 2.800 1.400 4.900z',
  crown: 'M3 7.500 7.500 11 12 4l4.500 7L21 7.500 19.200 18H4.800z',
  eye: 'M12 5c5 0 8.500 4 10 7-1.500 3-5 7-10 7s-8.500-4-10-7c1.500-3 5-7 10-7zm0 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8zm0 2a2 2 0 1 1 0 4 2 2 0 0 1 0-4z',
  external:
    'M14 3h7v7h-2V6.400l-8.300 8.300-1.400-1.400L17.600 5H14zM5 5h5v2H6v11h11v-4h2v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1z',
  chevron: 'M6.300 8.300 12 14l5.700-5.700 1.400 1.400L12 16.800 4.900 9.700z',
  check: 'm9.500 17.600-5.100-5.100L5.800 11l3.700 3.700L18.200 6l1.400 1.400z',
  close:
    'm6.400 5 5.600 5.600L17.600 5 19 6.400 13.400 12l5.600 5.600-1.400 1.400-5.600-5.600L6.400 19 5 17.600l5.600-5.600L5 6.400z',
  send: 'M3 4.500 21 12 3 19.500V14l10-2-10-2z',
  menu: 'M3 6h18v2H3zm0 5h18v2H3zm0 5h18v2H3z',
  sun: 'M12 7a5 5 0 1 1 0 10 5 5 0 0 1 0-10zm-1-5h2v3h-2zm0 17h2v3h-2zM2 11h3v2H2zm17 0h3v2h-3zM4.200 5.600l1.400-1.400 2.100 2.100-1.400 1.400zm12.100 12.100 1.400-1.400 2.100 2.100-1.400 1.400zm2.100-13.500 1.400 1.400-2.100 2.100-1.400-1.400zM6.300 16.300l1.400 1.400-2.100 2.100-1.400-1.400z',
  moon: 'M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z',
  file: 'M6 2h8l5 5v14a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V3a1 1 0 0 1 1-1zm7 2v4h4z',
  warning: 'M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20zm-1 5v6h2V7zm0 8v2h2v-2z',
  arrow: 'M8 5h11v9h-2V7H8z M3 13l5-4v8z',
  play: 'M7 4v16l13-8z',
  expand: 'M4 4h7v2H6v5H4zm9 14h5v-5h2v7h-7z',
  grid: 'M4 4h7v7H4zm9 0h7v7h-7zM4 13h7v7H4zm9 0h7v7h-7z',
  pip: 'M3 5h18v14H3zm2 2v10h14V7zm6 4h7v5h-7z',
  phone: 'M8 2h8a2 2 0 0 1 2 2v16a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2zm0 3v13h8V5z',
  turn: 'M12 5V2l5 4-5 4V7a5 5 0 1 0 5 5h2a7 7 0 1 1-7-7z',
  apps: 'M4 4h7v7H4zm9 0h7v7h-7zM4 13h7v7H4zm12.500 0a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7z',
  rocket:
    'M21 3c-6 0-10 2.500-12.500 7H5l-3 4 4.500.500 3 3L10 22l4-3v-3.500C18.500 13 21 9 21 3zm-6 4a2 2 0 1 1 0 4 2 2 0 0 1 0-4zM5.500 16.500 3 21l4.500-2.500z',
  plus: 'M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7z',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture that goes with a word; whoever uses it alone gives its button a label. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg class={`icon icon-${name}`} viewBox="0 0 24 24" width={size} height={size} aria-hidden="true">
      <path fill="currentColor" fill-rule="evenodd" d={PATHS[name]} />
    </svg>
  );
}
