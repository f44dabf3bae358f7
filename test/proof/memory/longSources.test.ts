import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { from, Observable, type Subscription } from 'rxjs';
import { Mailbox, sendTo } from 'rx-mailbox';
import { NullLink } from '../../support/NullLink';
import { open } from '../../support/open';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;

/** How many are collected, once the turns are over that may still know them. */
async function forgotten(references: readonly WeakRef<object>[]): Promise<number> {
  const count = (): number => references.filter((reference) => reference.deref() === undefined).length;
  for (let turn = 0; turn < 10 && count() < references.length; turn++) {
    await new Promise(setImmediate);
    gc();
  }
  return count();
}

const objects = (count: number): object[] => Array.from({ length: count }, (_each, id) => ({ id }));

describe('sendTo of 10,000 messages that are there at once', () => {
  it('unsubscribed, keeps none of them, also where its subscription is kept', async () => {
    const kept: Subscription[] = [];
    // The first sender that leaves unheard makes the error that all of them share.
    open().channel.send('first').subscribe().unsubscribe();
    const send = (): WeakRef<object>[] => {
      const { channel, link } = open({ window: 10 });
      const messages = objects(10_000);
      kept.push(
        from(messages as never[])
          .pipe(sendTo(channel))
          .subscribe(),
      );
      kept[0]!.unsubscribe();
      link.sent.length = link.outstanding.length = 0;
      return messages.map((message) => new WeakRef(message));
    };
    expect(await forgotten(send())).toBe(10_000);
    expect(kept[0]!.closed).toBe(true);
  });

  it('keeps none that has been reported, while the source goes on', async () => {
    const link = new NullLink({ window: 10 });
    const channel = new Mailbox(link).requestChannel(0);
    const messages = objects(10_000);
    const references = messages.map((message) => new WeakRef(message));
    const source$ = new Observable<number>((subscriber) => {
      for (let message = messages.pop(); message !== undefined; message = messages.pop()) subscriber.next(message as never);
    });
    const sending = source$.pipe(sendTo(channel)).subscribe();
    link.doneAll();
    // The last of them may stand in a field until the next one comes.
    expect(await forgotten(references)).toBeGreaterThan(9_990);
    sending.unsubscribe();
  });
});

describe('a window of 10,000', () => {
  it('keeps no message that was taken, whatever the order', async () => {
    const { channel, link } = open({ window: 10_000 });
    const send = (): WeakRef<object>[] => {
      const messages = objects(10_000);
      for (const message of messages) channel.next(message as never);
      // A step that has no divisor in common with the window.
      for (let i = 0; i < 10_000; i++) link.emit({ type: 'txDone', token: ((i * 7919) % 10_000) + 1 });
      link.sent.length = link.outstanding.length = 0;
      return messages.map((message) => new WeakRef(message));
    };
    expect(await forgotten(send())).toBe(10_000);
    expect(channel.slotsAvailable).toBe(20);
  });
});
