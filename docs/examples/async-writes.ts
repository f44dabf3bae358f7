import { Subject } from 'rxjs';
import { Mailbox, type LinkEvent, type MailboxController } from 'rx-mailbox';

// A port whose write is a promise. What becomes of each line is decided here, so that the sample prints the same every time.
class PortError extends Error {
  constructor(
    readonly code: 'EAGAIN' | 'ENOBYTE' | 'EPIPE',
    message: string,
  ) {
    super(message);
  }
}
const fates: Record<string, PortError[]> = {
  'line 2': [new PortError('EAGAIN', 'no room in the buffer')],
  'line 3': [new PortError('ENOBYTE', 'not a byte was written')],
  'line 4': [new PortError('EPIPE', 'broken in the middle')],
};
const port = {
  room$: new Subject<void>(),
  write(line: string): Promise<void> {
    const failure = fates[line]?.shift();
    console.log(`write ${line}`);
    return failure === undefined ? Promise.resolve() : Promise.reject(failure);
  },
};

// #region example
function portLink() {
  const events = new Subject<LinkEvent<never, void>>();
  port.room$.subscribe(() => events.next({ type: 'ready' }));

  // The token is known, so it is said.
  function failed(token: number, error: unknown): LinkEvent<never, void> {
    switch ((error as PortError).code) {
      case 'EAGAIN': // not taken, but there will be room: it waits in front, and goes again after `ready`
        return { type: 'refused', token, error };
      case 'ENOBYTE': // over, and provably nothing was written
        return { type: 'txDone', token, error, delivery: 'not-sent' };
      default: // over, and nobody can tell how much was written
        return { type: 'txDone', token, error, delivery: 'unknown' };
    }
  }

  return {
    events$: events.asObservable(),
    sendData(line: string, token: number): 'accepted' {
      // Not awaited: the message is in flight now, and what becomes of it is an event.
      port.write(line).then(
        () => events.next({ type: 'txDone', token }),
        (error: unknown) => events.next(failed(token, error)),
      );
      return 'accepted';
    },
  };
}
// #endregion example

const controller: MailboxController<string, never, void> = {
  name: 'port',
  channelCount: 1,
  txDone: 'irq',
  correlation: 'tagged',
  open: portLink,
};

// #region use
const channel = new Mailbox(controller).requestChannel(0);
channel.txDone$.subscribe(({ message, error }) => {
  console.log(error ? `${message}: ${error.delivery}, ${error.message}` : `${message}: written`);
});

for (const line of ['line 1', 'line 2', 'line 3', 'line 4']) channel.next(line);
setTimeout(() => port.room$.next(), 10);

// Prints:
// write line 1
// write line 2
// line 1: written
// write line 2
// write line 3
// line 2: written
// write line 4
// line 3: not-sent, not handed over: not a byte was written
// line 4: unknown, the link lost it: broken in the middle
// #endregion use
