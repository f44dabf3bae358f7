/** What becomes of messages for which there is no room, or no wish any more: semantics 3, 7 and 11. */
export const admission = [
  {
    name: 'withdraw counts one too few',
    breaks: 'semantics 3',
    file: 'src/core/leaving.ts',
    patches: [['  return withdrawn;', '  return Math.max(0, withdrawn - 1);']],
    tests: ['unit/core/withdraw'],
  },
  {
    name: 'withdraw counts what is being handed over',
    breaks: 'semantics 3',
    file: 'src/core/leaving.ts',
    patches: [['  let withdrawn = 0;', '  let withdrawn = offered === undefined ? 0 : 1;']],
    tests: ['unit/core/withdraw'],
  },
  {
    name: 'withdraw spares the head',
    breaks: 'semantics 3',
    file: 'src/core/leaving.ts',
    patches: [
      ['offered === undefined ? head : (offered.next as', 'offered === undefined ? (head?.next as E | undefined) : (offered.next as'],
    ],
    tests: ['unit/core/withdraw'],
  },
  {
    name: 'withdraw begins a pause',
    breaks: 'rule 4',
    file: 'src/core/leaving.ts',
    patches: [['  handOver.notify();\n  return withdrawn;', '  gate.shut(PAUSED);\n  handOver.notify();\n  return withdrawn;']],
    tests: ['unit/core/withdraw'],
  },
  {
    name: 'after withdraw the head still counts as refused',
    breaks: 'semantics 3',
    file: 'src/core/leaving.ts',
    patches: [['  if (offered === undefined) handOver.refused = false;\n', '']],
    tests: ['unit/core/withdraw'],
  },
  {
    name: 'withdraw from inside a call into the link waits for its end',
    breaks: 'semantics 3',
    file: 'src/core/leaving.ts',
    patches: [
      [
        '  const { backlog, effects, gate, handOver, sequencer, settlement } = core;\n  const { head } = backlog;',
        '  const { backlog, effects, gate, handOver, sequencer, settlement } = core;\n  if (sequencer.insideLink) {\n    sequencer.defer(() => void withdraw(core, reason));\n    return 0;\n  }\n  const { head } = backlog;',
      ],
    ],
    tests: ['unit/core/withdraw'],
  },
  {
    name: 'the newer message of a key goes to the end',
    breaks: 'semantics 3',
    file: 'src/core/KeyedBacklog.ts',
    patches: [['this.list.replace(old, entry);', 'this.list.remove(old);\n    this.list.push(entry);']],
    tests: ['unit/core/KeyedBacklog'],
  },
  {
    name: 'the newer message of a key does not inherit the place for when it is given back',
    breaks: 'semantics 7',
    file: 'src/core/KeyedBacklog.ts',
    patches: [['place: this.placeOf(old)', 'place: undefined']],
    tests: ['unit/core/KeyedBacklog'],
  },
  {
    name: 'what replaces one that was given back is not known to stand there',
    breaks: 'semantics 7',
    file: 'src/core/KeyedBacklog.ts',
    patches: [['    if (old === this.returned) this.returned = entry;\n', '']],
    tests: ['unit/core/KeyedBacklog'],
  },
  {
    name: 'a message that is gone still has its key',
    breaks: 'semantics 3',
    file: 'src/core/KeyedBacklog.ts',
    patches: [['    if (keyed !== undefined && this.newest.get(keyed.key) === entry) this.newest.delete(keyed.key);', '    void keyed;']],
    tests: ['unit/core/KeyedBacklog'],
  },
  {
    name: 'what is being handed over is replaced',
    breaks: 'semantics 11',
    file: 'src/core/KeyedBacklog.ts',
    patches: [['entry === undefined || entry.state === OFFERED ? undefined : entry', 'entry']],
    tests: ['unit/core/KeyedBacklog'],
  },
  {
    name: 'a message that is given back goes again, although a newer one of its key waits',
    breaks: 'semantics 7',
    file: 'src/core/KeyedBacklog.ts',
    patches: [
      ['return keyed !== undefined && this.newest.get(keyed.key) !== entry;', 'return keyed === undefined && entry === undefined;'],
    ],
    tests: ['unit/channel/displacing'],
  },
  {
    name: 'a message that is given back has lost its key',
    breaks: 'semantics 7',
    file: 'src/core/KeyedBacklog.ts',
    patches: [
      ['if (keyed !== undefined && !this.newest.has(keyed.key)) this.newest.set', 'if (keyed === undefined) this.newest.set'],
      [
        'this.newest.set(keyed.key, entry);\n  }\n\n  override isSuperseded',
        'this.newest.set(entry, entry);\n  }\n\n  override isSuperseded',
      ],
    ],
    tests: ['unit/core/KeyedBacklog'],
  },
  {
    name: 'a refused head is tried again before it is replaced',
    breaks: 'semantics 11',
    file: 'src/channel/admit.ts',
    patches: [['  if (replace(machine, record, key)) return undefined;\n', '']],
    tests: ['unit/channel/displacing'],
  },
  {
    name: 'a key that is a promise is a key',
    breaks: 'rule 8',
    file: 'src/channel/admit.ts',
    patches: [['if (!isThenable(key)) return key;', 'if (key !== null) return key;']],
    tests: ['unit/channel/displacing'],
  },
  {
    name: 'drop-oldest drops the newest',
    breaks: 'semantics 3',
    file: 'src/channel/admit.ts',
    patches: [
      [
        'head?.state === OFFERED ? (head.next as TxRecord<Tx, Ack> | undefined) : head;',
        '(backlog as any).list.last as TxRecord<Tx, Ack> | undefined;',
      ],
    ],
    tests: ['unit/channel/displacing'],
  },
  {
    name: 'drop-oldest drops what is being handed over',
    breaks: 'semantics 11',
    file: 'src/channel/admit.ts',
    patches: [
      [
        'head?.state === OFFERED ? (head.next as TxRecord<Tx, Ack> | undefined) : head;',
        'head?.state === OFFERED && !head ? undefined : head;',
      ],
    ],
    tests: ['unit/channel/displacing'],
  },
  {
    name: 'a queue is full for drop-oldest, too',
    breaks: 'semantics 3',
    file: 'src/channel/admit.ts',
    patches: [['if (!admission!.dropsOldest || txQueueLength === 0 ||', 'if (admission!.dropsOldest || txQueueLength === 0 ||']],
    tests: ['unit/channel/displacing'],
  },
  {
    name: 'who is displaced is told at once',
    breaks: 'rule 7',
    file: 'src/core/Settlement.ts',
    patches: [['(this.displaced ??= []).push(entry);', 'this.sequencer.queueOutcome(entry);']],
    tests: ['unit/channel/displacing'],
  },
  {
    name: 'who is displaced is never told',
    breaks: 'rule 2',
    file: 'src/core/Settlement.ts',
    patches: [['for (const entry of displaced) this.sequencer.queueOutcome(entry);', 'void displaced;']],
    tests: ['unit/channel/displacing'],
  },
  {
    name: 'two who displace each other may go on for ever',
    breaks: 'rule 7',
    file: 'src/channel/TellingPace.ts',
    patches: [['return ++this.turns <= MOST;', 'return ++this.turns <= MOST || true;']],
    tests: ['unit/channel/displacing'],
  },
  {
    name: 'a clock that was set back silences those who are displaced',
    breaks: 'rule 2',
    file: 'src/channel/TellingPace.ts',
    patches: [['Math.abs(now - this.since) >= 1', 'now - this.since >= 1']],
    tests: ['unit/channel/displacing'],
  },
  {
    name: 'the one that is displaced settles before the newer one is queued',
    breaks: 'semantics 11',
    file: 'src/core/TxMachine.ts',
    patches: [
      [
        "    this.sequencer.note('queued', entry.token);\n    this.effects.queued(entry);\n    this.settlement.displace(old, error);",
        "    this.settlement.displace(old, error);\n    this.sequencer.note('queued', entry.token);\n    this.effects.queued(entry);",
      ],
    ],
    tests: ['unit/channel/displacing'],
  },
  {
    name: 'a channel that is to fail while its link is down accepts messages',
    breaks: 'semantics 3',
    file: 'src/channel/admit.ts',
    patches: [
      [
        "return settings.failsWhileDown && machine.gate.has(DOWN) ? linkDown(machine, 'not-sent') : undefined;",
        "return settings.failsWhileDown && !settings && machine.gate.has(DOWN) ? linkDown(machine, 'not-sent') : undefined;",
      ],
    ],
    tests: ['unit/channel/states'],
  },
  {
    name: 'what waits when the link goes down stays, where it is to fail',
    breaks: 'semantics 3',
    file: 'src/core/epochs.ts',
    patches: [["if (core.settings.failsWhileDown) failWaiting(core, () => linkDown(core, 'not-sent'));", '']],
    tests: ['unit/channel/states'],
  },
  {
    name: 'what waits when the link goes down fails, where it is to wait',
    breaks: 'semantics 9.1',
    file: 'src/core/epochs.ts',
    patches: [['if (core.settings.failsWhileDown) failWaiting', 'failWaiting']],
    tests: ['rules/epochs'],
  },
  {
    name: 'what waits fails before what is in flight',
    breaks: 'semantics 11',
    file: 'src/core/epochs.ts',
    patches: [
      [
        "  core.settlement.failSlots(() => linkDown(core, 'unknown'), 'down');\n  if (core.settings.failsWhileDown) failWaiting(core, () => linkDown(core, 'not-sent'));",
        "  if (core.settings.failsWhileDown) failWaiting(core, () => linkDown(core, 'not-sent'));\n  core.settlement.failSlots(() => linkDown(core, 'unknown'), 'down');",
      ],
    ],
    tests: ['unit/channel/states'],
  },
  {
    name: 'a later send does not say why the link is down',
    breaks: 'semantics 11',
    file: 'src/core/epochs.ts',
    patches: [['  gate.downReason = reason;\n', '']],
    tests: ['unit/channel/states'],
  },
];
