import type { Correlation, MailboxController } from 'rx-mailbox';
import type { Recorder } from './Recorder';
import type { FlushPlan, Message } from './MockLink';
import type { ScenarioConfig } from './Scenario';

/** What a scenario does to the hardware behind one channel. */
export interface PlayedHardware {
  readonly received: { push(message: number): unknown };
  refuse(errno: number): void;
  refuseOnce(errno: number): void;
  setRegister(done: boolean): void;
  /** Ends the oldest message, whosever it is. */
  end(status: number): { readonly token: number; readonly link: unknown } | undefined;
  drop(): void;
}

/** What a scenario does to a channel by way of its link. */
export interface PlayedLink {
  flushPlan: FlushPlan | undefined;
  readonly duplicate: number | undefined;
  hardwareDone(status: number): void;
  spuriousTxDone(status: number): void;
  receive(message: number): void;
  tellRoom(): void;
  tellQuiet(): void;
  acknowledged(token: number): void;
}

/** A controller that scenarios can be played on, and the hardware behind it; everything that the hardware does is in the recording. */
export interface PlayedController extends MailboxController<Message, number, number> {
  /** What the next link answers when it is started. */
  startupRet: number;
  hardwareOf(ch: number): PlayedHardware;
  /** The link that the channel's last owner was given, which may be stopped by now. */
  link(ch: number): PlayedLink | undefined;
}

export type MakeController = (cfg: ScenarioConfig, correlation: Correlation, recorder: Recorder, tellsRoom: boolean) => PlayedController;
