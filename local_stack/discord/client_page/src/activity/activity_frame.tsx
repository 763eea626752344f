/** The frame, and the host behind it. It must stay where it is in the document: moving a frame reloads it. */

import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { ActivityInstance, Signal } from '../api/activities';
import type { ClientAround, LayoutMode, Orientation, Participant } from './client_around';
import { FRAME_ATTRIBUTES, frameAddress } from './frame_address';
import { RpcHost } from './rpc_host';
import { Opcode } from './wire';

interface ActivityFrameProps {
  origin: string;
  instance: ActivityInstance;
  isMobile: boolean;
  colourScheme: string;
  client: ClientAround;
  layout: LayoutMode;
  orientation: Orientation;
  thermalState: number;
  onSignal(listener: (signal: Signal) => void): () => void;
}

/** Tells the host about a change, but not about what there was from the start. */
function useChange(value: unknown, tell: () => void): void {
  const before = useRef(value);
  useEffect(() => {
    if (before.current !== value) {
      before.current = value;
      tell();
    }
  });
}

function idsOf(participants: Participant[]): string {
  return participants.map((one) => one.id).join(' ');
}

export function ActivityFrame(props: ActivityFrameProps) {
  const { origin, instance, isMobile, colourScheme, client, onSignal } = props;
  const frame = useRef<HTMLIFrameElement>(null);
  const frameId = useMemo(() => crypto.randomUUID(), []);
  // Built once: a later address would navigate the frame, which kills the SDK inside.
  const address = useMemo(() => frameAddress(origin, instance, frameId, isMobile), []);
  const host = useMemo(
    () =>
      new RpcHost(client, frameId, (message) => frame.current?.contentWindow?.postMessage(message, origin)),
    [],
  );

  useEffect(() => {
    function receive(event: MessageEvent<unknown>) {
      if (event.source === frame.current?.contentWindow && event.origin === origin) {
        void host.receive(event.data);
      }
    }
    window.addEventListener('message', receive);
    const stop = onSignal((signal) => {
      if ('close' in signal) {
        host.close(signal.close.code, signal.close.message ?? '');
      } else if (signal.event !== 'THERMAL_STATE_UPDATE') {
        host.dispatch(signal.event, signal.data);
      }
    });
    return () => {
      window.removeEventListener('message', receive);
      stop();
    };
  }, [host, origin, onSignal]);

  useChange(idsOf(instance.participants), () => host.participantsChanged());
  useChange(props.layout, () => host.layoutChanged());
  useChange(props.orientation, () => host.orientationChanged());
  useChange(props.thermalState, () => host.thermalStateChanged());

  function greet() {
    const query = Object.fromEntries(new URL(address).searchParams);
    frame.current?.contentWindow?.postMessage([Opcode.hello, query], origin);
  }

  return (
    <iframe
      ref={frame}
      class="activity-iframe"
      title="Activity"
      src={address}
      {...FRAME_ATTRIBUTES}
      style={{ colorScheme: colourScheme }}
      onLoad={greet}
    />
  );
}
