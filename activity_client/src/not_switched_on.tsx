/** What the Activity says for now, inside Discord: the truth, and what works already. */

import type { ActivityLaunch, IncompleteLaunch } from './launch';

export function NotSwitchedOn({ launch }: { readonly launch: ActivityLaunch | IncompleteLaunch }) {
  return (
    <>
      <p class="label">Kaltura for Discord</p>
      {launch.kind === 'activity' ? <NotYet /> : <Incomplete missing={launch.missing} />}
    </>
  );
}

function NotYet() {
  return (
    <>
      <h1>Watch Together is not switched on here yet</h1>
      <p>
        Meetings and video search work already: close this window and type <code>/kaltura-help</code> in a
        channel.
      </p>
    </>
  );
}

function Incomplete({ missing }: { readonly missing: readonly string[] }) {
  return (
    <>
      <h1>Discord did not say enough to open this</h1>
      <p>Close this window and open it again from a voice channel. Updating Discord may help too.</p>
      <p class="quiet">Missing: {missing.join(', ')}</p>
    </>
  );
}
