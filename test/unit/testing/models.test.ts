import type { HspBehaviour } from 'rx-mailbox/testing';
import { hspBench, vcpBench } from './ModelBench';

describe.each([
  ['HspModel', hspBench],
  ['VcpModel', vcpBench],
])('a model of another processor: %s', (_name, start) => {
  it('reads a message and clears its place', () => {
    const bench = start();
    bench.send(0, 30);
    bench.advance();
    expect([bench.received(), bench.isFull(0)]).toEqual([[[0, 30]], false]);
  });

  it('reads after the latency, and clears after lateClear', () => {
    const bench = start({ latency: 5, lateClear: 7 });
    bench.send(0, 1);
    bench.advance(4);
    expect(bench.received()).toEqual([]);
    bench.advance(1);
    expect([bench.received(), bench.isFull(0)]).toEqual([[[0, 1]], true]);
    bench.advance(6);
    expect(bench.isFull(0)).toBe(true);
    bench.advance(1);
    expect(bench.isFull(0)).toBe(false);
    bench.model.set({ latency: 0, lateClear: 0 });
    bench.send(0, 2);
    bench.advance();
    expect([bench.received().length, bench.isFull(0)]).toEqual([2, false]);
  });

  it('answers when it has read a message, or early', () => {
    const bench = start({ latency: 5, lateClear: 5, answers: true });
    bench.send(0, 1);
    bench.advance(4);
    expect(bench.replied()).toBeUndefined();
    bench.advance(1);
    expect([bench.replied(), bench.isFull(0)]).toEqual([1, true]);
    bench.advance(5);
    expect([bench.replied(), bench.isFull(0)]).toEqual([1, false]);
    bench.acknowledgeReply();
    bench.model.set({ answersEarly: true });
    bench.send(0, 3);
    bench.advance();
    expect([bench.replied(), bench.received().length]).toEqual([3, 1]);
    // An answer waits until the one before it has been acknowledged.
    bench.advance(20);
    bench.send(1, 4);
    bench.advance(20);
    expect([bench.replied(), bench.received().length]).toEqual([3, 3]);
    bench.acknowledgeReply();
    bench.advance();
    expect(bench.replied()).toBe(4);
    // Each message has one answer.
    bench.acknowledgeReply();
    bench.advance();
    expect(bench.replied()).toBeUndefined();
  });

  it('does not read a stuck place until it is no longer stuck', () => {
    const bench = start();
    bench.model.set({ stuck: bench.stuckAt(0, 1) });
    for (const place of [0, 1, 2]) bench.send(place, place + 1);
    bench.advance(50);
    expect([bench.received(), bench.isFull(0)]).toEqual([[[2, 3]], true]);
    bench.model.set({ stuck: bench.stuckAt(1) });
    bench.advance();
    expect(bench.received().slice(1)).toEqual([[0, 1]]);
    expect([bench.isFull(0), bench.isFull(1)]).toEqual([false, true]);
  });

  it('clears a held message when take() is called, and only once', () => {
    const bench = start({ holds: true });
    bench.send(0, 1);
    bench.advance(100);
    expect(bench.isFull(0)).toBe(true);
    bench.take(0);
    bench.take(0);
    expect(bench.isFull(0)).toBe(false);
    bench.send(0, 2);
    bench.advance();
    bench.take(0);
    expect(bench.isFull(0)).toBe(true);
  });

  it('forgets everything in a reset, even what it was about to do', () => {
    const bench = start({ latency: 5, holds: true });
    bench.send(0, 1);
    bench.advance(5);
    bench.send(1, 2);
    bench.reply(3);
    bench.advance();
    bench.model.reset();
    expect([bench.isFull(0), bench.isFull(1), bench.replied()]).toEqual([false, false, undefined]);
    bench.advance(20);
    expect(bench.received()).toEqual([[0, 1]]);
    bench.send(0, 4);
    bench.take(0);
    expect(bench.isFull(0)).toBe(true);
    bench.advance(5);
    expect(bench.received().slice(1)).toEqual([[0, 4]]);
  });

  it('does not go on with a message whose subscriber resets it', () => {
    const bench = start({ answers: true });
    bench.onReceived(() => bench.model.reset());
    bench.send(0, 1);
    bench.advance(10);
    expect([bench.isFull(0), bench.replied()]).toEqual([false, undefined]);
  });

  it('lets the driver read all ones without power, and receives and sends nothing', () => {
    const bench = start();
    bench.model.powerOff();
    bench.send(0, 1);
    bench.reply(2);
    bench.advance(10);
    for (const offset of bench.offsets) expect(bench.registers.read32(offset)).toBe(0xffff_ffff);
    bench.model.powerOn();
    bench.advance(10);
    expect([bench.received(), bench.isFull(0), bench.replied()]).toEqual([[], false, undefined]);
    bench.send(0, 3);
    bench.advance();
    expect(bench.received()).toEqual([[0, 3]]);
  });

  it('does nothing in powerOn() where there is power', () => {
    const bench = start({ holds: true });
    bench.send(0, 1);
    bench.reply(2);
    bench.model.powerOn();
    bench.advance();
    expect([bench.received(), bench.isFull(0), bench.replied()]).toEqual([[[0, 1]], true, 2]);
  });

  it('stops for good when it is closed, and leaves messages where they are', () => {
    const bench = start({ latency: 5 });
    bench.send(0, 1);
    bench.advance(1);
    bench.model.close();
    bench.advance(50);
    expect([bench.received(), bench.isFull(0), bench.hasEnded(), bench.timers()]).toEqual([[], true, true, 0]);
  });

  it('works through a Proxy', () => {
    const bench = start();
    const model = new Proxy(bench.model, {});
    model.set({ holds: true });
    bench.send(0, 1);
    bench.advance(10);
    expect(bench.isFull(0)).toBe(true);
    model.reset();
    expect(bench.isFull(0)).toBe(false);
    model.close();
    expect(bench.hasEnded()).toBe(true);
  });

  it.each<[string, Partial<HspBehaviour>, string]>([
    ['latency', { latency: -1 }, 'latency is -1; expected milliseconds, 0 to 2147483647'],
    ['lateClear', { lateClear: NaN }, 'lateClear is NaN; expected milliseconds, 0 to 2147483647'],
    ['stuck', { stuck: 2 ** 32 }, 'stuck is 4294967296; expected an integer from 0 to '],
  ])('rejects an invalid %s', (_option, behaviour, text) => {
    const { model } = start();
    expect(() => model.set(behaviour)).toThrow(text);
    expect(() => start(behaviour)).toThrow(text);
  });
});
