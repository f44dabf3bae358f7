/** Who is told what, and in which order: rules 1 to 3, 7 and 8. */
export const outcomes = [
  {
    name: 'a late tx-done is credited to the next message',
    breaks: 'rule 3',
    file: 'src/core/Slots.ts',
    patches: [["? 'lateTxDone' :", "? ((this.oldest ?? 'lateTxDone') as 'lateTxDone') :"]],
    tests: ['rules/ownOutcome'],
  },
  {
    name: 'the completion is shared: a tx-done wakes who waits first on the channel',
    breaks: 'rule 3',
    file: 'src/channel/TxRecord.ts',
    patches: [
      ['    super();\n', '    super();\n    if (sender) ((owner as any).completions ??= []).push(sender);\n'],
      ['const { sender } = this;\n', 'const sender = this.sender && (this.owner as any).completions.shift();\n'],
    ],
    tests: ['rules/ownOutcome', 'regressions/lateCompletions'],
  },
  {
    name: 'a tx-done ends the oldest in flight, whatever token it carries',
    breaks: 'rule 3',
    file: 'src/core/Slots.ts',
    patches: [['first.token === token ? first', 'first.token > 0 ? first']],
    tests: ['rules/ownOutcome'],
  },
  {
    name: 'a tx-done without a token ends a message on a tagged link',
    breaks: 'rule 3',
    file: 'src/core/Slots.ts',
    patches: [["(this.settings.correlation === 'tagged' ? undefined : this.oldest)", '(this.oldest as TxSlot | undefined)']],
    tests: ['rules/ownOutcome'],
  },
  {
    name: 'the token is a place in the queue, and used again',
    breaks: 'rules 1 and 3',
    file: 'src/core/TxMachine.ts',
    patches: [['return this.tokens.next++;', 'return (this.tokens.next = this.backlog.length + this.slots.used + 1);']],
    tests: ['rules/oneSubscriptionOneTransmission'],
  },
  {
    name: 'a refused message gets another token for each attempt',
    breaks: 'rule 1',
    file: 'src/core/HandOver.ts',
    patches: [
      [
        'this.mayRetry = this.refused = false;',
        'if (this.refused) head.token = (this.effects as any).channel.machine.takeToken();\n        this.mayRetry = this.refused = false;',
      ],
    ],
    tests: ['rules/oneSubscriptionOneTransmission'],
  },
  {
    name: 'two subscriptions share one transmission',
    breaks: 'rule 1',
    file: 'src/Channel.ts',
    patches: [
      ["import type { Observer } from 'rxjs';", "import { share, type Observer } from 'rxjs';"],
      ['unknown, unknown, Ack>, message);', 'unknown, unknown, Ack>, message).pipe(share()) as Transmission<Ack>;'],
    ],
    tests: ['rules/oneSubscriptionOneTransmission'],
  },
  {
    name: 'every outcome is reported twice',
    breaks: 'rule 2',
    file: 'src/channel/ChannelEffects.ts',
    patches: [
      ['if (this.streams?.reported) this.report(record);', 'if (this.streams?.reported) for (let i = 0; i < 2; i++) this.report(record);'],
    ],
    tests: ['rules/exactlyOneOutcome'],
  },
  {
    name: 'a failed message is not reported',
    breaks: 'rule 2',
    file: 'src/channel/ChannelEffects.ts',
    patches: [['if (this.streams?.reported) this.report', 'if (this.streams?.reported && record.state === 6) this.report']],
    tests: ['rules/exactlyOneOutcome'],
  },
  {
    name: 'sender and report get different error objects',
    breaks: 'rule 2',
    file: 'src/channel/TxRecord.ts',
    patches: [['sender.error(this.outcome);', 'sender.error(Object.create(this.outcome as object));']],
    tests: ['rules/exactlyOneOutcome'],
  },
  {
    name: 'a sender that left is notified all the same',
    breaks: 'rule 2',
    file: 'src/channel/TxRecord.ts',
    patches: [
      [
        '    if (this.sender === undefined) return;\n    // Taken',
        '    if (this.sender === undefined) return;\n    const { sender } = this;\n    // Taken',
      ],
      [
        'subscriberLeft : subscriberLeftUnobserved), true);',
        'subscriberLeft : subscriberLeftUnobserved), true);\n        sender.error?.(this.outcome);',
      ],
    ],
    tests: ['rules/exactlyOneOutcome'],
  },
  {
    name: 'a sender that leaves on its receipt gets no completion',
    breaks: 'rule 2',
    file: 'src/channel/TxRecord.ts',
    patches: [['    this.giveCompletion(sender);', '    if (this.sender !== undefined) this.giveCompletion(sender);']],
    tests: ['rules/receiptThenCompletion'],
  },
  {
    name: 'a failure that is falsy is a success',
    breaks: 'rule 3',
    file: 'src/core/TxMachine.ts',
    patches: [['else if (error === undefined && slot.state', 'else if (!error && slot.state']],
    tests: ['rules/ownOutcome'],
  },
  {
    name: 'nobody hears of a late or unknown tx-done',
    breaks: 'rule 3',
    file: 'src/core/TxMachine.ts',
    patches: [["if (typeof slot === 'string') unmatched(this, slot, token, error);", "if (typeof slot === 'string') void 0;"]],
    tests: ['rules/ownOutcome'],
  },
  {
    name: 'the report comes before the next hand-over',
    breaks: 'rule 7',
    file: 'src/core/TxMachine.ts',
    patches: [['return this.handOver.run(this.settlement.done(slot, ack));', 'this.sequencer.notify(this.settlement.done(slot, ack));']],
    tests: ['rules/orderOfASettlement'],
  },
  {
    name: 'the sender is told before the report',
    breaks: 'rule 7',
    file: 'src/channel/ChannelEffects.ts',
    patches: [
      [
        'if (this.streams?.reported) this.report(record);\n    record.notifySender();',
        'record.notifySender();\n    if (this.streams?.reported) this.report(record);',
      ],
    ],
    tests: ['rules/orderOfASettlement'],
  },
  {
    name: 'outcomes are notified in the middle of another notification',
    breaks: 'rule 7',
    file: 'src/core/Sequencer.ts',
    patches: [['if (this.handingOver || this.notifying || this.insideLink) return;', 'if (this.handingOver || this.insideLink) return;']],
    tests: ['rules/orderOfASettlement'],
  },
  {
    name: 'a sender that throws keeps the others from their outcomes',
    breaks: 'rule 8',
    file: 'src/channel/TxRecord.ts',
    patches: [
      [
        '      else reportUnhandled(this.outcome);\n    } catch (error) {\n      reportUnhandled(error);',
        '      else reportUnhandled(this.outcome);\n    } catch (error) {\n      throw error;',
      ],
    ],
    tests: ['unit/core/Sequencer'],
  },
  {
    name: 'an outcome that is alone is delivered before the next hand-over',
    breaks: 'rule 7',
    file: 'src/core/HandOver.ts',
    patches: [
      [
        '    sequencer.handingOver = true;\n',
        '    if (lone !== undefined) {\n      sequencer.notify(lone);\n      lone = undefined;\n    }\n    sequencer.handingOver = true;\n',
      ],
    ],
    tests: ['rules/orderOfASettlement'],
  },
  {
    name: 'sendTo completes inside its last report',
    breaks: 'rule 7',
    file: 'src/operators/sendTo.ts',
    patches: [
      ['    this.subscriber.next(record.report());\n', '    this.pending.delete(record);\n    this.subscriber.next(record.report());\n'],
    ],
    tests: ['unit/operators/sendTo.reentrance'],
  },
  {
    name: 'a channel does not go on after an error that throws when it is read',
    breaks: 'rule 8',
    file: 'src/contract/errors.ts',
    patches: [
      ['  try {\n    // A message may be', '  if (cause instanceof Error) return cause.message;\n  try {\n    // A message may be'],
    ],
    tests: ['misuse/throwingErrors'],
  },
];
