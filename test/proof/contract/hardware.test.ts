import { Observable } from 'rxjs';
import type { LinkEvent, MailboxController } from 'rx-mailbox';
import { describeController, type ControllerDevice } from 'rx-mailbox/testing';

// #region controller
// A chip with a register for one message, and two interrupts.
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
    // The interrupt only says that the register is empty again.
    correlation: 'untagged',
    open: () => ({
      events$: new Observable<LinkEvent<string, void>>((subscriber) => {
        chip.onMessage = (message) => subscriber.next({ type: 'received', message });
        chip.onTaken = () => subscriber.next({ type: 'txDone' });
        if (chip.full) {
          // The register holds a message of the previous owner. Its interrupt must not count as a tx-done of ours.
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
// A fake chip, whose firmware the suite drives.
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

  // The register holds one message, so this takes the latest.
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
  // It reports no failures, always has room for the one message in flight, cannot be unplugged, and receives texts just as it sends them.
  { without: ['fail', 'block', 'cut', 'answers', 'tooLarge', 'channels'] },
);
// #endregion example
