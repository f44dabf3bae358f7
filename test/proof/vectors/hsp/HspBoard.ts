import { VirtualTimeScheduler } from 'rxjs';
import type { Correlation, TxDoneMethod } from 'rx-mailbox';
import { memoryRegisters, registerWords } from 'rx-mailbox/registers';
import { createTegraHsp, type TegraHsp } from 'rx-mailbox/tegra-hsp';
import { HspModel, hspRegisters } from 'rx-mailbox/testing';
import { Board } from '../Board';
import type { Recorder } from '../Recorder';
import type { ScenarioConfig } from '../Scenario';
import { HspPlayedLink } from './HspPlayedLink';
import { HspHardware } from './HspHardware';
import { environment } from '../../../support/environment';

/** One block, with two mailboxes for each channel of a scenario, in place of the mock. */
export class HspBoard extends Board<HspHardware, HspPlayedLink> {
  readonly txDone: TxDoneMethod = 'irq';
  readonly correlation: Correlation;
  private readonly hsp: TegraHsp;
  protected readonly hardware: readonly HspHardware[];

  constructor(cfg: ScenarioConfig, recorder: Recorder) {
    super(cfg);
    // Turns of the event loop, which take no time: the recorder's clock is for the mailbox alone.
    const turns = new VirtualTimeScheduler();
    turns.maxFrames = 0;
    const map = hspRegisters('tegra234', { mailboxes: 2 * cfg.chans, doorbells: 0 });
    const registers = memoryRegisters(new Int32Array(registerWords(map)), { map, agent: 17, scheduler: turns });
    const receives = Object.fromEntries(Array.from({ length: cfg.chans }, (_, ch) => [2 * ch, 32 as const]));
    const model = new HspModel(registers, { variant: 'tegra234', receives, holds: true, scheduler: turns });
    this.hsp = createTegraHsp(registers, { variant: 'tegra234', scheduler: turns });
    this.correlation = this.hsp.mailboxes.correlation;
    this.hardware = Array.from({ length: cfg.chans }, (_, ch) => new HspHardware(ch, recorder, registers, model, turns));
  }

  protected connect(index: number): HspPlayedLink {
    const end = (which: string) => this.hsp.mailboxes.open(this.hsp.mailboxes.translate!(which), environment);
    return new HspPlayedLink(this.hardwareOf(index), end(`sm:${2 * index}:tx`), end(`sm:${2 * index + 1}:rx`));
  }
}
