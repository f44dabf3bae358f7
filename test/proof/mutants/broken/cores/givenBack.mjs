/** What a link says besides tx-dones, and what tx-dones say besides their ack: semantics 7. */
export const givenBack = [
  {
    name: 'what the link gives back stands in the order in which it came back',
    breaks: 'semantics 7',
    file: 'src/core/Backlog.ts',
    patches: [
      ['while (before !== undefined && this.placeOf(before as E) > place)', 'while ((place as number) < 0 && before !== undefined)'],
    ],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'what the link gives back waits behind those that were never handed over',
    breaks: 'semantics 7',
    file: 'src/core/Backlog.ts',
    patches: [['this.list.insert(entry, before);', 'this.list.push(entry);']],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'what the link gives back gets another token',
    breaks: 'semantics 7',
    file: 'src/core/inFlight.ts',
    patches: [
      [
        '  const waits = handOver.takeBack(entry);',
        '  entry.token = (core as any).takeToken();\n  const waits = handOver.takeBack(entry);',
      ],
    ],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'that a message is given back lets the head be tried again',
    breaks: 'semantics 7',
    file: 'src/core/inFlight.ts',
    patches: [
      [
        '    if (gate.paused) effects.atTurnEnd(handOver.needsTurnEnd);\n  });\n  return GO_ON;',
        '    if (gate.paused) effects.atTurnEnd(handOver.needsTurnEnd);\n  });\n  return HAND_OVER;',
      ],
    ],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'what comes back in a pause does not need the end of the turn',
    breaks: 'rule 4',
    file: 'src/core/inFlight.ts',
    patches: [['    if (gate.paused) effects.atTurnEnd(handOver.needsTurnEnd);\n', '    void gate;\n']],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'who has been displaced does not need the end of the turn when somebody else leaves',
    breaks: 'rule 2',
    file: 'src/core/HandOver.ts',
    patches: [['gate.has(RESET_TO_COME) || this.settlement.hasDisplaced || (gate', 'gate.has(RESET_TO_COME) || (gate']],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'an occasion from before a message was given back lets it be tried again',
    breaks: 'semantics 7',
    file: 'src/core/HandOver.ts',
    patches: [['    this.mayRetry = false;\n    return !this.supersede(entry);', '    return !this.supersede(entry);']],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'a slot that a message gives back from inside sendData counts as freed by a tx-done',
    breaks: 'rule 6',
    file: 'src/core/HandOver.ts',
    patches: [['this.restrain(used + returns - this.returns);', 'void returns;\n    this.restrain(used);']],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'what the link gives back is not prepared again',
    breaks: 'semantics 7.3',
    file: 'src/core/Backlog.ts',
    patches: [['    entry.state = WAITING;\n    this.list.insert', '    entry.state = 2;\n    this.list.insert']],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'the slot of somebody who left is held although the message is given back',
    breaks: 'semantics 7',
    file: 'src/core/inFlight.ts',
    patches: [["    settlement.free(slot, 'refused');\n", '    void settlement;\n']],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'that somebody who left was refused is no occasion to go on',
    breaks: 'semantics 7',
    file: 'src/core/inFlight.ts',
    patches: [
      ["    settlement.free(slot, 'refused');\n    return HAND_OVER;", "    settlement.free(slot, 'refused');\n    return NOTIFY;"],
    ],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'a refusal whose token has settled is ignored',
    breaks: 'semantics 7',
    file: 'src/core/inFlight.ts',
    patches: [['    sequencer.note(slot, token, error);\n    return HAND_OVER;', '    return NOTHING;']],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'a refusal that names no message gives the oldest back',
    breaks: 'semantics 7',
    file: 'src/core/inFlight.ts',
    patches: [
      [
        "if (typeof token !== 'number') return nonsense(core, 'a refused message', token, 'a number');\n  const slot = slots.match(token);",
        'const slot = slots.match((token ?? slots.oldest?.token) as number);',
      ],
    ],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'progress without a token is that of nobody',
    breaks: 'semantics 13.2',
    file: 'src/core/inFlight.ts',
    patches: [['token === undefined ? slots.oldest : slots.match(token)', 'slots.match(token)']],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'progress of a held slot is progress of a message',
    breaks: 'semantics 13.2',
    file: 'src/core/inFlight.ts',
    patches: [
      [
        "if (slot === undefined || typeof slot === 'string' || slot.state !== IN_FLIGHT)",
        "if (slot === undefined || typeof slot === 'string')",
      ],
    ],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'progress is an occasion to try a refused head again',
    breaks: 'semantics 7.1',
    file: 'src/core/inFlight.ts',
    patches: [['effects.progress(slot as E));\n  return GO_ON;', 'effects.progress(slot as E));\n  return HAND_OVER;']],
    tests: ['unit/core/givenBack'],
  },
  {
    name: 'progress does not break the silence',
    breaks: 'semantics 13.2',
    file: 'src/policy/TimeoutPolicy.ts',
    patches: [["    if (this.clock !== 'silence') return;\n    this.stop();\n    this.deadlines.start(this.limit, this);", '    void 0;']],
    tests: ['unit/channel/states'],
  },
  {
    name: 'progress makes every clock begin anew',
    breaks: 'semantics 13.2',
    file: 'src/policy/TimeoutPolicy.ts',
    patches: [["    if (this.clock !== 'silence') return;\n", '']],
    tests: ['unit/channel/states'],
  },
  {
    name: 'the time in flight of a message that was given back goes on',
    breaks: 'semantics 7',
    file: 'src/policy/TimeoutPolicy.ts',
    patches: [["if (clock === 'inFlight' || clock === 'silence') this.stop();\n    else if", 'if']],
    tests: ['unit/channel/states'],
  },
  {
    name: 'the time in the queue of a message that was given back is over for good',
    breaks: 'semantics 7',
    file: 'src/policy/TimeoutPolicy.ts',
    patches: [
      [
        "    if (clock === 'inFlight' || clock === 'silence') this.deadlines.start",
        "    if (clock === 'queued') this.stop();\n    if (clock === 'inFlight' || clock === 'silence') this.deadlines.start",
      ],
      ["    else if (clock === 'queued' && this.keeper === undefined) this.leave();", ''],
    ],
    tests: ['unit/channel/states'],
  },
  {
    name: 'a time in the queue that has passed in flight is forgotten',
    breaks: 'semantics 7',
    file: 'src/policy/TimeoutPolicy.ts',
    patches: [["    else if (clock === 'queued' && this.keeper === undefined) this.leave();", '']],
    tests: ['unit/channel/states'],
  },
  {
    name: 'a time in the queue ends a message in flight',
    breaks: 'semantics 13.2',
    file: 'src/policy/TimeoutPolicy.ts',
    patches: [["if (this.clock !== 'queued' || !this.transmission.inFlight) this.leave();", 'this.leave();']],
    tests: ['unit/channel/states'],
  },
  {
    name: 'every failed tx-done was sent',
    breaks: 'semantics 4',
    file: 'src/core/Settlement.ts',
    patches: [['new TxFailedError(this.checked(delivery, slot.token), error)', "new TxFailedError('sent', void delivery ?? error)"]],
    tests: ['unit/core/deliveries'],
  },
  {
    name: 'a delivery that is nonsense counts as sent',
    breaks: 'rule 8',
    file: 'src/core/Settlement.ts',
    patches: [
      [
        "    return 'unknown';\n  }\n\n  /** The message in this slot has been taken.",
        "    return 'sent';\n  }\n\n  /** The message in this slot has been taken.",
      ],
    ],
    tests: ['unit/core/deliveries'],
  },
  {
    name: 'a tx-done from inside sendData forgets its delivery',
    breaks: 'semantics 4',
    file: 'src/core/TxMachine.ts',
    patches: [
      [
        'this.sequencer.defer(() => this.txDone(token, ack, error, delivery));',
        'this.sequencer.defer(() => this.txDone(token, ack, error, void delivery));',
      ],
    ],
    tests: ['unit/core/deliveries'],
  },
  {
    name: 'lastTxDone says nothing of the delivery',
    breaks: 'semantics 4',
    file: 'src/core/askSlots.ts',
    patches: [['settlement.finish(slot, ack as Ack, error, delivery);', 'settlement.finish(slot, ack as Ack, error, void delivery);']],
    tests: ['unit/core/deliveries'],
  },
];
