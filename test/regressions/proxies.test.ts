import { reactive, isReactive } from '@vue/reactivity';
import { firstValueFrom, of, toArray } from 'rxjs';
import { Mailbox, sendTo, txCancel, txTimeout, type Channel, type TxReceipt } from 'rx-mailbox';
import { createLoopback } from 'rx-mailbox/loopback';
import { ScriptedController } from 'rx-mailbox/testing';

interface Command {
  readonly name: string;
}

/** A channel on a link that remembers what it was handed, and says tx-done at once. */
function open() {
  const handedOver: Command[] = [];
  const controller = new ScriptedController<Command>({
    onSend: (message, token, link) => {
      handedOver.push(message);
      link.txDone({ token });
    },
  });
  const mailbox = new Mailbox(controller);
  return { handedOver, mailbox, controller };
}

const tokensOf = (receipts: readonly TxReceipt<unknown>[]): number[] => receipts.map(({ token }) => token);

// Vue's `reactive` and other libraries put objects into a Proxy. A `#private` field cannot be read through one.
describe('behind a Proxy', () => {
  /** A Proxy that does nothing, as strict as a Proxy can be: `this` inside of the methods is the Proxy. */
  const behindProxy = <T extends object>(target: T): T => new Proxy(target, {});

  it('a mailbox hands out channels', () => {
    const { mailbox } = open();
    const proxied = behindProxy(mailbox);
    expect(proxied.requestChannel(0).closed).toBe(false);
    proxied.close();
    expect(() => proxied.requestChannel(0)).toThrow('is closed');
  });

  it('a channel sends, receives, reports and closes', async () => {
    const { handedOver, mailbox, controller } = open();
    const channel: Channel<Command> = behindProxy(mailbox.requestChannel(0));
    const command = { name: 'home' };
    const received: Command[] = [];
    const reported: unknown[] = [];
    channel.subscribe((message) => received.push(message));
    channel.txDone$.subscribe(({ message }) => reported.push(message));
    channel.next(command);
    await channel.sendAsync(command);
    const receipts = await firstValueFrom(channel.send(command).pipe(txTimeout(100), txCancel(new AbortController().signal), toArray()));
    const reports = await firstValueFrom(of(command).pipe(sendTo(channel)));
    controller.link().received(command);
    expect(handedOver.every((message) => message === command)).toBe(true);
    expect(tokensOf(receipts)).toEqual([3]);
    expect(reports).toMatchObject({ token: 4 });
    expect([received, reported.length]).toEqual([[command], 4]);
    expect([channel.slotsAvailable, channel.peekData()]).toEqual([20, false]);
    channel.close();
    expect(channel.closed).toBe(true);
  });

  it('a transmission sends its message, and stays a transmission behind txTimeout', async () => {
    const { handedOver, mailbox } = open();
    const command = { name: 'home' };
    const transmission = behindProxy(mailbox.requestChannel(0).send(command));
    await firstValueFrom(transmission);
    await firstValueFrom(transmission.pipe(txTimeout({ inFlight: 100 })));
    expect(handedOver[0]).toBe(command);
    expect(handedOver).toHaveLength(2);
  });
});

describe("in Vue's reactive state", () => {
  it('mailboxes, channels and transmissions stay as they are, so messages keep their identity', () => {
    const { handedOver, mailbox } = open();
    const channel = mailbox.requestChannel(0);
    const command = { name: 'home' };
    const state = reactive({ mailbox, channel, transmission: channel.send(command) });
    expect([state.mailbox, state.channel, state.transmission].map((each) => isReactive(each))).toEqual([false, false, false]);
    state.transmission.subscribe();
    state.channel.next(command);
    expect(handedOver[0]).toBe(command);
    expect(handedOver[1]).toBe(command);
  });

  it('a controller can be in it, too', async () => {
    const [near, far] = createLoopback<Command, Command, string>({ ack: ({ name }) => name });
    const state = reactive({ near, far });
    new Mailbox(state.far).requestChannel(0).subscribe();
    expect(await new Mailbox(state.near).requestChannel(0).sendAsync({ name: 'home' })).toMatchObject({ ack: 'home' });
  });
});
