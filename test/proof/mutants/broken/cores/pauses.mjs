/** Leaving together is leaving before: pauses, limits that run out together, and the end of a turn. Rule 4. */
export const pauses = [
  {
    name: 'a leave begins no pause',
    breaks: 'rule 4',
    file: 'src/core/leaving.ts',
    patches: [['  gate.shut(PAUSED);\n', '']],
    tests: ['rules/leavingTogether'],
  },
  {
    name: 'a pause does not end with the turn',
    breaks: 'rule 4',
    file: 'src/core/epochs.ts',
    patches: [['gate.clear(PAUSED | RESET_TO_COME);', 'gate.clear(RESET_TO_COME);']],
    tests: ['rules/pause'],
  },
  {
    name: 'a limit that runs out begins a pause, too',
    breaks: 'rule 4',
    file: 'src/core/leaving.ts',
    patches: [
      ['if (pausing) pause(core);', 'pause(core);'],
      ['(wasHead && pausing)', 'wasHead'],
    ],
    tests: ['rules/pause'],
  },
  {
    name: 'one that waits behind others begins a pause, too',
    breaks: 'rule 4',
    file: 'src/core/leaving.ts',
    patches: [['(wasHead && pausing)', 'pausing']],
    tests: ['rules/pause'],
  },
  {
    name: 'in a pause a full queue takes no more than its length',
    breaks: 'rule 4',
    file: 'src/core/HandOver.ts',
    patches: [['return length >= txQueueLength + slots.unused;', 'return true;']],
    tests: ['rules/pause'],
  },
  {
    name: 'of those whose limits run out together the first makes room for the next',
    breaks: 'rule 4',
    file: 'src/core/Batch.ts',
    patches: [['return this.collecting;', 'return false;']],
    tests: ['rules/leavingTogether'],
  },
  {
    name: 'those whose limits run out together are told channel by channel, before the next channel hands over',
    breaks: 'rule 4',
    file: 'src/core/HandOver.ts',
    patches: [['if (!batch.active) sequencer.notify(lone);', 'sequencer.notify(lone);']],
    tests: ['unit/core/Batch'],
  },
  {
    name: 'who waited and whose limit runs out is told before the others have left',
    breaks: 'rule 4',
    file: 'src/core/HandOver.ts',
    patches: [['if (this.batch.active) this.batch.join(this);\n    else this.sequencer.notify();', 'this.sequencer.notify();']],
    tests: ['unit/channel/together'],
  },
  {
    name: 'limits that begin in one turn have a due time each',
    breaks: 'rule 4',
    file: 'src/time/Deadlines.ts',
    patches: [
      [
        'if (list?.inTurn) list.start(deadline);\n    else this.begin(limit, list).start(deadline);',
        'this.begin(limit, undefined).start(deadline);',
      ],
    ],
    tests: ['rules/leavingTogether'],
  },
  {
    name: 'a limit counts from the beginning of its turn',
    breaks: 'rule 4',
    file: 'src/time/DeadlineList.ts',
    patches: [
      [
        '    deadline.keeper = this;\n',
        '    deadline.keeper = this;\n    (this as any).since ??= this.ownTurn ? this.sharing.scheduler.now() : performance.now();\n',
      ],
      ['this.setDue(now);', 'this.setDue((this as any).since);'],
    ],
    tests: ['rules/dueTimes'],
  },
  {
    name: 'the end of a turn tries a refused head again, although nothing has ended with it',
    breaks: 'semantics 7.1',
    file: 'src/core/epochs.ts',
    patches: [['  if (!gate.has(PAUSED | RESET_TO_COME)) return tells ? NOTIFY : NOTHING;\n', '  void tells;\n']],
    tests: ['unit/channel/timersGivenBack'],
  },
  {
    name: 'a turn whose reset a down took back needs its end all the same',
    breaks: 'rule 9',
    file: 'src/core/epochs.ts',
    patches: [
      ['  if (wasToCome) effects.atTurnEnd(settlement.needsTurnEnd || (gate.has(PAUSED) && handOver.anyWaits));\n', '  void wasToCome;\n'],
    ],
    tests: ['unit/channel/timersGivenBack'],
  },
  {
    name: 'a stranger that a teardown unsubscribes gets the error of the operator that left',
    breaks: 'rule 2',
    file: 'src/policy/leaveScope.ts',
    patches: [['  currentReason = undefined;\n', '']],
    tests: ['regressions/strangers'],
  },
];
