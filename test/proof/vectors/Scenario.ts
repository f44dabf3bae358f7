/** What of the mailbox a scenario fixes; every field, the recording's defaults filled in. */
export interface ScenarioConfig {
  readonly mode: 'irq' | 'poll' | 'ack' | 'irq+poll';
  readonly pollMs: number;
  readonly chans: number;
  /** `auto` runs a sender until it blocks; `explicit` preempts it between its steps, which JavaScript cannot. */
  readonly sched: 'auto' | 'explicit';
  /** Senders wait for their outcome (`tx_block`). */
  readonly block: boolean;
  /** How long they wait, in milliseconds; 0 stands for one hour (`tx_tout`). */
  readonly tout: number;
  readonly knows: boolean;
  /** The controller refuses when it holds that many messages; 0 is no limit. */
  readonly depth: number;
  /** A message taken clears the register that `lastTxDone` reads. */
  readonly autoBusy: boolean;
  readonly txDoneCb: boolean;
  readonly txPrepareCb: boolean;
  readonly flushOp: boolean;
  readonly peekOp: boolean;
  readonly startupOp: boolean;
  readonly lastTxDoneOp: boolean;
  readonly logPoll: boolean;
  readonly autoRegister: boolean;
  readonly autoRequest: boolean;
  readonly syncDone: boolean;
  readonly fine: boolean;
}

/** Who asks for a channel, and how. */
type RequestVia = 'request' | 'bind' | 'name' | 'badname' | 'nodev' | 'nofw' | 'badref' | 'nomod';

export type Step =
  | readonly [op: 'send' | 'spawn', tid: number, ch: number, msg: string, tout: number]
  | readonly [op: 'run', tid: number]
  | readonly [op: 'settle']
  | readonly [op: 'txdone' | 'clientTxdone', ch: number, status: number, spurious: 0 | 1]
  | readonly [op: 'tick', tid: number, kind: number, ch: number, status: number]
  | readonly [op: 'advance', ms: number]
  | readonly [op: 'busy' | 'busyOnce', ch: number, errno: number]
  | readonly [op: 'lastTxDone', ch: number, done: boolean]
  | readonly [op: 'drop', ch: number]
  | readonly [op: 'flush', ch: number, timeout: number, mode: number, ret: number]
  | readonly [op: 'free', ch: number]
  | readonly [op: 'request', ch: number, client: number, via: RequestVia, block: boolean, tout: number, knows: boolean, startupRet: number]
  | readonly [op: 'register', bad: number]
  | readonly [op: 'unregister']
  | readonly [op: 'rx' | 'rxPending', ch: number, n: number]
  | readonly [op: 'peek' | 'slots', ch: number]
  | readonly [op: 'resend', after: string, msg: string]
  | readonly [op: 'setBlock', ch: number, block: boolean];

/**
 * One thing that happened: `[step, virtual ms, type, ...arguments]`.
 *
 * The recordings use the types below; `down`, `up`, `timer`, `over` and `crash`, and the delivery that a `ret` or a `done` carries as its last argument,
 * exist only in the logs of this library. Values and statuses below zero are error numbers.
 */
export type LogEvent =
  | readonly [step: number, t: number, type: 'send', ch: number, msg: string, ret: number]
  | readonly [step: number, t: number, type: 'prep', ch: number, msg: string]
  | readonly [step: number, t: number, type: 'done', ch: number, msg: string, status: number, delivery?: string]
  | readonly [step: number, t: number, type: 'ret', tid: number, value: number, delivery?: string]
  | readonly [step: number, t: number, type: 'hw', ch: number, msg: string | null, status: number]
  | readonly [step: number, t: number, type: 'drop', ch: number, msg: string]
  | readonly [step: number, t: number, type: 'cbret', ch: number, msg: string, value: number]
  | readonly [step: number, t: number, type: 'at', tid: number, where: string]
  | readonly [step: number, t: number, type: 'end', tid: number, state: string]
  | readonly [step: number, t: number, type: 'err', code: string]
  | readonly [step: number, t: number, type: 'rx' | 'startup' | 'req' | 'flush' | 'slots' | 'poll', ch: number, value: number]
  | readonly [step: number, t: number, type: 'peek', ch: number, value: boolean]
  | readonly [step: number, t: number, type: 'shutdown', ch: number]
  | readonly [step: number, t: number, type: 'reg', value: number]
  | readonly [step: number, t: number, type: 'down' | 'up', ch: number]
  | readonly [step: number, t: number, type: 'over' | 'timer']
  | readonly [step: number, t: number, type: 'crash', what: string];

/** One wrong outcome: its kind, then whom it hit. */
export type Issue = readonly [kind: string, ...detail: (string | number | null)[]];

export interface Scenario {
  readonly name: string;
  readonly cat: string;
  readonly cfg: ScenarioConfig;
  readonly steps: readonly Step[];
  /** What the kernel with the 2026 series did. */
  readonly v3: {
    readonly log: readonly LogEvent[];
    readonly issues: readonly Issue[];
    readonly crash?: string;
    readonly crashStep?: number;
    /** Two timers were due at once, and their order was chance. */
    readonly tie?: boolean;
  };
  /** The kinds of mistakes that the kernel without it made. */
  readonly mainline: { readonly issues: readonly string[]; readonly crash?: string };
  /** False: needs preemption inside the framework, or an error only C can make. */
  readonly portable?: boolean;
  /** False: the caller breaks the kernel's own rules. */
  readonly contract?: boolean;
}
