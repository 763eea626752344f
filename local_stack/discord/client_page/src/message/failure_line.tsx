/** What Discord shows when an application fails, and beneath it, what only a developer wants to know. */

import type { Failure } from '../api/interactions';
import { Icon } from '../layout/icons';

export function FailureLine({ failure }: { failure: Failure }) {
  return (
    <div class="failure" role="alert">
      <span class="failure-sentence">
        <Icon name="warning" size={16} />
        {failure.shown}
      </span>
      {failure.reason !== '' && (
        <details class="failure-reason">
          <summary>For developers</summary>
          <p>{failure.reason}</p>
        </details>
      )}
    </div>
  );
}
