/** A reset ends an epoch: semantics 5.4. */
export const resets = [
  {
    name: 'a reset is subscribed at once',
    breaks: 'semantics 5.4',
    file: 'src/core/Settlement.ts',
    patches: [['    sequencer.callLink(() => this.effects.atTurnEnd(true));\n', '    sequencer.callLink(() => this.effects.reset());\n']],
    tests: ['rules/resetEndsAnEpoch'],
  },
  {
    name: 'each held slot of a turn subscribes a reset of its own',
    breaks: 'semantics 5.4',
    file: 'src/core/Settlement.ts',
    patches: [
      ['if (!this.effects.resets || gate.has(RESETTING)) return;', 'if (!this.effects.resets) return;'],
      [
        '    sequencer.callLink(() => this.effects.atTurnEnd(true));\n',
        '    sequencer.callLink(() => this.effects.atTurnEnd(true));\n    if (slots.held > 1) sequencer.callLink(() => this.effects.reset());\n',
      ],
    ],
    tests: ['rules/resetEndsAnEpoch'],
  },
  {
    name: 'a reset is subscribed twice',
    breaks: 'semantics 5.4',
    file: 'src/channel/ChannelEffects.ts',
    patches: [['this.heldSlots?.reset();', 'this.heldSlots?.reset();\n    this.heldSlots?.reset();']],
    tests: ['rules/reset'],
  },
  {
    name: 'a reset begins although no slot is held any more',
    breaks: 'semantics 5.4',
    file: 'src/core/epochs.ts',
    patches: [['gate.has(RESET_TO_COME) && slots.held > 0;', 'gate.has(RESET_TO_COME);']],
    tests: ['rules/resetEndsAnEpoch'],
  },
  {
    name: 'a reset that completes does not end',
    breaks: 'semantics 5.4',
    file: 'src/channel/HeldSlotRelease.ts',
    patches: [['complete: () => (over(), this.slots.resetDone())', 'complete: () => over()']],
    tests: ['rules/reset'],
  },
  {
    name: 'a reset spares the messages whose senders are still there',
    breaks: 'semantics 5.4',
    file: 'src/core/epochs.ts',
    patches: [
      [
        "settlement.failSlots(() => new LinkResetError(effects.name), 'reset');",
        'const { slots } = settlement as any;\n  for (let slot = slots.oldest, next; slot !== undefined; slot = next) {\n    next = slot.next;\n    if (slot.state === 5) slots.release(slot);\n  }',
      ],
    ],
    tests: ['regressions/resets'],
  },
  {
    name: 'messages are handed over while a reset is under way',
    breaks: 'semantics 5.4',
    file: 'src/core/HandOver.ts',
    patches: [
      ['|| !gate.open || !slots.free', '|| gate.has(DOWN | PAUSED) || !slots.free'],
      ['return this.gate.open && this.slots.free', 'return !this.gate.has(DOWN | PAUSED) && this.slots.free'],
    ],
    tests: ['rules/resetEndsAnEpoch'],
  },
  {
    name: 'a queue of 0 accepts messages while a reset is under way',
    breaks: 'semantics 5.4',
    file: 'src/core/HandOver.ts',
    patches: [['if (gate.has(DOWN | RESETTING)) return true;', 'if (gate.has(DOWN)) return true;']],
    tests: ['rules/resetEndsAnEpoch'],
  },
  {
    name: 'lastTxDone is asked while a reset is under way',
    breaks: 'semantics 5.4',
    file: 'src/channel/PolledChannel.ts',
    patches: [['return !resetting && (refused', 'return void resetting || (refused']],
    tests: ['unit/channel/resetAsks'],
  },
  {
    name: 'a late tx-done ends a reset',
    breaks: 'semantics 5.4',
    file: 'src/core/Settlement.ts',
    patches: [
      [
        "this.sequencer.note('lateTxDone', slot.token, error);",
        "this.sequencer.note('lateTxDone', slot.token, error);\n      this.gate.clear(RESETTING);\n      this.effects.epochEnded();",
      ],
    ],
    tests: ['rules/resetEndsAnEpoch'],
  },
];
