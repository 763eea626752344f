/**
 * Discord's side of the frame: answers the SDK's handshake and commands, and tells it what happens.
 *
 * Order of checks for a command, as Discord's client makes them: a nonce (4000), a command it knows (4002), the
 * session or scope (4006), the arguments (4000), and only then what the command does. It is written from the protocol
 * and never imports the SDK, so that one tests the other.
 */

import type { Authentication, ClientAround } from './client_around';
import { HOST_COMMANDS, HOST_EVENTS, type HostCommand, type Need, participantsOf } from './rpc_commands';
import {
  CloseCode,
  CommandRefused,
  closeOf,
  dispatchOf,
  ErrorCode,
  type HostMessage,
  hostMessageFrom,
  Opcode,
  type Payload,
  readyOf,
  refusalOf,
  replyTo,
} from './wire';

const MOST_HANDSHAKES_A_MINUTE = 60;
const MINUTE_MS = 60_000;

interface Subscription {
  event: string;
  args: string;
}

export class RpcHost {
  private session: Authentication | null = null;
  private subscriptions: Subscription[] = [];
  private handshakes: number[] = [];
  private ready = false;

  constructor(
    private readonly client: ClientAround,
    private readonly frameId: string,
    private readonly post: (message: HostMessage) => void,
    private readonly now: () => number = Date.now,
  ) {}

  /** One message of the frame. */
  async receive(data: unknown): Promise<void> {
    const message = hostMessageFrom(data);
    if (message?.opcode === Opcode.handshake) {
      this.shakeHands(message.payload);
    } else if (message?.opcode === Opcode.frame && this.ready) {
      await this.command(message.payload);
    } else if (message?.opcode === Opcode.close) {
      this.farewell(message.payload);
    }
  }

  /** Tells the frame that something happened, if it asked to be told. */
  dispatch(event: string, data: unknown): void {
    if (this.subscriptions.some((one) => one.event === event)) {
      this.post(dispatchOf(event, data));
    }
  }

  participantsChanged(): void {
    this.dispatch('ACTIVITY_INSTANCE_PARTICIPANTS_UPDATE', participantsOf(this.client));
  }

  layoutChanged(): void {
    this.dispatch('ACTIVITY_LAYOUT_MODE_UPDATE', this.stateOf('ACTIVITY_LAYOUT_MODE_UPDATE'));
  }

  orientationChanged(): void {
    this.dispatch('ORIENTATION_UPDATE', this.stateOf('ORIENTATION_UPDATE'));
  }

  thermalStateChanged(): void {
    this.dispatch('THERMAL_STATE_UPDATE', this.stateOf('THERMAL_STATE_UPDATE'));
  }

  /** Ends the conversation from our side. */
  close(code: number, message: string): void {
    this.post(closeOf(code, message));
    this.forget();
  }

  private forget(): void {
    this.session = null;
    this.subscriptions = [];
    this.ready = false;
  }

  private shakeHands(payload: Payload): void {
    const since = this.now() - MINUTE_MS;
    this.handshakes = [...this.handshakes.filter((at) => at > since), this.now()];
    if (this.handshakes.length > MOST_HANDSHAKES_A_MINUTE) {
      this.close(CloseCode.rateLimited, 'Rate limited');
    } else if (payload.v !== 1) {
      this.close(CloseCode.invalidVersion, 'Invalid Version');
    } else if (payload.encoding !== 'json') {
      this.close(CloseCode.invalidEncoding, 'Invalid Encoding');
    } else if (payload.client_id !== this.client.applicationId) {
      this.close(CloseCode.invalidClientId, 'Invalid Client ID');
    } else if (payload.frame_id === this.frameId && !this.client.rules().silent.includes('HANDSHAKE')) {
      this.forget();
      this.ready = true;
      this.post(readyOf());
    }
  }

