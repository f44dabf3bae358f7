import { merge, Subject } from 'rxjs';
import { memoryRegisters, registerWords, type RegisterSpace } from 'rx-mailbox/registers';
import { createTegraHsp, type HspWords, type TegraHsp, type TegraHspOptions } from 'rx-mailbox/tegra-hsp';
import { describeController, HspModel, hspRegisters, type ControllerFixture, type HspModelOptions } from 'rx-mailbox/testing';
import { HspDevice, paired, Postbox } from '../../support/devices/hspDevice';
import { fullNarrow, fullWide, narrowMessages, wideMessages, without } from './hspMessages';
import { virtualTime } from './virtualTime';

interface Block {
  readonly hsp: TegraHsp<unknown>;
  readonly model: HspModel;
  readonly time: ReturnType<typeof virtualTime>;
  /** The registers as the driver sees them. */
  readonly registers: ReturnType<typeof memoryRegisters>;
}

function block(options: TegraHspOptions, model: Partial<HspModelOptions>, wrap = (space: RegisterSpace) => space): Block {
  const time = virtualTime();
  const { scheduler } = time;
  const map = hspRegisters(options.variant);
  const registers = memoryRegisters(new Int32Array(registerWords(map)), { map, agent: 17, scheduler });
  return {
    model: new HspModel(registers, { variant: options.variant, scheduler, ...model }),
    hsp: createTegraHsp(wrap(registers), { scheduler, ...options }),
    time,
    registers,
  };
}

function narrow(...settings: Parameters<typeof block>): ControllerFixture<number> {
  const [options, model, wrap] = settings;
  const { hsp, time, registers, ...made } = block(options, { receives: { 0: 32, 2: 32 }, holds: true, ...model }, wrap);
  const device = (index: number) => new HspDevice<number>(made.model, registers, index, fullNarrow(index), () => hsp.resume());
  const devices = [device(0), device(1)];
  return {
    controller: paired(hsp.mailboxes),
    device: (index) => devices[index]!,
    ...narrowMessages,
    dispose: () => made.model.close(),
    ...time,
  };
}

function wide(...settings: Parameters<typeof block>): ControllerFixture<HspWords, Uint32Array> {
  const [options, model] = settings;
  const { hsp, time, registers, ...made } = block(options, { receives: { 0: 128, 2: 128 }, holds: true, ...model });
  const device = (index: number) => new HspDevice<Uint32Array>(made.model, registers, index, fullWide(index), () => hsp.resume());
  const devices = [device(0), device(1)];
  return {
    controller: paired(hsp.mailboxes128, ':128'),
    device: (index) => devices[index]!,
    ...wideMessages,
    dispose: () => made.model.close(),
    ...time,
  };
}

function doorbell(...settings: Parameters<typeof block>): ControllerFixture<number> {
  const { hsp, model, time } = block(...settings);
  const postbox = new Postbox();
  const arrived: number[] = [];
  model.rung$.subscribe(() => arrived.push(...postbox.toDevice.splice(0)));
  const device = {
    arrived,
    deliver(message: number): void {
      postbox.toDriver.push(message);
      model.ring();
    },
    cut(): void {
      model.powerOff();
      model.interruptForNothing(17);
      // The driver learns of the loss only now. A ring before that would fail.
      time.settle();
    },
    restore(): void {
      model.powerOn();
      hsp.resume();
    },
  };
  return {
    controller: postbox.controller(hsp.doorbells, 19),
    device: () => device,
    message: (n) => n,
    answer: (n) => 1_000_000 + n,
    samples: { zero: 0, largest: 0xffff_ffff },
    answers: { zero: 0 },
    tooLarge: 0.5,
    dispose: () => model.close(),
    ...time,
  };
}

/** Interrupts inside every access to a mailbox, even without a cause, as an emulator may. Reading the cause does not interrupt. */
function hasty(space: RegisterSpace): RegisterSpace {
  const hints = new Subject<void>();
  return {
    read32: (offset) => {
      if (offset >= 0x10000) hints.next();
      return space.read32(offset);
    },
    write32: (offset, value) => {
      space.write32(offset, value);
      hints.next();
    },
    interrupt$: (line) => merge(space.interrupt$(line), hints),
  };
}

// A mailbox goes one way, so a channel of the suite is a pair of mailboxes.

describe.each(['tegra186', 'tegra194', 'tegra234', 'tegra264'] as const)('HSP of a %s', (variant) => {
  describeController('mailboxes of 32 bits', () => narrow({ variant }, {}), { without });
});

describe('HSP', () => {
  const variant = 'tegra234';
  const taken = [...without, 'finish'] as const;
  describeController('mailboxes of 128 bits', () => wide({ variant }, {}), { without });
  describeController('mailboxes, quarantine of 3 ms', () => narrow({ variant, quarantine: 3 }, {}), { without });
  describeController('mailboxes, without detection of resets', () => narrow({ variant, detectReset: false }, {}), { without });
  describeController('mailboxes, interrupts inside register accesses', () => narrow({ variant }, {}, hasty), { without });
  const busy = () => narrow({ variant }, { holds: false, latency: 3, lateClear: 4 });
  describeController('mailboxes, read slowly', () => withoutFinish(busy()), { without: taken });
  describeController('mailboxes, read at once', () => withoutFinish(narrow({ variant }, { holds: false })), { without: taken });
  // There is one doorbell, and it can always be rung.
  describeController('doorbells', () => doorbell({ variant }, {}), { without: [...without, 'block', 'channels'] });
});

/** A model that does not hold messages takes them itself, so no test can decide when. */
function withoutFinish(fixture: ControllerFixture<number>): ControllerFixture<number> {
  for (const index of [0, 1]) Object.assign(fixture.device!(index), { finish: undefined });
  return fixture;
}
