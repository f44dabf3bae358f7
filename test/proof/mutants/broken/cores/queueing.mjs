/** The queue, the window and refused messages: rules 4 to 6 and 9, and section 7. */
export const queueing = [
  {
    name: 'the queue is last in, first out',
    breaks: 'rule 5',
    file: 'src/core/Slots.ts',
    patches: [
      ['? this.waiting : undefined', '? this.waiting && (this.last as E) : undefined'],
      [
        'this.waiting = entry.next as E | undefined;\n    this.length--;\n    this.held++;',
        'const { waiting } = this;\n    if (waiting === entry) this.waiting = undefined;\n    else {\n      this.remove(entry);\n      const before = waiting!.prev;\n      Object.assign(entry, { prev: before, next: waiting });\n      waiting!.prev = entry;\n      if (before === undefined) this.first = entry;\n      else before.next = entry;\n    }\n    this.length--;\n    this.held++;',
      ],
    ],
    tests: ['rules/firstInFirstOut'],
  },
  {
    name: 'the queue takes one message more than its length',
    breaks: 'section 4, a full queue',
    file: 'src/core/Slots.ts',
    patches: [['length >= settings.txQueueLength', 'length > settings.txQueueLength']],
    tests: ['rules/fullQueue'],
  },
  {
    name: 'next() on a full queue makes no report',
    breaks: 'section 4, a full queue',
    file: 'src/channel/OpenChannel.ts',
    patches: [['if (streams?.reported) streams.report({ token,', 'if (false) streams!.report({ token,']],
    tests: ['rules/fullQueue'],
  },
  {
    name: 'one message more than the window is in flight',
    breaks: 'rule 6',
    file: 'src/core/Slots.ts',
    patches: [['return this.up && this.held < this.settings.window', 'return this.up && this.held <= this.settings.window']],
    tests: ['rules/nothingOverlaps'],
  },
  {
    name: 'only one message is in flight, whatever the window',
    breaks: 'rule 6',
    file: 'src/core/Slots.ts',
    patches: [['return this.up && this.held < this.settings.window', 'return this.up && this.held < 1']],
    tests: ['rules/nothingOverlaps'],
  },
  {
    name: 'sendData is entered again by what is sent from inside it',
    breaks: 'rule 6',
    file: 'src/core/TxMachine.ts',
    patches: [
      [
        'if (this.inLink) return true;\n    if (this.queue.head !== undefined) this.run();\n    else this.notify();',
        'this.fill();\n    this.notify();',
      ],
    ],
    tests: ['rules/nothingOverlaps'],
  },
  {
    name: 'a tx-done from inside sendData is not waited with',
    breaks: 'rule 6',
    file: 'src/core/TxMachine.ts',
    patches: [['if (this.inLink) return this.deferTxDone(token, ack, error);\n', '']],
    tests: ['rules/nothingOverlaps'],
  },
  {
    name: 'a received message overtakes the outcomes before it',
    breaks: 'rule 6',
    file: 'src/channel/OpenChannel.ts',
    patches: [
      [
        'this.defer(() => this.tellInTurn(() => this.madeStreams?.receive(message)))',
        'this.defer(() => this.madeStreams?.receive(message))',
      ],
    ],
    tests: ['rules/nothingOverlaps'],
  },
  {
    name: 'a busy head is never tried again',
    breaks: 'section 7',
    file: 'src/core/TxMachine.ts',
    patches: [['if (this.refused && !this.wanted) return;', 'if (this.refused) return;']],
    tests: ['rules/refusedMessages'],
  },
  {
    name: 'busy counts as accepted',
    breaks: 'section 7',
    file: 'src/core/TxMachine.ts',
    patches: [["if (answer !== 'accepted') return", "if (answer !== 'accepted' && answer !== 'busy') return"]],
    tests: ['rules/refusedMessages'],
  },
  {
    name: 'a late or unknown tx-done is no occasion to try a refused head again',
    breaks: 'section 7',
    file: 'src/core/TxMachine.ts',
    patches: [
      [
        "if (typeof found === 'string') this.note(found, token, error);",
        "if (typeof found === 'string') {\n      this.note(found, token, error);\n      return this.notify();\n    }",
      ],
    ],
    tests: ['rules/refusedMessages'],
  },
  {
    name: 'a send that finds the queue full does not try the refused head again',
    breaks: 'section 7',
    file: 'src/core/TxMachine.ts',
    patches: [['if (this.refused && !this.inLink && this.queue.full) this.run();', '']],
    tests: ['rules/refusedMessages'],
  },
  {
    name: 'a head that leaves does not pass its turn on',
    breaks: 'section 7',
    file: 'src/core/TxMachine.ts',
    patches: [['if (!wasHead) return this.notify();', 'return this.notify();']],
    tests: ['rules/refusedMessages'],
  },
  {
    name: 'txPrepare does not run before every attempt',
    breaks: 'section 7',
    file: 'src/channel/OpenChannel.ts',
    patches: [['txPrepare !== undefined && record.pending', 'txPrepare !== undefined && record.pending && !this.refused']],
    tests: ['rules/txPrepare'],
  },
  {
    name: 'a message that left keeps its neighbours in memory',
    breaks: 'rule 9',
    file: 'src/core/TxList.ts',
    patches: [['entry.prev = entry.next = undefined;\n', '']],
    tests: ['unit/core/TxList'],
  },
  {
    name: 'events$ makes its events although nobody listens',
    breaks: 'rule 9',
    file: 'src/channel/OpenChannel.ts',
    patches: [['return this.madeStreams?.traced ?? false;', 'return true;']],
    tests: ['rules/freeWhenUnused'],
  },
];
