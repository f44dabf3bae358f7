import type { Observable } from 'rxjs';
import type { MailboxError } from 'rx-mailbox';
import { vcpMessage } from 'rx-mailbox/mtk-vcp';
import { mailboxTest } from 'rx-mailbox/testing';
import { HspBench } from '../../../support/devices/HspBench';
import { VcpBench } from '../../../support/devices/VcpBench';
import { thrown } from '../../../support/errorOf';

/** The outcome of a message. */
function outcome(message$: Observable<unknown>): string[] {
  const outcomes: string[] = [];
  message$.subscribe({
    error: ({ code, delivery }: MailboxError) => outcomes.push(`${code} ${delivery}`),
    complete: () => outcomes.push('taken'),
  });
  return outcomes;
}

/** The bytes as little-endian words, padded with zeros. */
function toWords(bytes: Uint8Array, count: number): Uint32Array {
  if (bytes.length > 4 * count) throw new RangeError(`the message has ${bytes.length} bytes; expected at most ${4 * count}`);
  const padded = new Uint8Array(4 * count);
  padded.set(bytes);
  return new Uint32Array(padded.buffer);
}

const toBytes = (words: Uint32Array): Uint8Array => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);

describe('mailboxTest with the HSP', () => {
  it('sends 16 bytes through mailboxes of 128 bits', () => {
    const bench = new HspBench({
      model: { receives: { 2: 128 }, answer: ({ message }) => ({ mailbox: 3, message: (message as Uint32Array).slice().reverse() }) },
    });
    const test = mailboxTest(bench.mailbox128.requestChannel('sm:2:tx:128'), {
      rx: bench.mailbox128.requestChannel('sm:3:rx:128'),
      encode: (bytes) => toWords(bytes, 4),
      decode: toBytes,
    });
    const outcomes = outcome(test.message('four by four'));
    bench.run();
    expect(outcomes).toEqual(['taken']);
    expect(test.readNow()).toBe('00 00 00 00 66 6f 75 72 20 62 79 20 66 6f 75 72  ....four by four');
    expect(thrown(() => test.message('that is far too long'))).toEqual(new RangeError('the message has 20 bytes; expected at most 16'));
  });

  it('sends a word as a signal, with the message in memory', () => {
    const [toDevice, toUs] = [new Uint8Array(128), new Uint8Array(128)];
    const bench = new HspBench({
      model: {
        answer({ mailbox, message }) {
          toUs.set(toDevice.slice().reverse());
          return { mailbox: mailbox + 1, message };
        },
      },
    });
    const test = mailboxTest((options) => bench.request('sm:0:tx', options), {
      rx: bench.request('sm:1:rx'),
      area: { tx: toDevice, rx: toUs },
      encode: (bytes) => toWords(bytes, 1)[0]!,
    });
    test.signal('go!');
    const outcomes = outcome(test.message('in memory'));
    bench.run();
    expect(outcomes).toEqual(['taken']);
    expect(bench.messages).toEqual([0x21_6f_67]);
    expect(test.readNow()?.split('\n').at(-1)).toBe('00 00 00 00 00 00 00 79 72 6f 6d 65 6d 20 6e 69  .......yromem ni');
  });

  it('reports the error of the controller for a word that is too wide', () => {
    const bench = new HspBench();
    const test = mailboxTest(bench.request('sm:0:tx'), { rx: null, encode: (bytes) => toWords(bytes, 1)[0]! });
    const outcomes = outcome(test.message(Uint8Array.of(0, 0, 0, 0x80)));
    expect(outcomes).toEqual(['EIO not-sent']);
    expect(test.readNow()).toBe('<nothing can be received>');
  });

  it('rings a doorbell, whose answer is the tx-done', () => {
    const memory = new Uint8Array(128);
    const bench = new HspBench();
    bench.model.rung$.subscribe(() => {
      memory.set(memory.map((byte) => byte ^ 0x20));
      bench.model.ring();
    });
    const test = mailboxTest((options) => bench.doorbells.requestChannel('db:bpmp', options), {
      area: { tx: memory, rx: memory.subarray(0, 4) },
      encode: () => undefined,
      acknowledge: true,
    });
    const outcomes = outcome(test.message('DING'));
    bench.run();
    expect(outcomes).toEqual(['taken']);
    expect(test.readNow()).toBe('64 69 6e 67                                      ding');
  });

  it('sends by a doorbell and receives words', () => {
    const bench = new HspBench();
    bench.model.rung$.subscribe((master) => bench.model.send(1, master));
    const channel = bench.doorbells.requestChannel('db:bpmp');
    const rx = bench.request('sm:1:rx');
    const test = mailboxTest(channel, { rx, encode: () => undefined, decode: (word) => toBytes(Uint32Array.of(word)), acknowledge: true });
    const outcomes = outcome(test.message(''));
    bench.run();
    expect(outcomes).toEqual(['taken']);
    expect(test.readNow()).toBe('11 00 00 00                                      ....');
  });

  it('times out if nobody reads, as does the next message', () => {
    const bench = new HspBench({ model: { stuck: 1 } });
    const test = mailboxTest(bench.request('sm:0:tx'), { encode: (bytes) => toWords(bytes, 1)[0]!, rx: null });
    const [first, second] = ['A', 'B'].map((message) => outcome(test.message(message)));
    bench.run(500);
    expect([first, second]).toEqual([['ETIME unknown'], []]);
    bench.run(500);
    expect(second).toEqual(['ETIME not-sent']);
  });
});

describe('mailboxTest with the VCP', () => {
  // The first byte of the signal is the pin.
  const encode = (data: Uint8Array, signal: Uint8Array = Uint8Array.of(0)) =>
    vcpMessage({ pin: signal[0]!, offset: 0, data: toWords(data, Math.ceil(data.length / 4)) });

  it('sends on the pin that the signal names', () => {
    const pins = Array.from({ length: 32 }, (_, pin) => ({ pin, offset: 0, size: 128 }));
    const receive = pins.map(({ pin }) => ({ pin, offset: 128, size: 16 }));
    const answer = ({ data }: { data: Uint8Array }) => ({ pin: 9, data: data.slice(0, 16).reverse() });
    const bench = new VcpBench({ receive }, { transmit: pins, receive, answer, latency: 3 });
    const test = mailboxTest(bench.open(), { encode, decode: ({ pin, data }) => Uint8Array.of(pin, ...data) });
    test.signal(Uint8Array.of(31));
    const outcomes = outcome(test.message('to the very last'));
    bench.advance(10);
    expect(outcomes).toEqual(['taken']);
    expect(bench.arrived.map(({ pin }) => pin)).toEqual([31]);
    expect(test.readNow()?.split('\n')).toEqual([
      '09 74 73 61 6c 20 79 72 65 76 20 65 68 74 20 6f  .tsal yrev eht o',
      '74                                               t',
    ]);
  });

  it('rejects a pin that does not exist', () => {
    const test = mailboxTest(new VcpBench().open(), { encode, rx: null });
    test.signal(Uint8Array.of(32));
    expect(thrown(() => test.message('A'))).toEqual(new RangeError('pin is 32; expected an integer from 0 to 31'));
  });
});
