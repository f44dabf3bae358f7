/** Senders that leave, and what becomes of their slots: rule 4, section 6 and 8. */
export const leaving = [
  {
    name: 'a cancelled message is still sent',
    breaks: 'rule 4',
    file: 'src/core/TxMachine.ts',
    patches: [
      [
        "this.queue.withdraw(entry);\n      const error = reason('not-sent')",
        "const copy = Object.assign(Object.create(entry), entry, { observer: undefined });\n      this.queue.replace(entry, copy);\n      if (wasHead) this.queue.waiting = copy;\n      const error = reason('not-sent')",
      ],
    ],
    tests: ['rules/neverSentAfterLeaving'],
  },
  {
    name: 'who leaves from inside txPrepare is handed over all the same',
    breaks: 'rule 4',
    file: 'src/core/TxMachine.ts',
    patches: [['if (this.queue.head !== head) return;', '']],
    tests: ['rules/neverSentAfterLeaving'],
  },
  {
    name: 'of many that one signal cancels, the first makes room for the next',
    breaks: 'rule 4',
    file: 'src/channel/OpenChannel.ts',
    patches: [['watch.check();', 'void watch;']],
    tests: ['unit/operators/txCancel'],
  },
  {
    name: 'the slot of an untagged wire is free when its sender times out',
    breaks: 'section 6',
    file: 'src/core/TxMachine.ts',
    patches: [
      [
        'if (this.settings.quarantine === 0) return',
        "if (this.settings.quarantine === 0 || this.settings.correlation === 'untagged') return",
      ],
    ],
    tests: ['rules/correlation'],
  },
  {
    name: 'a tombstone of an ordered wire swallows nothing',
    breaks: 'section 6',
    file: 'src/core/Slots.ts',
    patches: [
      [
        ": this.oldest) ?? 'unknownTxDone'",
        ": this.oldest?.state === ORPHAN ? (this.after(this.oldest) ?? this.oldest) : this.oldest) ?? 'unknownTxDone'",
      ],
    ],
    tests: ['rules/correlation'],
  },
  {
    name: 'nobody hears that an untagged wire is stalled',
    breaks: 'section 6',
    file: 'src/core/TxMachine.ts',
    patches: [["if (this.settings.correlation === 'untagged') this.note('stalled', entry.token);", '']],
    tests: ['rules/correlation'],
  },
  {
    name: 'abort is called twice',
    breaks: 'section 6',
    file: 'src/core/TxMachine.ts',
    patches: [['this.enter(() => this.abort(entry.token));', 'for (let i = 0; i < 2; i++) this.enter(() => this.abort(entry.token));']],
    tests: ['rules/leaving'],
  },
  {
    name: 'a message in flight whose sender left counts as not sent',
    breaks: 'section 6',
    file: 'src/core/TxMachine.ts',
    patches: [["const error = reason('unknown');", "const error = reason('not-sent');"]],
    tests: ['rules/leaving'],
  },
  {
    name: 'the quarantine of a held slot never ends',
    breaks: 'section 6',
    file: 'src/channel/OpenChannel.ts',
    patches: [['if (quarantine !== Infinity) stone.clock', 'if (false) stone.clock']],
    tests: ['rules/quarantine'],
  },
  {
    name: 'quarantine is ignored where tx-dones carry tokens',
    breaks: 'section 6',
    file: 'src/core/TxMachine.ts',
    patches: [
      [
        'if (this.settings.quarantine === 0) return',
        "if (this.settings.quarantine === 0 || this.settings.correlation === 'tagged') return",
      ],
    ],
    tests: ['rules/correlation'],
  },
  {
    name: 'a held slot does not make the wire be reset',
    breaks: 'section 6',
    file: 'src/channel/OpenChannel.ts',
    patches: [['if (!this.link.reset || this.resetting !== undefined) return;', 'return;']],
    tests: ['rules/reset'],
  },
  {
    name: 'a reset frees only the oldest of the held slots',
    breaks: 'section 6',
    file: 'src/core/TxMachine.ts',
    patches: [
      [
        'if (slot.state === ORPHAN) this.queue.free(slot);',
        'if (slot.state === ORPHAN && slot === this.queue.oldest) {\n        this.queue.free(slot);\n        break;\n      }',
      ],
    ],
    tests: ['rules/reset'],
  },
  {
    name: 'a reset that fails is no loss of the link',
    breaks: 'section 6',
    file: 'src/channel/OpenChannel.ts',
    patches: [['over(() => this.down(reason))', 'over(() => void reason)']],
    tests: ['rules/reset'],
  },
  {
    name: 'the error of an operator does not reach the report',
    breaks: 'section 8',
    file: 'src/policy/leaveReason.ts',
    patches: [['  current = reason;\n  try {\n    unsubscribe', '  try {\n    unsubscribe']],
    tests: ['rules/txOperators'],
  },
  {
    name: 'a listener is kept on the signal',
    breaks: 'rule 9',
    file: 'src/policy/onAbort.ts',
    patches: [["signal.removeEventListener('abort', abort);", '']],
    tests: ['unit/policy/onAbort'],
  },
  {
    name: 'every send puts a listener of its own on the signal',
    breaks: 'rule 9',
    file: 'src/policy/onAbort.ts',
    patches: [['    waiting.set(signal, (callbacks = new Set()));\n', '    callbacks = new Set();\n']],
    tests: ['unit/policy/onAbort'],
  },
];
