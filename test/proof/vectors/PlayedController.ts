import type { Correlation, MailboxController } from 'rx-mailbox';
import type { Journal } from './Journal';
import type { FlushPlan, Message } from './MockLink';
import type { ScenarioConfig } from './Scenario';

/** What a scenario does to the hardware behind one channel. */
export interface PlayedWire {
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
  txDone(status: number): void;
  spuriousTxDone(status: number): void;
  receive(message: number): void;
  tellRoom(): void;
  tellQuiet(): void;
  acknowledged(token: number): void;
}

/** A controller that scenarios can be played on, and the hardware behind it; everything that the hardware does is in the journal. */
export interface PlayedController extends MailboxController<Message, number, number> {
  /** What the next link answers when it is started. */
  startupRet: number;
  wire(ch: number): PlayedWire;
  /** The link that the channel's last owner was given, which may be stopped by now. */
  link(ch: number): PlayedLink | undefined;
}

export type MakeController = (cfg: ScenarioConfig, correlation: Correlation, journal: Journal, tellsRoom: boolean) => PlayedController;
