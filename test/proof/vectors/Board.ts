import type { Correlation, MailboxLink, TxDoneMethod } from 'rx-mailbox';
import type { Message } from './MockLink';
import type { PlayedController, PlayedHardware, PlayedLink } from './PlayedController';
import type { ScenarioConfig } from './Scenario';

/** What the controllers that scenarios are played on have in common: hardware for each channel, and a link for each owner. */
export abstract class Board<
  H extends PlayedHardware,
  L extends PlayedLink & MailboxLink<Message, number, number>,
> implements PlayedController {
  readonly name: string = 'board';
  readonly channelCount: number;
  abstract readonly txDone: TxDoneMethod;
  abstract readonly correlation: Correlation;
  /** Only the mock answers anything else than 0. */
  startupRet = 0;
  protected abstract readonly hardware: readonly H[];
  private readonly links = new Map<number, L>();

  constructor({ chans }: ScenarioConfig) {
    this.channelCount = chans;
  }

  protected abstract connect(index: number): L;

  translate(which: number | string): number {
    return typeof which === 'number' ? which : Number(/^ch(\d+)$/.exec(which)?.[1]);
  }

  open(index: number): MailboxLink<Message, number, number> {
    const link = this.connect(index);
    this.links.set(index, link);
    return link;
  }

  hardwareOf(ch: number): H {
    const hardware = this.hardware[ch];
    if (!hardware) throw new RangeError(`channel ${ch}; expected 0 to ${this.channelCount - 1}`);
    return hardware;
  }

  link(ch: number): L | undefined {
    return this.links.get(ch);
  }
}
