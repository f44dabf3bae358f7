import { Mailbox, type Channel } from 'rx-mailbox';
import type { HspWords } from 'rx-mailbox/tegra-hsp';
import { HspBench, outcome } from '../../support/devices/HspBench';

type Everything = Channel<number | HspWords | undefined, number | Uint32Array | undefined>;

/** One mailbox for everything in a block. */
function bench(): { hsp: HspBench; request: (which: string) => Everything } {
  const hsp = new HspBench({ model: { receives: { 0: 32, 2: 128 } } });
  const mailbox = new Mailbox(hsp.hsp.channels, { scheduler: hsp.scheduler });
  return { hsp, request: (which) => mailbox.requestChannel(which) as Everything };
}

describe('one controller for mailboxes and doorbells', () => {
  it('learns of a tx-done by interrupt on mailboxes, and from the application on doorbells', () => {
    const { hsp, request } = bench();
    const [mailbox, doorbell] = [request('sm:0:tx'), request('db:bpmp')];
    const sent = [outcome(mailbox.send(1)), outcome(doorbell.send(undefined))];
    hsp.run();
    expect(sent.map(({ outcomes }) => outcomes)).toEqual([['ok'], []]);
    doorbell.acknowledge();
    expect(sent.map(({ outcomes }) => outcomes)).toEqual([['ok'], ['ok']]);
    expect(() => mailbox.acknowledge()).toThrow("whose tx-done method is 'irq'");
  });

  it('sends 32 and 128 bits', () => {
    const { hsp, request } = bench();
    const sent = [outcome(request('sm:0:tx').send(7)), outcome(request('sm:2:tx:128').send([1, 2, 3, 4]))];
    hsp.run();
    expect(sent.map(({ outcomes }) => outcomes)).toEqual([['ok'], ['ok']]);
  });

  it('receives from mailboxes and doorbells', () => {
    const { hsp, request } = bench();
    const messages: unknown[] = [];
    for (const which of ['sm:1:rx', 'db:bpmp']) request(which).subscribe((message) => messages.push(message));
    hsp.run();
    hsp.model.send(1, 9);
    hsp.run();
    hsp.model.ring();
    hsp.run();
    expect(messages).toEqual([9, undefined]);
  });

  it.each<[number | string, string]>([
    [3, 'which is 3; expected a name, or two cells'],
    ['sm:99:tx', `the mailbox of 'sm:99:tx' is 99; expected an integer from 0 to`],
    ['db:spe', "which is 'db:spe'; expected one of the doorbells"],
    ['uart', `which is "uart"; expected 'sm:<mailbox>:tx'`],
  ])('refuses %p', (which, text) => {
    const { hsp } = bench();
    expect(() => new Mailbox(hsp.hsp.channels).requestChannel(which)).toThrow(text);
  });

  it('shares its channels with the controllers of the parts: each end has one owner', () => {
    const { hsp, request } = bench();
    request('sm:0:tx');
    expect(() => hsp.request('sm:0:tx')).toThrow('has an owner');
  });
});
