/** Links that go down, channels that close, and what the channel asks of a controller: sections 4 to 7. */
export const links = [
  {
    name: 'messages in flight do not fail when the link goes down',
    breaks: 'semantics 9.1',
    file: 'src/core/epochs.ts',
    patches: [["  settlement.failSlots(() => linkDown(core, 'unknown'), 'down');\n", '']],
    tests: ['rules/epochs'],
  },
  {
    name: 'the slots of those who left outlive the epoch',
    breaks: 'semantics 9.1',
    file: 'src/core/Settlement.ts',
    patches: [['if (slot.state === HELD) this.free(slot, by);', 'if (slot.state === HELD) return;']],
    tests: ['rules/epochs'],
  },
  {
    name: 'messages are handed over while the link is down',
    breaks: 'semantics 9.1',
    file: 'src/core/HandOver.ts',
    patches: [
      ['|| !gate.open || !slots.free', '|| gate.has(PAUSED | RESETTING) || !slots.free'],
      ['return this.gate.open && this.slots.free', 'return this.slots.free'],
    ],
    tests: ['rules/epochs'],
  },
  {
    name: 'what waits is not sent when the link is up again',
    breaks: 'semantics 9.1',
    file: 'src/core/epochs.ts',
    patches: [['effects.turned(true);\n  return HAND_OVER;', 'effects.turned(true);\n  return NOTHING;']],
    tests: ['rules/epochs'],
  },
  {
    name: 'what waits when the channel closes never settles',
    breaks: 'rule 2',
    file: 'src/core/epochs.ts',
    patches: [
      [
        "failWaiting(core, () => closed('not-sent'));",
        'const { backlog } = core;\n  for (let { head } = backlog; head !== undefined; { head } = backlog) backlog.remove(head);',
      ],
    ],
    tests: ['rules/closing'],
  },
  {
    name: 'what is in flight when the channel closes never settles',
    breaks: 'rule 2',
    file: 'src/core/epochs.ts',
    patches: [["settlement.failSlots(() => closed('unknown'));", '']],
    tests: ['rules/closing'],
  },
  {
    name: 'a channel is closed only after everything has settled',
    breaks: 'semantics 10',
    file: 'src/core/TxMachine.ts',
    patches: [
      [
        '    this.closed = true;\n    this.act(() => end(this, options));',
        '    this.act(() => end(this, options));\n    this.closed = true;',
      ],
    ],
    tests: ['rules/closing'],
  },
  {
    name: 'the link is not let go of when the channel closes',
    breaks: 'semantics 10',
    file: 'src/channel/LinkSubscriber.ts',
    patches: [['shielded(() => connection.unsubscribe());', '']],
    tests: ['rules/closing'],
  },
  {
    name: 'a closed channel is not free for its next owner',
    breaks: 'semantics 10',
    file: 'src/channel/ChannelEffects.ts',
    patches: [['group.controller.disown(index, this.channel);', '']],
    tests: ['rules/closing'],
  },
  {
    name: 'complete() closes before what was accepted has drained',
    breaks: 'semantics 10',
    file: 'src/channel/OpenChannel.ts',
    patches: [['if (this.completing && machine.settled) machine.close();', 'if (this.completing) machine.close();']],
    tests: ['rules/closing'],
  },
  {
    name: 'a completing channel takes messages',
    breaks: 'semantics 10',
    file: 'src/channel/OpenChannel.ts',
    patches: [['else if (machine.closed || this.completing || !machine', 'else if (machine.closed || !machine']],
    tests: ['rules/closing'],
  },
  {
    name: 'the error of events$ does not close the channel',
    breaks: 'semantics 9.2',
    file: 'src/channel/LinkSubscriber.ts',
    patches: [
      [
        'machine.down(failure.cause);\n    machine.close(failure);',
        'machine.down(failure.cause);\n    if (failure === undefined) machine.close(failure);',
      ],
    ],
    tests: ['rules/linkErrors'],
  },
  {
    name: 'a message that sendData threw at may have been sent',
    breaks: 'semantics 7.2',
    file: 'src/core/HandOver.ts',
    patches: [["new TxFailedError('not-sent',", "new TxFailedError('unknown',"]],
    tests: ['rules/errors'],
  },
  {
    name: 'acknowledge() ends messages of a link that tells by itself',
    breaks: 'semantics 8.2',
    file: 'src/channel/OpenChannel.ts',
    patches: [["if (this.settings.method !== 'ack') {\n      throw", 'if (false) {\n      throw']],
    tests: ['rules/acknowledge'],
  },
  {
    name: "a tx-done event ends messages of a channel whose method is not 'irq'",
    breaks: 'rule 3',
    file: 'src/channel/LinkSubscriber.ts',
    patches: [["if (event.type === 'txDone' && channel.settings.method === 'irq') txDone", "if (event.type === 'txDone') machine"]],
    tests: ['rules/ownOutcome'],
  },
  {
    name: 'flush() completes while a slot is held for somebody who left',
    breaks: 'semantics 12',
    file: 'src/channel/OpenChannel.ts',
    patches: [['if (machine.idle) this.drained();', 'if (machine.settled) this.drained();']],
    tests: ['rules/flush'],
  },
];
