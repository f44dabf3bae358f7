/** The queue, the window and refused messages: rules 4 to 6 and 9, semantics 2.2 and 7. */
export const queueing = [
  {
    name: 'the queue is last in, first out',
    breaks: 'rule 5',
    file: 'src/core/Backlog.ts',
    patches: [['return this.list.first as', 'return this.list.last as']],
    tests: ['rules/firstInFirstOut'],
  },
  {
    name: 'the queue takes one message more than its length',
    breaks: 'semantics 2.2',
    file: 'src/core/HandOver.ts',
    patches: [['if (length < txQueueLength) return false;', 'if (length <= txQueueLength) return false;']],
    tests: ['rules/fullQueue'],
  },
  {
    name: 'next() on a full queue makes no report',
    breaks: 'semantics 2.2',
    file: 'src/channel/OpenChannel.ts',
    patches: [['if (this.madeStreams?.reported) this.streams.report({ token,', 'if (false) this.streams.report({ token,']],
    tests: ['rules/fullQueue'],
  },
  {
    name: 'one message more than the window is in flight',
    breaks: 'rule 6',
    file: 'src/core/Slots.ts',
    patches: [['return this.used < this.window;', 'return this.used <= this.window;']],
    tests: ['rules/nothingOverlaps'],
  },
  {
    name: 'only one message is in flight, whatever the window',
    breaks: 'rule 6',
    file: 'src/core/Slots.ts',
    patches: [['return this.used < this.window;', 'return this.used < 1;']],
    tests: ['rules/nothingOverlaps'],
  },
  {
    name: 'sendData is entered again by what is sent from inside it',
    breaks: 'rule 6',
    file: 'src/core/TxMachine.ts',
    patches: [
      [
        'if (sequencer.insideLink) this.waits();\n    else if (open) handOver.run();\n    else {\n      this.waits();\n      if (sequencer.deferred === undefined) handOver.notify();\n      else handOver.run(undefined, false);\n    }',
        '(handOver as any).handOverQueue(false);\n    sequencer.notify();',
      ],
    ],
    tests: ['rules/nothingOverlaps'],
  },
  {
    name: 'a tx-done from inside sendData is not deferred',
    breaks: 'rule 6',
    file: 'src/core/TxMachine.ts',
    patches: [['if (this.sequencer.insideLink) return this.deferTxDone(token, ack, error, delivery);\n', '']],
    tests: ['rules/nothingOverlaps'],
  },
  {
    name: 'a received message overtakes the outcomes before it',
    breaks: 'rule 6',
    file: 'src/channel/OpenChannel.ts',
    patches: [
      [
        'if (sequencer.insideLink) return sequencer.defer(() => sequencer.queueNotice(receive));',
        'if (sequencer.insideLink) return sequencer.defer(receive);',
      ],
    ],
    tests: ['rules/nothingOverlaps'],
  },
  {
    name: 'a busy head is never tried again',
    breaks: 'semantics 7.1',
    file: 'src/core/HandOver.ts',
    patches: [['(this.refused && !this.mayRetry)', 'this.refused']],
    // Not one with virtual time: there a poll timer would go on for ever.
    tests: ['unit/core/HandOver'],
  },
  {
    name: 'busy counts as accepted',
    breaks: 'semantics 7.1',
    file: 'src/core/HandOver.ts',
    patches: [["if (answer === 'accepted')", "if (answer === 'accepted' || answer === 'busy')"]],
    tests: ['rules/refusedMessages'],
  },
  {
    name: 'a late or unknown tx-done is no occasion to try a refused head again',
    breaks: 'semantics 7.1',
    file: 'src/core/TxMachine.ts',
    patches: [
      [
        "if (typeof slot === 'string') unmatched(this, slot, token, error);",
        "if (typeof slot === 'string') {\n      unmatched(this, slot, token, error);\n      return this.sequencer.notify();\n    }",
      ],
    ],
    tests: ['rules/refusedMessages'],
  },
  {
    name: 'a send that finds the queue full does not try the refused head again',
    breaks: 'semantics 7.1',
    file: 'src/core/TxMachine.ts',
    patches: [['if (this.handOver.refused && !this.sequencer.insideLink && this.full) this.handOver.run();', '']],
    tests: ['rules/refusedMessages'],
  },
  {
    name: 'a head that leaves does not pass its turn on',
    breaks: 'semantics 7.1',
    file: 'src/core/leaving.ts',
    patches: [['return wasHead ? HAND_OVER : NOTIFY;', 'return NOTIFY;']],
    tests: ['unit/core/leaving', 'unit/core/TxMachine', 'unit/core/HandOver'],
  },
  {
    name: 'txPrepare runs again before each further attempt',
    breaks: 'semantics 7.3',
    file: 'src/channel/ChannelEffects.ts',
    patches: [['if (first && txPrepare', 'if (txPrepare']],
    tests: ['rules/txPrepare'],
  },
  {
    name: 'a message that left keeps its neighbours in memory',
    breaks: 'rule 9',
    file: 'src/core/List.ts',
    patches: [['node.prev = node.next = undefined;\n', '']],
    tests: ['unit/core/List'],
  },
  {
    name: 'events$ makes its events although nobody listens',
    breaks: 'rule 9',
    file: 'src/channel/ChannelEffects.ts',
    patches: [['return this.streams?.traced ?? false;', 'return true;']],
    tests: ['rules/freeWhenUnused'],
  },
];
