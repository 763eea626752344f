/**
 * Whether the controls are to be seen: after a movement, a tap or a key for three seconds; for longer while a panel is
 * open, while the video stands still, and while the keyboard's focus is on a control.
 */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

export const STILLNESS_MS = 3_000;

export interface Chrome {
  readonly isShown: boolean;
  /** Something moved. */
  wake(): void;
  /** A tap on the bare picture: hides what is shown. */
  hide(): void;
}

export function useChrome(isHeld: boolean): Chrome {
  const [isAwake, setAwake] = useState(true);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const hide = useCallback(() => {
    clearTimeout(timer.current);
    setAwake(false);
  }, []);
  const wake = useCallback(() => {
    clearTimeout(timer.current);
    setAwake(true);
    timer.current = setTimeout(() => {
      if (document.activeElement?.matches('.chrome :focus-visible') !== true) {
        setAwake(false);
      }
    }, STILLNESS_MS);
  }, []);
  useEffect(() => {
    wake();
    return () => clearTimeout(timer.current);
  }, [wake]);
  return { isShown: isAwake || isHeld, wake, hide };
}
