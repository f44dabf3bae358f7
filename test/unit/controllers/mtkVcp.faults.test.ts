import type { MtkVcpOptions } from 'rx-mailbox/mtk-vcp';
import { PINS, VcpLoad } from '../../support/devices/VcpLoad';

const modes: [string, MtkVcpOptions][] = [
  ['one in flight', {}],
  ['one in flight, held until it is cleared', { quarantine: Infinity }],
  ['32 in flight', { window: 32 }],
  ["32 in flight, whenBusy 'fail'", { window: 32, whenBusy: 'fail' }],
];
const SEEDS = [1, 2, 3];
const each = modes.flatMap(([name, options]) => SEEDS.map((seed) => [name, seed, options] as const));

/** Sends one or two messages each millisecond; some senders have a short time limit, and some leave. */
function mix(load: VcpLoad): void {
  for (let n = load.random(3); n > 0; n--) {
    const message = load.send(load.random(3) === 0 ? undefined : 1 + load.random(60));
    if (load.random(10) === 0) load.leave(message);
  }
  if (load.random(4) === 0) load.raise();
}

/** Switches a fault on and off at random, for 5 to 30 ms each. */
function comesAndGoes(load: VcpLoad, on: () => void, off: () => void): (t: number) => void {
  let until = 10;
  let isOn = false;
  return (t) => {
    mix(load);
    if (t < until) return;
    isOn = !isOn;
    if (isOn) on();
    else off();
    until = t + 5 + load.random(25);
  };
}

describe.each(each)('under load, %s, seed %i', (_name, seed, options) => {
  const start = (model = {}) => new VcpLoad(seed, options, { latency: 1, ...model });

  it('no fault: every sender that stays gets its outcome', () => {
    const load = start();
    load.run(300, () => mix(load));
    expect(load.judge()).toEqual([]);
    expect(load.countOutcomes('ok')).toBeGreaterThan(50);
    expect(load.received).toHaveLength(load.raised);
  });

  it('stuck pins', () => {
    const load = start();
    const { model } = load.bench;
    const knob = comesAndGoes(
      load,
      () => model.set({ stuck: (1 << load.random(PINS)) | (1 << load.random(PINS)) }),
      () => model.set({ stuck: 0 }),
    );
    load.run(400, knob);
    model.set({ stuck: 0 });
    expect(load.judge()).toEqual([]);
    expect(load.countOutcomes('ok')).toBeGreaterThan(20);
    expect(load.countOutcomes(/^ETIME/) + load.countOutcomes(/^EIO not-sent/)).toBeGreaterThan(5);
    expect(load.received).toHaveLength(load.raised);
  });

  it('pins cleared late, and messages read late', () => {
    const load = start();
    const { model } = load.bench;
    const knob = comesAndGoes(
      load,
      () => model.set({ lateClear: load.random(30), latency: load.random(10) }),
      () => model.set({ lateClear: 0, latency: load.random(3) }),
    );
    load.run(400, knob);
    expect(load.judge()).toEqual([]);
    expect(load.countOutcomes('ok')).toBeGreaterThan(20);
    expect(load.received).toHaveLength(load.raised);
  });

  it('lost interrupts: the message arrives with the next one', () => {
    const load = start();
    const { model } = load.bench;
    const knob = comesAndGoes(
      load,
      () => model.loseInterrupts(),
      () => model.loseInterrupts(0),
    );
    load.run(300, knob);
    model.loseInterrupts(0);
    expect(load.judge()).toEqual([]);
    expect(load.received).toHaveLength(load.raised);
  });

  it('spurious interrupts', () => {
    const load = start();
    load.run(300, () => {
      mix(load);
      if (load.random(2) === 0) load.bench.model.interruptForNothing();
    });
    expect(load.judge()).toEqual([]);
    expect(load.received).toHaveLength(load.raised);
  });

  it('answers before the tx-done, or before the message is read', () => {
    let early = 0;
    const load = start({ lateClear: 3, answer: () => ({ pin: 30, data: new Uint8Array() }) });
    load.channel.subscribe(({ pin }) => {
      if (pin === 30 && load.messages.some(({ outcomes, left }) => outcomes.length === 0 && !left)) early++;
    });
    const knob = comesAndGoes(
      load,
      () => load.bench.model.set({ answersEarly: true }),
      () => load.bench.model.set({ answersEarly: false }),
    );
    // Counted separately, because they carry no numbers.
    load.channel.subscribe(({ pin }) => {
      if (pin === 30) load.received.pop();
    });
    load.run(300, knob);
    expect(load.judge()).toEqual([]);
    expect(early).toBeGreaterThan(20);
  });

  it('announced resets', () => {
    const load = start();
    load.run(400, (t) => {
      mix(load);
      if (t % 40 !== 39) return;
      load.bench.controller.peerGone();
      load.bench.model.reset();
      load.bench.controller.peerBack();
    });
    // The fate of a message is also unknown if the VCP had cleared its pin, but the pin had not been polled yet.
    expect(load.judge()).toEqual([]);
    expect(load.countOutcomes('ENETDOWN unknown')).toBeGreaterThan(1);
    expect(load.countOutcomes('ok')).toBeGreaterThan(20);
  });

  it('power lost and restored', () => {
    const load = start();
    const { model } = load.bench;
    load.run(
      400,
      comesAndGoes(
        load,
        () => model.powerOff(),
        () => model.powerOn(),
      ),
    );
    model.powerOn();
    expect(load.judge()).toEqual([]);
    expect(load.countOutcomes('ENETDOWN unknown')).toBeGreaterThan(1);
    expect(load.countOutcomes('ok')).toBeGreaterThan(20);
  });

  it('a close in the middle', () => {
    const load = start({ lateClear: 5 });
    load.run(100, () => mix(load));
    expect(load.channel.closed).toBe(false);
    load.channel.close();
    expect(load.judge()).toEqual([]);
    expect(load.countOutcomes('ESHUTDOWN unknown')).toBeGreaterThan(0);
  });
});

describe('the load’s own check', () => {
  it('reports a message that overwrites another', () => {
    const load = new VcpLoad(1, { window: 32 }, { latency: 5 });
    const first = load.send();
    load.bench.registers.write32(16 * first.pin, 99);
    expect(load.judge()).toContainEqual(expect.stringMatching(/^pin \d+ brought 99,1,1,1$/));
  });

  it('reports a tx-done that is too early', () => {
    const load = new VcpLoad(1, {}, { latency: 5 });
    const { pin } = load.send();
    load.bench.registers.as(2).write32(0x100, 0);
    expect(pin).toBeLessThan(PINS);
    expect(load.judge()).toContain('1: ok, and it was not taken');
  });

  it('reports a sender that never gets an outcome', () => {
    const load = new VcpLoad(1, {}, { stuck: 0xfff });
    load.send();
    load.messages[0]!.subscription?.unsubscribe();
    expect(load.judge()).toContain('1: outcome: none');
  });
});
