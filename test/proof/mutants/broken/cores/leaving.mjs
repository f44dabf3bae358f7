/** Senders that leave, and what becomes of their slots: rule 4, semantics 5. */
export const leaving = [
  {
    name: 'a cancelled message is still sent',
    breaks: 'rule 4',
    file: 'src/core/leaving.ts',
    patches: [
      [
        '  backlog.remove(entry);\n  core.sequencer.note(',
        '  const copy = Object.assign(Object.create(entry), entry, { sender: undefined });\n  backlog.remove(entry);\n  backlog.add(copy);\n  core.sequencer.note(',
      ],
    ],
    tests: ['rules/neverSentAfterLeaving'],
  },
  {
    name: 'who leaves from inside txPrepare is handed over all the same',
    breaks: 'rule 4',
    file: 'src/core/HandOver.ts',
    patches: [['if (effects.prepares(head) && !this.prepare(head)) continue;', 'if (effects.prepares(head)) this.prepare(head);']],
    tests: ['rules/neverSentAfterLeaving'],
  },
  {
    name: 'a message whose signal is aborted is handed over before it hears of that',
    breaks: 'semantics 6.4',
    file: 'src/channel/WatchedRecord.ts',
    patches: [['watch.check?.();', 'void watch;']],
    tests: ['unit/policy/abortedSignal'],
  },
  {
    name: 'the slot of an untagged wire is free when its sender times out',
    breaks: 'semantics 5.2',
    file: 'src/core/Settlement.ts',
    patches: [['if (settings.quarantine === 0) return', "if (settings.quarantine === 0 || settings.correlation === 'untagged') return"]],
    tests: ['rules/correlation'],
  },
  {
    name: 'a held slot of an ordered wire swallows nothing',
    breaks: 'semantics 5.2',
    file: 'src/core/Slots.ts',
    patches: [
      [
        ": this.oldest) ?? 'unknownTxDone'",
        ": this.oldest?.state === HELD ? (this.oldest.next ?? this.oldest) : this.oldest) ?? 'unknownTxDone'",
      ],
    ],
    tests: ['rules/correlation'],
  },
  {
    name: 'nobody hears that an untagged wire is stalled',
    breaks: 'semantics 5.2',
    file: 'src/core/Settlement.ts',
    patches: [["if (settings.correlation === 'untagged') sequencer.note('stalled', entry.token);", '']],
    tests: ['rules/correlation'],
  },
  {
    name: 'abort is called twice',
    breaks: 'semantics 5.1',
    file: 'src/core/Settlement.ts',
    patches: [
      [
        'sequencer.callLink(() => this.effects.abort(entry.token));',
        'for (let i = 0; i < 2; i++) sequencer.callLink(() => this.effects.abort(entry.token));',
      ],
    ],
    tests: ['rules/leaving'],
  },
  {
    name: 'a message in flight whose sender left counts as not sent',
    breaks: 'semantics 5.1',
    file: 'src/core/leaving.ts',
    patches: [["const error = reason('unknown');", "const error = reason('not-sent');"]],
    tests: ['rules/leaving'],
  },
  {
    name: 'the quarantine of a held slot never ends',
    breaks: 'semantics 5.3',
    file: 'src/channel/HeldSlotRelease.ts',
    patches: [['if (quarantine !== Infinity) shielded', 'if (false) shielded']],
    tests: ['rules/quarantine'],
  },
  {
    name: 'quarantine is ignored where tx-dones carry tokens',
    breaks: 'semantics 5.3',
    file: 'src/core/Settlement.ts',
    patches: [['if (settings.quarantine === 0) return', "if (settings.quarantine === 0 || settings.correlation === 'tagged') return"]],
    tests: ['rules/correlation'],
  },
  {
    name: 'a held slot does not make the wire be reset',
    breaks: 'semantics 5.4',
    file: 'src/core/Settlement.ts',
    patches: [['    gate.shut(RESET_TO_COME);\n', '']],
    tests: ['rules/reset'],
  },
  {
    name: 'a reset frees only the oldest of the held slots',
    breaks: 'semantics 5.4',
    file: 'src/core/epochs.ts',
    patches: [
      [
        "settlement.failSlots(() => new LinkResetError(effects.name), 'reset');",
        'const { slots } = settlement as any;\n  if (slots.oldest !== undefined) slots.release(slots.oldest);',
      ],
    ],
    tests: ['rules/reset'],
  },
  {
    name: 'a reset that fails is no loss of the link',
    breaks: 'semantics 5.4',
    file: 'src/channel/HeldSlotRelease.ts',
    patches: [['(over(), this.slots.down(reason))', '(over(), void reason)']],
    tests: ['rules/reset'],
  },
  {
    name: 'the error of an operator does not reach the report',
    breaks: 'semantics 13.2',
    file: 'src/policy/leaveScope.ts',
    patches: [['  currentReason = reason;\n  try {\n    unsubscribe', '  try {\n    unsubscribe']],
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
