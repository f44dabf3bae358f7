/** When something happened: its place in the log, the step that caused it, and the virtual time in milliseconds. */
export interface Moment {
  readonly at: number;
  readonly step: number;
  readonly t: number;
}

/** All that is known about one message, from the script and from what its controller and its sender saw. */
export interface MessageRecord {
  readonly name: string;
  /** The sender; none where a callback sends. */
  readonly tid: number | undefined;
  readonly ch: number;
  readonly blocking: boolean;
  readonly called: Moment;
  /** Which owner of the channel it was sent to. */
  readonly session: number;
  /** In which turn it was sent: how many times the script has let time go by before. */
  readonly turn: number;
  /** When its sender gives up; `Infinity` if it does not wait. */
  readonly deadline: number;
  /** The controller accepted it. */
  readonly handovers: Moment[];
  /** How it truly ended. */
  outcome?: Moment & { readonly status: number };
  returned?: Moment & { readonly value: number };
  readonly reports: (Moment & { readonly status: number })[];
  /** Whose tx-done was being handled when it was reported; `null`: no message's. */
  reportedBy?: string | null;
}