  private farewell(payload: Payload): void {
    const code = typeof payload.code === 'number' ? payload.code : CloseCode.normal;
    const message = typeof payload.message === 'string' ? payload.message : '';
    this.forget();
    this.client.closed(code, message);
  }

  private async command(payload: Payload): Promise<void> {
    const cmd = String(payload.cmd);
    if (this.client.rules().silent.includes(cmd)) {
      return;
    }
    if (typeof payload.nonce !== 'string' || payload.nonce === '') {
      this.post(refusalOf(cmd, null, ErrorCode.invalidPayload, 'Payload requires a nonce'));
      return;
    }
    try {
      this.post(replyTo(cmd, payload.nonce, await this.answer(cmd, payload)));
      this.tellNow(cmd, payload);
    } catch (error) {
      const refusal =
        error instanceof CommandRefused ? error : new CommandRefused(ErrorCode.unknown, 'Unknown Error');
      this.post(refusalOf(cmd, payload.nonce, refusal.code, refusal.message));
    }
  }

  private async answer(cmd: string, payload: Payload): Promise<unknown> {
    const { errors } = this.client.rules();
    const ordered = Object.hasOwn(errors, cmd) ? errors[cmd] : undefined;
    if (ordered !== undefined) {
      throw new CommandRefused(ordered.code, ordered.message);
    }
    const args = (payload.args ?? {}) as Payload;
    if (cmd === 'SUBSCRIBE' || cmd === 'UNSUBSCRIBE') {
      return this.subscribe(cmd, String(payload.evt), args);
    }
    const command = commandNamed(cmd);
    this.demand(command.needs);
    const data = await command.run(this.client, args);
    if (cmd === 'AUTHENTICATE') {
      this.session = data as Authentication;
    }
    return data;
  }

  private demand(need: Need): void {
    const scopes = this.session?.scopes;
    if (need !== null && (scopes === undefined || (need !== 'session' && !scopes.includes(need)))) {
      throw new CommandRefused(ErrorCode.invalidPermissions, 'Not authenticated or invalid scope');
    }
  }

  private subscribe(cmd: string, event: string, args: Payload): object {
    const need = Object.hasOwn(HOST_EVENTS, event) ? HOST_EVENTS[event] : undefined;
    if (need === undefined) {
      throw new CommandRefused(ErrorCode.invalidEvent, `Invalid event: ${event}`);
    }
    this.demand(need);
    const wanted = { event, args: JSON.stringify(args) };
    const others = this.subscriptions.filter((one) => one.event !== event || one.args !== wanted.args);
    this.subscriptions = cmd === 'SUBSCRIBE' ? [...others, wanted] : others;
    return { evt: event };
  }

  /** Orientation and thermal state are told once, right after one subscribes (Discord docs: SDK events). */
  private tellNow(cmd: string, payload: Payload): void {
    if (cmd === 'SUBSCRIBE' && payload.evt !== 'ACTIVITY_LAYOUT_MODE_UPDATE') {
      const state = this.stateOf(String(payload.evt));
      if (state !== null) {
        this.dispatch(String(payload.evt), state);
      }
    }
  }

  private stateOf(event: string): object | null {
    switch (event) {
      case 'ACTIVITY_LAYOUT_MODE_UPDATE':
        return { layout_mode: this.client.layout() };
      case 'ORIENTATION_UPDATE': {
        const orientation = this.client.orientation();
        return { screen_orientation: orientation === 'portrait' ? 0 : 1, orientation };
      }
      case 'THERMAL_STATE_UPDATE':
        return { thermal_state: this.client.thermalState() };
      default:
        return null;
    }
  }
}

function commandNamed(cmd: string): HostCommand {
  const command = Object.hasOwn(HOST_COMMANDS, cmd) ? HOST_COMMANDS[cmd] : undefined;
  if (command === undefined) {
    throw new CommandRefused(ErrorCode.invalidCommand, `Invalid command: ${cmd}`);
  }
  return command;
}
