/** Channels of one controller that share a window: rules 4, 6 and 7. */
export const sharing = [
  {
    name: 'one message more than the shared window is in flight',
    breaks: 'rule 6',
    file: 'src/core/SharedWindow.ts',
    patches: [['this.used < this.window();', 'this.used <= this.window();']],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'what another channel has in flight does not count',
    breaks: 'rule 6',
    file: 'src/core/SharedSlots.ts',
    patches: [['    this.shared.used++;', '']],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'the place of a message that has settled is not given back to the shared window',
    breaks: 'rule 6',
    file: 'src/core/SharedSlots.ts',
    patches: [['    this.shared.used--;', '']],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'a channel that closes keeps the places of those who have left',
    breaks: 'semantics 6',
    file: 'src/core/SharedSlots.ts',
    patches: [
      ['    super.release(slot);\n    this.shared.used--;', '    if (slot.state !== 5) this.shared.used--;\n    super.release(slot);'],
    ],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'the others go on while one channel pauses',
    breaks: 'rule 4',
    file: 'src/core/SharedGate.ts',
    patches: [
      ['this.pauses.begin(this.batch, this.effects);', 'void 0;'],
      ['this.pauses.end(this.batch);', 'void 0;'],
    ],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'the pause of a channel that closes never ends for the others',
    breaks: 'rule 4',
    file: 'src/core/TxMachine.ts',
    patches: [['this.act(() => turnEnded(this));', 'this.act(() => (this.closed ? NOTHING : turnEnded(this)));']],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'the link of one channel is called from inside that of another one',
    breaks: 'rule 6',
    file: 'src/core/SharedWindow.ts',
    patches: [
      [
        '    if (this.handingOver) return;\n    if (this.byIndex !== undefined) return this.runByChoice();',
        '    if (this.byIndex !== undefined) return this.runByChoice();',
      ],
    ],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'somebody is notified while the channels hand over',
    breaks: 'rule 6',
    file: 'src/core/SharedWindow.ts',
    patches: [
      [
        '    if (this.handingOver) return;\n    if (this.byIndex !== undefined) this.runByChoice();',
        '    if (this.byIndex !== undefined) this.runByChoice();',
      ],
    ],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'a channel that has gone goes again before the others',
    breaks: 'rule 6',
    file: 'src/core/SharedWindow.ts',
    patches: [['this.ring.push(member);', 'this.ring.insert(member, undefined);']],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'the shared window is read only once',
    breaks: 'rule 6',
    file: 'src/core/SharedWindow.ts',
    patches: [
      [
        'const { sharedWindow = Infinity } = controller;',
        'const sharedWindow = ((this as any).once ??= controller.sharedWindow ?? Infinity);',
      ],
    ],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'nextChannel is asked before others have been told',
    breaks: 'rule 7',
    file: 'src/core/SharedWindow.ts',
    patches: [['      this.notifyAll();\n      this.again = false;', '      this.again = false;']],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'nextChannel is not asked, and they take turns',
    breaks: 'rule 7',
    file: 'src/core/SharedWindow.ts',
    patches: [['const next = this.choose();', 'const next = this.ring.first;']],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'a controller that chooses nobody is not asked again',
    breaks: 'semantics 3',
    file: 'src/core/SharedWindow.ts',
    patches: [
      [
        'if (index === undefined) return undefined;',
        'if ((this as any).nobody) return undefined;\n      if (index === undefined) return void ((this as any).nobody = true);',
      ],
    ],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'nobody goes where nextChannel answers nonsense',
    breaks: 'rule 8',
    file: 'src/core/SharedWindow.ts',
    patches: [['return first?.inRing ? first : this.ring.first;', 'return undefined;']],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'nobody hears that nextChannel answers nonsense',
    breaks: 'rule 8',
    file: 'src/core/SharedWindow.ts',
    patches: [
      [
        "      this.noteBroken(first, wrongAnswer('controller.nextChannel', index, 'the index of a channel in ready, or undefined'));\n",
        '',
      ],
    ],
    tests: ['unit/core/SharedWindow'],
  },
  {
    name: 'a window that is a getter is read only once',
    breaks: 'semantics 3',
    file: 'src/channel/settings.ts',
    patches: [
      [
        "dynamic: isGetter(controller, 'window') ? controller : undefined,",
        "dynamic: isGetter(controller, 'window') ? { ...controller, window: controller.window } : undefined,",
      ],
    ],
    tests: ['unit/channel/states'],
  },
  {
    name: 'a window that is no number is a window of 1',
    breaks: 'rule 8',
    file: 'src/core/windowReader.ts',
    patches: [['    return 0;', '    return 1;']],
    tests: ['unit/channel/states'],
  },
  {
    name: 'a link cannot have a tx-done method of its own',
    breaks: 'semantics 3',
    file: 'src/channel/settings.ts',
    patches: [['const { txDone: method = controller.txDone } = link;', 'const { txDone: method } = (void link, controller);']],
    tests: ['unit/channel/states'],
  },
];
