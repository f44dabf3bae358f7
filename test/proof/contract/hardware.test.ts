import { Observable } from 'rxjs';
import type { LinkEvent, MailboxController } from 'rx-mailbox';
import { describeController, type ControllerDevice } from 'rx-mailbox/testing';

// #region controller
/** A chip with a register for one message, and two interrupts. */
interface Chip {
  readonly full: boolean;
  write(message: string): void;
  onTaken: () => void;
  onMessage: (message: string) => void;
}

const ignore = (): void => undefined;

function chipController(chip: Chip): MailboxController<string, string, void> {
  return {
    name: 'chip',
    channelCount: 1,
    txDone: 'irq',
    // The interrupt says that the register is empty again, and no more.
    correlation: 'untagged',
    open: () => ({
      events$: new Observable<LinkEvent<string, void>>((subscriber) => {
        chip.onMessage = (message) => subscriber.next({ type: 'received', message });
        chip.onTaken = () => subscriber.next({ type: 'txDone' });
        if (chip.full) {
          // Still a message of the owner before: its interrupt must not be taken for a tx-done of ours.
          subscriber.next({ type: 'down', reason: new Error('the register is full') });
          chip.onTaken = () => {
            chip.onTaken = () => subscriber.next({ type: 'txDone' });
            subscriber.next({ type: 'up' });
          };
        }
        return () => {
          chip.onTaken = chip.onMessage = ignore;
        };
      }),
      sendData(message) {
        chip.write(message);
        return 'accepted';
      },
    }),
  };
}
// #endregion controller

// #region example
/** The chip as a fake, and its firmware as the suite drives it. */
class FakeChip implements Chip, ControllerDevice<string, string> {
  readonly arrived: string[] = [];
  full = false;
  onTaken = ignore;
  onMessage: (message: string) => void = ignore;

  write(message: string): void {
    if (this.full) throw new Error('overrun');
    this.full = true;
    this.arrived.push(message);
  }

  /** There is only one message that the firmware can take: the latest to arrive. */
  finish(): void {
    this.full = false;
    this.onTaken();
  }

  deliver(message: string): void {
    this.onMessage(message);
  }
}

describeController(
  'chip',
  () => {
    const chip = new FakeChip();
    return {
      controller: chipController(chip),
      device: () => chip,
      message: (n) => `message ${n}`,
      samples: { empty: '', long: 'x'.repeat(1000) },
    };
  },
  // It reports no failures, is never too busy for one message, cannot be unplugged, and receives texts as it sends them.
  { without: ['fail', 'block', 'cut', 'answers', 'tooLarge', 'channels'] },
);
// #endregion example
