import { Subject } from 'rxjs';
import { sendTo } from 'rx-mailbox';
import { handmade, type Handmade } from '../../support/handmade';

/** A source that is sent to a channel, and what is to be seen of it. */
function sending(options: Handmade = {}, concurrency?: number) {
  const source = new Subject<string>();
  const at = handmade(options);
  return { ...at, source, reports$: source.pipe(sendTo(at.channel, concurrency)) };
}

describe('sendTo', () => {
  it('completes after its last report, not inside it', () => {
    const { done, reports$, source } = sending();
    const lines: string[] = [];
    reports$.subscribe({
      next: ({ message }) => {
        lines.push(`report ${message}`);
        source.complete();
        lines.push('report has returned');
      },
      complete: () => lines.push('complete'),
    });
    source.next('A');
    done(1);
    expect(lines).toEqual(['report A', 'report has returned', 'complete']);
  });

  it('reports one message after the other, also where the next one is refused at once', () => {
    const { channel, done, reports$, source } = sending({ options: { txQueueLength: 0 } });
    const lines: string[] = [];
    reports$.subscribe(({ message, error }) => {
      lines.push(`report ${message} ${error?.code ?? 'ok'}`);
      if (message === 'A') {
        channel.close();
        source.next('B');
      }
      lines.push(`${message} has returned`);
    });
    source.next('A');
    done(1);
    expect(lines).toEqual(['report A ok', 'A has returned', 'report B ESHUTDOWN', 'B has returned']);
  });

  it('sends what comes from inside a report after that report', () => {
    const { done, reports$, sent, source } = sending();
    let sentMeanwhile: readonly string[] = [];
    reports$.subscribe(({ message }) => {
      if (message === 'A') source.next('B');
      sentMeanwhile = [...sent];
    });
    source.next('A');
    done(1);
    expect([sentMeanwhile, sent]).toEqual([['A'], ['A', 'B']]);
  });

  it.each<[string, (act: () => void) => Handmade]>([
    [
      'sendData',
      (act) => ({
        link: {
          sendData: (message) => {
            if (message === 'A') act();
            return 'accepted';
          },
        },
      }),
    ],
    [
      'txPrepare',
      (act) => ({
        options: {
          txPrepare: (message) => {
            if (message === 'A') act();
          },
        },
      }),
    ],
  ])('keeps the order in which messages come from inside %s', (_where, options) => {
    const act = (): void => {
      at.source.next('B');
      at.channel.next('X');
    };
    const made = options(act);
    const at = sending({ ...made, controller: { window: 3 } }, 2);
    const messages: string[] = [];
    at.channel.txDone$.subscribe(({ message }) => messages.push(message));
    at.reports$.subscribe();
    at.source.next('A');
    for (const token of [1, 2, 3]) at.done(token);
    expect(messages).toEqual(['A', 'B', 'X']);
  });
});
