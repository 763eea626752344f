/** Uploading: what was taken so far, and what is wrong with what was not. */

import { useState } from 'preact/hooks';
import { SimulatedDiscordError } from '../api/client';
import { fileProblem, type UploadedFile } from '../api/files';
import { useDesk } from '../state/desk';

export interface Upload {
  /** The name of the file that is on its way. */
  pending: string | null;
  problem: string | null;
  /** Uploads a file and gives it on; nothing is given on where it fails. */
  begin(file: File, fileTypes: string[] | undefined, onDone: (uploaded: UploadedFile) => void): void;
}

export function useUpload(): Upload {
  const { client, place } = useDesk();
  const [pending, setPending] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  async function send(file: File, onDone: (uploaded: UploadedFile) => void) {
    setPending(file.name);
    try {
      onDone(await client.upload(place.userId, file));
    } catch (error) {
      if (!(error instanceof SimulatedDiscordError)) {
        throw error;
      }
      setProblem(`${file.name} wasn’t uploaded. ${error.message}`);
    } finally {
      setPending(null);
    }
  }

  return {
    pending,
    problem,
    begin(file, fileTypes, onDone) {
      const found = fileProblem(file, fileTypes);
      setProblem(found);
      if (found === null) {
        void send(file, onDone);
      }
    },
  };
}
