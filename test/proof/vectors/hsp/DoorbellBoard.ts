import { VirtualTimeScheduler } from 'rxjs';
import type { Correlation, TxDoneMethod } from 'rx-mailbox';
import { memoryRegisters, registerWords } from 'rx-mailbox/registers';
import { createTegraHsp, type HspDoorbell, type TegraHsp } from 'rx-mailbox/tegra-hsp';
import { HspModel, hspRegisters } from 'rx-mailbox/testing';
import { Board } from '../Board';
import type { Recorder } from '../Recorder';
import type { ScenarioConfig } from '../Scenario';
import { DoorbellPlayedLink } from './DoorbellPlayedLink';
import { DoorbellHardware } from './DoorbellHardware';
import { environment } from '../../../support/environment';

/** One block, and another processor with a doorbell for each channel of a scenario, in place of the mock. */
export class DoorbellBoard extends Board<DoorbellHardware, DoorbellPlayedLink> {
  readonly txDone: TxDoneMethod = 'ack';
  readonly correlation: Correlation;
  private readonly hsp: TegraHsp;
  private readonly others: readonly HspDoorbell[];
  protected readonly hardware: readonly DoorbellHardware[];

  /** @param tellsRoom - Whether links say `ready`; the kernel's controllers have no word for it. */
  constructor(
    cfg: ScenarioConfig,
    recorder: Recorder,
    private readonly tellsRoom = true,
  ) {
    super(cfg);
    const turns = new VirtualTimeScheduler();
    turns.maxFrames = 0;
    const map = hspRegisters('tegra186', { mailboxes: 0, doorbells: 7 });
    const registers = memoryRegisters(new Int32Array(registerWords(map)), { map, agent: 17, scheduler: turns });
    this.others = Array.from({ length: cfg.chans }, (_, ch) => ({ index: 3 + ch, master: 19 + ch }));
    this.hardware = this.others.map((self, ch) => {
      const model = new HspModel(registers, { variant: 'tegra186', self, shared: 1 + ch, scheduler: turns });
      return new DoorbellHardware(ch, cfg, recorder, model, turns);
    });
    const doorbells = { ccplex: { index: 1, master: 17 }, ...Object.fromEntries(this.others.entries()) };
    this.hsp = createTegraHsp(registers, { variant: 'tegra186', doorbells, scheduler: turns });
    this.correlation = this.hsp.doorbells.correlation;
  }

  protected connect(index: number): DoorbellPlayedLink {
    return new DoorbellPlayedLink(this.hardwareOf(index), this.hsp.doorbells.open(this.others[index]!.master, environment), this.tellsRoom);
  }
}
