import type { Doorbell } from '../../threads/Doorbell';
import { SpinWait } from '../../threads/SpinWait';
import type { WorkBudget } from '../../threads/WorkBudget';
import { yieldToEventLoop } from '../../threads/yieldToEventLoop';

/** What a {@link WakeLoop} runs. */
export interface LoopTask {
  readonly open: boolean;
  readonly connected: boolean;
  /** Handles everything that the memory says. What it throws ends the task. */
  round(): void;
  /** Whether the memory says anything that no round has seen. */
  readonly hasNews: () => boolean;
  beforeSleep(): void;
  fail(error: unknown): void;
}

/**
 * Decides when a task works: rounds until there is no news, then polling for a while ({@link SpinWait}), then sleep until the doorbell
 * rings. All of that shares one budget; when it is spent, the event loop runs before work goes on.
 */
export class WakeLoop {
  /** Inside {@link run}. */
  running = false;
  readonly doorbell: Doorbell;
  private readonly spinWait: SpinWait;
  /** {@link run} is going to be called by the event loop. */
  private yielding = false;
  /** Polling, between two microtasks. */
  private polling = false;

  constructor(
    private readonly task: LoopTask,
    private readonly budget: WorkBudget,
    spin: number,
    makeDoorbell: (wake: () => void) => Doorbell,
  ) {
    this.spinWait = new SpinWait(spin);
    this.doorbell = makeDoorbell(this.run);
  }

  readonly run = (): void => {
    if (!this.task.open || this.running) return;
    this.budget.start();
    this.work();
  };

  private work(): void {
    const { task, budget } = this;
    this.running = true;
    this.doorbell.disarm();
    try {
      do {
        task.round();
        budget.step();
      } while (task.open && !budget.spent && !this.pollOrSleep());
    } catch (error) {
      task.fail(error);
    }
    this.running = false;
    if (task.open && budget.spent) this.runLater();
  }

  private runLater(): void {
    if (this.yielding) return;
    this.yielding = true;
    yieldToEventLoop(() => {
      this.yielding = false;
      this.run();
    });
  }

  /** False if there is news already. */
  private pollOrSleep(): boolean {
    if (!this.task.connected || !(this.polling || this.spinWait.begin())) return this.sleep();
    // In microtasks: first run those that the receivers have queued, which may send an answer.
    if (!this.polling) queueMicrotask(this.poll);
    this.polling = true;
    return true;
  }

  private readonly poll = (): void => {
    const { task, spinWait } = this;
    if (task.open && !spinWait.poll(task.hasNews) && !spinWait.over) {
      queueMicrotask(this.poll);
      return;
    }
    this.polling = false;
    // The budget goes on: a peer that always answers in time would otherwise keep the event loop from running.
    if (task.open && (task.hasNews() || !this.sleep())) this.work();
  };

  /** False if there is news already. */
  private sleep(): boolean {
    const { task, doorbell } = this;
    if (!doorbell.arm()) return false;
    // Once more after arming, so that no change is missed; see Doorbell.
    if (task.hasNews()) {
      doorbell.disarm();
      return false;
    }
    task.beforeSleep();
    return true;
  }
}
