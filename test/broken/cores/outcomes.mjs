/** Who is told what, and in which order: rules 1 to 3, 7 and 8. */
export const outcomes = [
  {
    name: 'a late tx-done is credited to the next message',
    breaks: 'rule 3',
    file: 'src/core/TxQueue.ts',
    patches: [["? 'lateTxDone' :", "? (this.oldest ?? 'lateTxDone') :"]],
    tests: ['rules/3-ownOutcome'],
  },
  {
    name: 'the completion is shared: a tx-done wakes who waits first on the channel',
    breaks: 'rule 3',
    file: 'src/internal/TxRecord.ts',
    patches: [
      ['    super();\n', '    super();\n    if (observer) ((owner as any).completions ??= []).push(observer);\n'],
      ['const { observer } = this;\n', 'const observer = this.observer && (this.owner as any).completions.shift();\n'],
    ],
    tests: ['rules/3-ownOutcome', 'fieldBugs/lateCompletions'],
  },
  {
    name: 'a tx-done ends the oldest in flight, whatever token it carries',
    breaks: 'rule 3',
    file: 'src/core/TxQueue.ts',
    patches: [['if (slot.token === token) return slot;', 'return slot;']],
    tests: ['rules/3-ownOutcome'],
  },
  {
    name: 'a tx-done without a token ends a message on a tagged link',
    breaks: 'rule 3',
    file: 'src/core/TxQueue.ts',
    patches: [["(this.settings.correlation === 'tagged' ? undefined : this.oldest)", '(this.oldest as TxSlot | undefined)']],
    tests: ['rules/3-ownOutcome'],
  },
  {
    name: 'the token is a place in the queue, and used again',
    breaks: 'rules 1 and 3',
    file: 'src/core/TxQueue.ts',
    patches: [['return this.tokens.next++;', 'return (this.tokens.next = this.length + this.held + 1);']],
    tests: ['rules/1-oneSubscriptionOneTransmission'],
  },
  {
    name: 'a refused message gets another token for each attempt',
    breaks: 'rule 1',
    file: 'src/core/TxScheduler.ts',
    patches: [
      ['answer = this.handOver(head);', 'if (this.refused) head.token = this.queue.takeToken();\n      answer = this.handOver(head);'],
    ],
    tests: ['rules/1-oneSubscriptionOneTransmission'],
  },
  {
    name: 'two subscriptions share one transmission',
    breaks: 'rule 1',
    file: 'src/Channel.ts',
    patches: [
      ['import { concat,', 'import { share, concat,'],
      ['unknown, unknown, Ack>, message);', 'unknown, unknown, Ack>, message).pipe(share()) as Transmission<Ack>;'],
    ],
    tests: ['rules/1-oneSubscriptionOneTransmission'],
  },
  {
    name: 'every outcome is reported twice',
    breaks: 'rule 2',
    file: 'src/internal/TxPort.ts',
    patches: [['this.madeStreams.report(record.report());', 'for (let i = 0; i < 2; i++) this.madeStreams.report(record.report());']],
    tests: ['rules/2-exactlyOneOutcome'],
  },
  {
    name: 'a failed message is not reported',
    breaks: 'rule 2',
    file: 'src/internal/TxPort.ts',
    patches: [
      [
        'if (this.madeStreams?.reported) this.madeStreams.report(record',
        'if (this.madeStreams?.reported && record.state === 4) this.madeStreams.report(record',
      ],
    ],
    tests: ['rules/2-exactlyOneOutcome'],
  },
  {
    name: 'sender and report are told different error objects',
    breaks: 'rule 2',
    file: 'src/internal/TxRecord.ts',
    patches: [['observer.error(this.outcome);', 'observer.error(Object.create(this.outcome as object));']],
    tests: ['rules/2-exactlyOneOutcome'],
  },
  {
    name: 'a sender that left is told all the same',
    breaks: 'rule 2',
    file: 'src/internal/TxRecord.ts',
    patches: [['if (this.closed) return;\n    this.observer = undefined;', 'if (this.closed) return;']],
    tests: ['rules/2-exactlyOneOutcome'],
  },
  {
    name: 'a sender is completed although it left on its receipt',
    breaks: 'rule 2',
    file: 'src/internal/TxRecord.ts',
    patches: [['if (!this.closed) observer.complete?.();', 'observer.complete?.();']],
    tests: ['rules/2-exactlyOneOutcome'],
  },
  {
    name: 'a failure that is falsy is a success',
    breaks: 'rule 3',
    file: 'src/core/TxScheduler.ts',
    patches: [['else if (error === undefined) this.settle', 'else if (!error) this.settle']],
    tests: ['rules/3-ownOutcome'],
  },
  {
    name: 'nobody hears of a late or unknown tx-done',
    breaks: 'rule 3',
    file: 'src/core/TxScheduler.ts',
    patches: [["if (typeof found === 'string') this.note(found, token, error);", "if (typeof found === 'string') void 0;"]],
    tests: ['rules/3-ownOutcome'],
  },
  {
    name: 'the report comes before the next hand-over',
    breaks: 'rule 7',
    file: 'src/core/TxScheduler.ts',
    patches: [['else this.finish(found, ack, error);', 'else {\n      this.finish(found, ack, error);\n      this.notify();\n    }']],
    tests: ['rules/7-orderOfASettlement'],
  },
  {
    name: 'the sender is told before the report',
    breaks: 'rule 7',
    file: 'src/internal/TxPort.ts',
    patches: [
      [
        'record.stopWatches();\n    if (this.madeStreams?.reported)',
        'record.stopWatches();\n    record.tell();\n    if (this.madeStreams?.reported)',
      ],
    ],
    tests: ['rules/7-orderOfASettlement'],
  },
  {
    name: 'outcomes are told in the middle of telling another',
    breaks: 'rule 7',
    file: 'src/core/TxTurn.ts',
    patches: [['if (this.running || this.notifying || this.inLink) return;', 'if (this.running || this.inLink) return;']],
    tests: ['rules/7-orderOfASettlement'],
  },
  {
    name: 'a sender that throws stops the telling of the others',
    breaks: 'rule 8',
    file: 'src/internal/TxRecord.ts',
    patches: [
      [
        "reportUnhandled(error);\n    }\n    try {\n      // The sender's own teardowns.",
        "throw error;\n    }\n    try {\n      // The sender's own teardowns.",
      ],
    ],
    tests: ['core/TxTurn'],
  },
];
