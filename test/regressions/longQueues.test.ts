import { map, mergeMap, range, tap } from 'rxjs';
import { Mailbox, sendTo } from 'rx-mailbox';
import { movedElements } from '../support/movedElements';
import { NullLink } from '../support/NullLink';
import { open } from '../support/open';

// Bugs in which a queue took the longer for each message, the more were waiting. Each test is named after a public report of it.
// They count the work rather than the time, so that they say the same on every machine.

const MANY = 400_000;

function setUp(txQueueLength: number) {
  const link = new NullLink({});
  return { link, channel: new Mailbox(link).requestChannel(0, { txQueueLength }) };
}

describe('a source emits everything before the first message is taken', () => {
  it('slikts/queueable#10: sendTo moves what waits at most twice, where shift() would move all of it for each message', () => {
    const { channel, link } = setUp(20);
    let reports = 0;
    const moved = movedElements(() => {
      range(0, MANY)
        .pipe(sendTo(channel))
        .subscribe(() => reports++);
      while (reports < MANY) link.doneAll();
    });
    expect(reports).toBe(MANY);
    expect(moved).toBeLessThanOrEqual(2 * MANY);
  });

  it('slikts/queueable#10: mergeMap, which sendTo replaces, does move all of it', () => {
    const count = 2000;
    const { channel, link } = setUp(20);
    let sent = 0;
    const moved = movedElements(() => {
      range(0, count)
        .pipe(
          mergeMap((message) => channel.send(message), 1),
          tap(() => sent++),
        )
        .subscribe();
      while (sent < count) link.doneAll();
    });
    expect(moved).toBeGreaterThan((count * count) / 4);
  });

  it('microsoft/TypeScript#49623: the same of the queue of a channel itself', () => {
    const { channel, link } = setUp(MANY);
    let done = 0;
    const observer = { complete: () => done++ };
    const moved = movedElements(() => {
      for (let message = 0; message < MANY; message++) channel.send(message).subscribe(observer);
      while (done < MANY) link.doneAll();
    });
    expect(moved).toBeLessThanOrEqual(2 * MANY);
  });
});

describe('very many messages end at once, one after the other', () => {
  it('ReactiveX/rxjs#3609: 100,000 that wait for a place and then fail in a row do not overflow the stack of sendTo', () => {
    const { channel, link } = open({}, { txQueueLength: 0 });
    const seen = { failed: 0, other: 0 };
    channel.next('theirs');
    range(0, 100_000)
      .pipe(
        map((i) => `${i}`),
        sendTo(channel, 64),
      )
      .subscribe(({ error }) => seen[error?.code === 'EIO' ? 'failed' : 'other']++);
    expect(seen).toEqual({ failed: 0, other: 0 });
    link.throwOnSend('bad frame', 100_000);
    link.txDoneOldest();
    expect(seen).toEqual({ failed: 100_000, other: 0 });
  });

  it('ReactiveX/rxjs#3609: nor do 100,000 that waited when the channel closed', () => {
    const { channel } = open();
    const seen = { closed: 0, other: 0 };
    let completed = false;
    range(0, 100_000)
      .pipe(
        map((i) => `${i}`),
        sendTo(channel),
      )
      .subscribe({
        next: ({ error }) => seen[error?.code === 'ESHUTDOWN' ? 'closed' : 'other']++,
        complete: () => (completed = true),
      });
    channel.close();
    expect([seen, completed]).toEqual([{ closed: 100_000, other: 0 }, true]);
  });
});
