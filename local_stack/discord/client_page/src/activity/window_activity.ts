/**
 * The Activities that this window knows of, the one that it shows, and how.
 *
 * A window joins an instance when it opens the frame and leaves when it closes it; when the window itself goes away, its
 * stream of events breaks off and the simulated Discord takes its person out. Whoever was taken out otherwise, such as
 * by leaving the voice channel, loses the frame.
 */

import type { ActivityInstance, ActivityNews, RunningActivities } from '../api/activities';
import { type HostRules, Layout, type LayoutMode, NO_RULES, type Orientation } from './client_around';

export interface WindowActivity {
  instances: ActivityInstance[];
  rules: HostRules;
  /** The instance in the frame. */
  shownId: string | null;
  layout: LayoutMode;
  isMobile: boolean;
  orientation: Orientation;
  thermalState: number;
  /** Why the last attempt to open one failed. */
  trouble: string | null;
}

export const NO_ACTIVITY: WindowActivity = {
  instances: [],
  rules: NO_RULES,
  shownId: null,
  layout: Layout.focused,
  isMobile: false,
  orientation: 'portrait',
  thermalState: 0,
  trouble: null,
};

export type ActivityChange =
  | ActivityNews
  | { kind: 'listed'; running: RunningActivities }
  | { kind: 'opened'; instance: ActivityInstance }
  | { kind: 'closed' }
  | { kind: 'failed'; sentence: string }
  | { kind: 'layout'; layout: LayoutMode }
  | { kind: 'phone'; isMobile: boolean }
  | { kind: 'turned'; orientation: Orientation };

export function shownInstance(state: WindowActivity): ActivityInstance | null {
  return state.instances.find((one) => one.instance_id === state.shownId) ?? null;
}

export function instanceIn(state: WindowActivity, channelId: string): ActivityInstance | null {
  return state.instances.find((one) => one.channel_id === channelId) ?? null;
}

function withInstance(state: WindowActivity, instance: ActivityInstance, userId: string): WindowActivity {
  const others = state.instances.filter((one) => one.instance_id !== instance.instance_id);
  const instances = instance.participants.length === 0 ? others : [...others, instance];
  const isIn = instance.participants.some((one) => one.id === userId);
  const wasShown = state.shownId === instance.instance_id;
  return { ...state, instances, shownId: wasShown && !isIn ? null : state.shownId };
}

function signalled(
  state: WindowActivity,
  change: Extract<ActivityChange, { kind: 'activity_signal' }>,
): WindowActivity {
  const { signal } = change;
  if (!('event' in signal) || signal.event !== 'THERMAL_STATE_UPDATE') {
    return state;
  }
  const data = signal.data as { thermal_state?: number } | null;
  return { ...state, thermalState: data?.thermal_state ?? 0 };
}

/** The window of `userId` after something happened. */
export function afterChange(state: WindowActivity, change: ActivityChange, userId: string): WindowActivity {
  switch (change.kind) {
    case 'listed':
      return change.running.instances.reduce<WindowActivity>((all, one) => withInstance(all, one, userId), {
        ...state,
        instances: [],
        rules: change.running.rules,
      });
    case 'activity_update':
      return withInstance(state, change.instance, userId);
    case 'activity_rules':
      return { ...state, rules: change.rules };
    case 'activity_signal':
      return signalled(state, change);
    case 'voice_update':
    case 'world_update':
      return state;
    case 'opened':
      return {
        ...withInstance(state, change.instance, userId),
        shownId: change.instance.instance_id,
        layout: Layout.focused,
        trouble: null,
      };
    case 'closed':
      return { ...state, shownId: null };
    case 'failed':
      return { ...state, trouble: change.sentence };
    case 'layout':
      return { ...state, layout: change.layout };
    case 'phone':
      return { ...state, isMobile: change.isMobile };
    case 'turned':
      return { ...state, orientation: change.orientation };
  }
}
