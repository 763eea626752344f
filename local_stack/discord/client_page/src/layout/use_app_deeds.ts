/** Adding and removing the application: what goes wrong is kept for the person to read. */

import { useState } from 'preact/hooks';
import { SimulatedDiscordError } from '../api/client';

export interface AppDeeds {
  problem: string | null;
  /** Does it, and says whether it worked. */
  attempt(deed: () => Promise<void>): Promise<boolean>;
}

export function useAppDeeds(): AppDeeds {
  const [problem, setProblem] = useState<string | null>(null);
  return {
    problem,
    async attempt(deed) {
      try {
        await deed();
        setProblem(null);
        return true;
      } catch (error) {
        if (!(error instanceof SimulatedDiscordError)) {
          throw error;
        }
        setProblem(error.message);
        return false;
      }
    },
  };
}
