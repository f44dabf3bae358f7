import { Observable, Subject, VirtualTimeScheduler } from 'rxjs';
import { handmade } from '../support/handmade';
import { unhandledErrors } from '../support/unhandled';

describe("a link's flush (semantics 12)", () => {
  it('that goes on while it is subscribed stops when the channel closes', () => {
    let steps = 0;
    const { channel, link } = handmade();
    link.flush = () =>
      new Observable((subscriber) => {
        while (!subscriber.closed && steps < 10) if (++steps === 3) channel.close();
        subscriber.complete();
      });
    const codes: string[] = [];
    channel.flush(10).subscribe({ error: ({ code }: { code: string }) => codes.push(code) });
    expect([steps, codes]).toEqual([3, ['ESHUTDOWN']]);
  });

  it('is not subscribed where its call has closed the channel', () => {
    let subscribed = false;
    const { channel, link } = handmade();
    link.flush = () => {
      channel.close();
      return new Observable(() => {
        subscribed = true;
      });
    };
    channel.flush(10).subscribe({ error: () => undefined });
    expect(subscribed).toBe(false);
  });

  it('is let go of before the flush of the channel completes', () => {
    const lines: string[] = [];
    const flushed = new Subject<void>();
    const { channel, link } = handmade();
    link.flush = () =>
      new Observable((subscriber) => {
        subscriber.add(flushed.subscribe(subscriber));
        return () => lines.push('teardown');
      });
    channel.flush(10).subscribe({ complete: () => lines.push('complete') });
    flushed.complete();
    expect(lines).toEqual(['teardown', 'complete']);
  });

  it('is let go of first, also where it comes to an end at once', () => {
    const lines: string[] = [];
    const { channel, link } = handmade();
    link.flush = () =>
      new Observable((subscriber) => {
        subscriber.complete();
        return () => lines.push('teardown');
      });
    channel.flush(10).subscribe({ complete: () => lines.push('complete') });
    expect(lines).toEqual(['teardown', 'complete']);
  });

  it('whose teardown throws does not keep its limit from the one who waits', () => {
    const scheduler = new VirtualTimeScheduler();
    const { channel, link } = handmade({ scheduler });
    link.flush = () =>
      new Observable(() => () => {
        throw new Error('oops');
      });
    const codes: string[] = [];
    const errors = unhandledErrors(() => {
      channel.flush(10).subscribe({ error: ({ code }: { code: string }) => codes.push(code) });
      scheduler.flush();
    });
    expect([codes, errors.length]).toEqual([['ETIME'], 1]);
  });
});
