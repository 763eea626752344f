/** What the components of one message need to be pressed. */

import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { cdnAddress } from '../api/files';
import type { Attachment } from '../api/messages';

export interface Pressing {
  /** The custom id of the component that waits for its answer, if one does. */
  waiting: string | null;
  attachments: Attachment[];
  press(customId: string, values?: string[]): void;
}

export const PressContext = createContext<Pressing>({
  waiting: null,
  attachments: [],
  press: () => undefined,
});

export function usePressing(): Pressing {
  return useContext(PressContext);
}

/** Where a picture or file of a message really is: `attachment://name` means one that came with it. */
export function mediaAddress(url: string, attachments: Attachment[]): string {
  if (!url.startsWith('attachment://')) {
    return cdnAddress(url);
  }
  const filename = url.slice('attachment://'.length);
  return attachments.find((attachment) => attachment.filename === filename)?.url ?? url;
}
