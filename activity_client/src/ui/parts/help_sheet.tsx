/** The keys. */

const KEYS: readonly (readonly [string, string])[] = [
  ['Space or K', 'play, pause'],
  ['← →', '5 seconds back, forward'],
  ['J L', '10 seconds back, forward'],
  ['↑ ↓', 'louder, quieter'],
  ['M', 'sound off, on'],
  ['C', 'captions off, on'],
  ['S', 'sync now'],
  ['P', 'who is here'],
  ['F', 'fill the screen, or how to'],
  ['Esc', 'close a panel'],
  ['?', 'this help'],
];

export function HelpSheet() {
  return (
    <dl class="keys">
      {KEYS.map(([key, deed]) => (
        <div key={key}>
          <dt>
            <kbd>{key}</kbd>
          </dt>
          <dd>{deed}</dd>
        </div>
      ))}
    </dl>
  );
}
