/** A small panel that a button opens: it closes by Escape and by a press elsewhere, and gives the focus back. */

import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

export interface Popup<Frame extends HTMLElement> {
  isOpen: boolean;
  /** The element that holds both button and panel. */
  frame: RefObject<Frame | null>;
  toggle(): void;
  close(): void;
}

export function usePopup<Frame extends HTMLElement>(): Popup<Frame> {
  const [isOpen, setOpen] = useState(false);
  const frame = useRef<Frame>(null);

  useEffect(() => {
    if (!isOpen) {
      return undefined;
    }
    function onPress(event: Event) {
      if (!(event.target instanceof Node) || frame.current?.contains(event.target) !== true) {
        setOpen(false);
      }
    }
    function onKey(event: KeyboardEvent) {
      if (event.key === 'Escape') {
        setOpen(false);
        frame.current?.querySelector('button')?.focus();
      }
    }
    document.addEventListener('pointerdown', onPress);
    document.addEventListener('keydown', onKey);
    return () => {
      document.removeEventListener('pointerdown', onPress);
      document.removeEventListener('keydown', onKey);
    };
  }, [isOpen]);

  return { isOpen, frame, toggle: () => setOpen(!isOpen), close: () => setOpen(false) };
}
