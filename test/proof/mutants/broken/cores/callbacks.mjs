/** Callbacks and events that are not what they must be: rule 8. Links that speak while they refuse: rule 6. Two mailboxes on one controller. */
export const callbacks = [
  {
    name: 'lastTxDone that throws frees the slot on a link without tokens',
    breaks: 'rule 8',
    file: 'src/core/Settlement.ts',
    patches: [
      [
        "if (this.settings.correlation === 'tagged') this.slots.release(slot);\n    else this.leaveInFlight(slot as E);",
        'this.slots.release(slot);',
      ],
    ],
    tests: ['rules/lastTxDone'],
  },
  {
    name: 'a falsy answer of lastTxDone counts as taken',
    breaks: 'rule 8',
    file: 'src/core/askSlots.ts',
    patches: [
      [
        "(typeof answer !== 'object' || answer === null || isThenable(answer))",
        '(answer === null || answer === undefined || isThenable(answer))',
      ],
    ],
    tests: ['rules/lastTxDone'],
  },
  {
    name: 'a promise from lastTxDone counts as taken',
    breaks: 'rule 8',
    file: 'src/core/askSlots.ts',
    patches: [['|| answer === null || isThenable(answer))', '|| answer === null)']],
    tests: ['rules/lastTxDone'],
  },
  {
    name: 'a held slot about which lastTxDone has thrown is asked about again',
    breaks: 'rule 8',
    file: 'src/core/Settlement.ts',
    patches: [['return this.slots.mute(slot as HeldSlot);', 'return;']],
    tests: ['rules/lastTxDone'],
  },
  {
    name: 'a promise from txPrepare is taken for a yes',
    breaks: 'rule 8',
    file: 'src/channel/callbacks.ts',
    patches: [['  onBroken(error, token);\n  throw error;\n', '  onBroken(error, token);\n']],
    tests: ['rules/callbacks'],
  },
  {
    name: 'the rejection of what abort returns is unhandled',
    breaks: 'rule 8',
    file: 'src/channel/callbacks.ts',
    patches: [["if (isThenable(answer)) onBroken(wrongAnswer(name, answer, 'nothing, since it is not awaited'), token);", 'void answer;']],
    tests: ['regressions/callbacks'],
  },
  {
    name: 'nobody hears that abort has thrown',
    breaks: 'rule 8',
    file: 'src/channel/callbacks.ts',
    patches: [['onBroken(threwInstead(name, error), token);', 'void error;']],
    tests: ['rules/callbacks'],
  },
  {
    name: 'the slot of a message whose sendData answered nonsense is free',
    breaks: 'semantics 7.2',
    file: 'src/core/HandOver.ts',
    patches: [
      [
        '    this.settlement.leaveInFlight(head);\n    this.settlement.fail(head, new TxFailedError(',
        '    this.slots.release(head);\n    this.settlement.fail(head, new TxFailedError(',
      ],
    ],
    tests: ['rules/sendDataThrows', 'rules/callbacks'],
  },
  {
    name: 'an event of an unknown type is ignored',
    breaks: 'rule 8',
    file: 'src/channel/LinkSubscriber.ts',
    patches: [['        channel.machine.broken(wrongEvent(event));\n', '']],
    tests: ['rules/callbacks'],
  },
  {
    name: 'a tx-done whose token is null ends a message',
    breaks: 'rule 3',
    file: 'src/core/Slots.ts',
    patches: [['if (token === undefined) return', 'if (token == null) return']],
    tests: ['rules/callbacks'],
  },
  {
    name: 'a link that says ready while it refuses is tried again at once',
    breaks: 'rule 6',
    file: 'src/core/HandOver.ts',
    patches: [
      [
        '    this.mayRetry = false;\n    // Where something stands against a hand-over, its end lets the head be tried again.\n    if (this.gate.open) this.effects.retryLater();',
        '    const { head } = this.backlog;\n    this.mayRetry = (this as any).spun !== head;\n    (this as any).spun = head;',
      ],
    ],
    tests: ['rules/insideSendData'],
  },
  {
    name: 'a link that goes down and up while it refuses is tried again at once',
    breaks: 'rule 6',
    file: 'src/core/HandOver.ts',
    patches: [['(this.slots.used < used && !this.epochOver)', 'this.slots.used < used']],
    tests: ['rules/insideSendData'],
  },
  {
    name: 'a link that says ready while it refuses is never tried again',
    breaks: 'rule 6',
    file: 'src/core/HandOver.ts',
    patches: [['    if (this.gate.open) this.effects.retryLater();\n', '']],
    tests: ['rules/insideSendData'],
  },
  {
    name: 'a slot that a tx-done frees while the link refuses counts only 1 ms later',
    breaks: 'rule 6',
    file: 'src/core/HandOver.ts',
    patches: [[' || (this.slots.used < used && !this.epochOver)) return;', ') return;']],
    tests: ['rules/insideSendData'],
  },
  {
    name: 'the limit of a message behind a refused head has the head tried again',
    breaks: 'semantics 7.1',
    file: 'src/core/HandOver.ts',
    patches: [['if (occasion) this.mayRetry = true;', 'void occasion;\n    this.mayRetry = true;']],
    tests: ['unit/channel/timersGivenBack'],
  },
  {
    name: 'a second mailbox on a controller counts its tokens anew',
    breaks: 'rule 3',
    file: 'src/channel/OpenChannel.ts',
    patches: [['{ tokens, batch: group.batch,', '{ tokens: ((group as any).tokens ??= { next: 1 }), batch: group.batch,']],
    tests: ['rules/twoMailboxes'],
  },
  {
    name: 'a second mailbox on a controller takes channels that have an owner',
    breaks: 'semantics 5',
    file: 'src/Mailbox.ts',
    patches: [['if (this.group.controller.owners.has(index))', 'if (this.group.owned.includes(this.group.controller.owners.get(index)!))']],
    tests: ['rules/twoMailboxes'],
  },
  {
    name: 'a received message comes in the middle of a notification',
    breaks: 'rule 7',
    file: 'src/channel/OpenChannel.ts',
    patches: [['    sequencer.queueNotice(receive);\n    handOver.notify();', '    receive();']],
    tests: ['rules/orderOfASettlement'],
  },
  {
    name: 'sendTo does not wait for a place',
    breaks: 'semantics 7',
    file: 'src/operators/sendTo.ts',
    patches: [
      ['this.pending.size < this.most && this.channel.hasPlace) this.send(message);', 'this.pending.size < this.most) this.send(message);'],
      ['!subscriber.closed && this.channel.hasPlace) this.send', '!subscriber.closed) this.send'],
    ],
    tests: ['unit/operators/sendTo.places'],
  },
];
