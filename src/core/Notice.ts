/** Something to notify of that has its place among the outcomes: a received message, or a trace event after one. */
export class Notice {
  next: unknown = undefined;

  constructor(readonly notify: () => void) {}
}
