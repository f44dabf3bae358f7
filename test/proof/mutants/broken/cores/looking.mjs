/** What can be seen of a channel: events, states, when it is idle, taps. Semantics 3. */
export const looking = [
  {
    name: 'the time of an event is read for each of them',
    breaks: 'semantics 3',
    file: 'src/core/Sequencer.ts',
    patches: [['(this.now ??= this.notified.now())', '(this.now = this.notified.now())']],
    tests: ['unit/core/events.at'],
  },
  {
    name: 'the time of an event is that of the first call',
    breaks: 'semantics 3',
    file: 'src/core/Sequencer.ts',
    patches: [
      ['      // What is caused from now on is caused by another call.\n      this.now = undefined;\n', ''],
      ['      this.notifying = false;\n      this.now = undefined;\n', '      this.notifying = false;\n'],
    ],
    tests: ['unit/core/events.at'],
  },
  {
    name: 'the time is read although nobody listens',
    breaks: 'rule 9',
    file: 'src/core/Sequencer.ts',
    patches: [['    if (!this.notified.tracing) return;\n', '    this.notified.now();\n    if (!this.notified.tracing) return;\n']],
    tests: ['unit/core/events.at'],
  },
  {
    name: 'nobody hears that a held slot is free again',
    breaks: 'semantics 3',
    file: 'src/core/Settlement.ts',
    patches: [["    if (by !== undefined) this.sequencer.note('freed', slot.token, undefined, by);", '    void by;']],
    tests: ['unit/core/events.at'],
  },
  {
    name: 'a held slot is always freed by a tx-done',
    breaks: 'semantics 3',
    file: 'src/core/Settlement.ts',
    patches: [
      ["this.sequencer.note('freed', slot.token, undefined, by);", "this.sequencer.note('freed', slot.token, undefined, 'txDone');"],
    ],
    tests: ['unit/core/events.at'],
  },
  {
    name: 'a slot is freed before its tx-done is late',
    breaks: 'semantics 3',
    file: 'src/core/Settlement.ts',
    patches: [
      [
        "      this.sequencer.note('lateTxDone', slot.token, error);\n      this.free(slot, 'txDone');",
        "      this.free(slot, 'txDone');\n      this.sequencer.note('lateTxDone', slot.token, error);",
      ],
    ],
    tests: ['unit/core/events.at'],
  },
  {
    name: 'a reset is over after it has freed its slots',
    breaks: 'semantics 3',
    file: 'src/core/epochs.ts',
    patches: [
      [
        "  sequencer.note('reset');\n  settlement.failSlots(() => new LinkResetError(effects.name), 'reset');",
        "  settlement.failSlots(() => new LinkResetError(effects.name), 'reset');\n  sequencer.note('reset');",
      ],
    ],
    tests: ['unit/core/events.at'],
  },
  {
    name: 'nobody hears that the link is ready',
    breaks: 'semantics 3',
    file: 'src/core/TxMachine.ts',
    patches: [["      this.sequencer.note('ready');\n", '']],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'up$ overtakes the outcomes that were known before',
    breaks: 'rule 7',
    file: 'src/channel/ChannelEffects.ts',
    patches: [
      ['this.channel.machine.sequencer.queueNotice(() => shielded(() => streams.turned(up)));', 'shielded(() => streams.turned(up));'],
    ],
    tests: ['unit/channel/states'],
  },
  {
    name: 'up$ says only what is',
    breaks: 'semantics 3',
    file: 'src/channel/ChannelStreams.ts',
    patches: [['    this.ups?.next(up);', '    void up;']],
    tests: ['unit/channel/states'],
  },
  {
    name: 'up$ does not end with the channel',
    breaks: 'semantics 3',
    file: 'src/channel/ChannelStreams.ts',
    patches: [['    this.events?.complete();\n    this.ups?.complete();', '    this.events?.complete();']],
    tests: ['unit/channel/states'],
  },
  {
    name: 'a channel is idle although a slot is held',
    breaks: 'semantics 3',
    file: 'src/core/TxMachine.ts',
    patches: [
      [
        'return this.backlog.length === 0 && this.slots.used === 0;',
        'return this.backlog.length === 0 && this.slots.used === this.slots.held;',
      ],
    ],
    tests: ['unit/channel/states'],
  },
  {
    name: 'whenIdle waits without a limit',
    breaks: 'semantics 3',
    file: 'src/channel/whenIdle.ts',
    patches: [['    subscriber.add(group.clocks.scheduler.schedule(expired, limit));', '    void [group, expired];']],
    tests: ['unit/channel/states'],
  },
  {
    name: 'whenIdle goes on waiting when the channel has closed',
    breaks: 'semantics 3',
    file: 'src/channel/whenIdle.ts',
    patches: [['    streams.closed$.subscribe(subscriber);\n', '']],
    tests: ['unit/channel/states'],
  },
  {
    name: 'txTap does not say that a message is handed over again',
    breaks: 'semantics 3',
    file: 'src/policy/TapPolicy.ts',
    patches: [
      [
        '    if (this.hooks.sent) this.transmission',
        '    if ((this as any).told === token) return;\n    (this as any).told = token;\n    if (this.hooks.sent) this.transmission',
      ],
    ],
    tests: ['unit/channel/states'],
  },
  {
    name: 'what a hook of txTap calls takes effect before it has returned',
    breaks: 'semantics 3',
    file: 'src/channel/OpenChannel.ts',
    patches: [
      [
        'machine.sequencer.callLink(() => callOut(name, callback, token, (error) => machine.broken(error, token)));',
        'callOut(name, callback, token, (error) => machine.broken(error, token));',
      ],
    ],
    tests: ['unit/channel/states'],
  },
];
