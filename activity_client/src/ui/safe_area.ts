/**
 * Keeps the page clear of Discord's own bars on phones.
 *
 * Discord tells their size in variables of its own (`--discord-safe-area-inset-…`), which are empty until the first
 * layout or orientation event (reported of phones). An empty variable is not a missing one: CSS would not fall back. So
 * they are read here, again after each such event, and written where the page uses them.
 */

const SIDES = ['top', 'right', 'bottom', 'left'] as const;

/** Reads Discord's variables and writes `--safe-…`, with the browser's own as fallback. */
export function measureSafeArea(root: HTMLElement): void {
  const style = getComputedStyle(root);
  for (const side of SIDES) {
    const told = style.getPropertyValue(`--discord-safe-area-inset-${side}`).trim();
    root.style.setProperty(`--safe-${side}`, told === '' ? `env(safe-area-inset-${side}, 0px)` : told);
  }
}
