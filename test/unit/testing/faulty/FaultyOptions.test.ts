import { FaultyController, ScriptedController, type FaultyOptions, type ScriptedOptions } from 'rx-mailbox/testing';

describe('FaultyOptions', () => {
  const make =
    (options: unknown, scripted: ScriptedOptions<string, string, void> = {}) =>
    () =>
      new FaultyController(new ScriptedController(scripted), options as FaultyOptions);

  it.each([
    [undefined, TypeError, 'options is undefined; expected an object'],
    [{}, TypeError, 'options.seed is undefined; expected an integer >= 0'],
    [{ seed: -1 }, RangeError, 'options.seed is -1; expected an integer >= 0'],
    [{ seed: 1, dropTxDone: 2 }, RangeError, 'options.dropTxDone is 2; expected a number from 0 to 1'],
    [{ seed: 1, down: NaN }, RangeError, 'options.down is NaN; expected a number from 0 to 1'],
    [{ seed: 1, refuse: '1' }, TypeError, 'options.refuse is "1"; expected a number from 0 to 1'],
    [{ seed: 1, maxDelay: 0 }, RangeError, 'options.maxDelay is 0; expected an integer >= 1'],
    [{ seed: 1, maxDelay: 2 ** 31 }, RangeError, 'options.maxDelay is 2147483648; expected milliseconds'],
    [{ seed: 1, replay: 'x' }, TypeError, 'options.replay is not an array; expected the faults of another run'],
    [{ seed: 1, honest: 1 }, TypeError, 'options.honest is 1; expected a boolean'],
    [{ seed: 1, correlation: 'tagged' }, TypeError, 'options.correlation is "tagged"; expected \'untagged\', or nothing'],
  ])('rejects %j', (options, type, text) => {
    expect(make(options)).toThrow(type);
    expect(make(options)).toThrow(text);
  });

  it.each([
    ['reorderTxDone', { correlation: 'ordered' }, `tx-dones say only "the next" ('ordered')`],
    ['reorderTxDone', { correlation: 'untagged' }, `tx-dones say only "the next" ('untagged')`],
    ['reorderReceived', { correlation: 'ordered' }, "the link is 'ordered'"],
    ['duplicateReceived', { correlation: 'ordered' }, "the link is 'ordered'"],
    ['duplicateTxDone', { txDone: 'poll' }, "tx-dones are asked for ('poll')"],
    ['delayTxDone', { txDone: 'ack' }, "the application tells tx-done ('ack')"],
  ] as const)('rejects %s for a controller with %j, unless honest is false', (rate, scripted, where) => {
    expect(make({ seed: 1, [rate]: 0.5 }, scripted)).toThrow(
      new RangeError(`options.${rate} is 0.5; expected 0 where ${where} (or honest: false)`),
    );
    expect(make({ seed: 1, [rate]: 0.5, honest: false }, scripted)).not.toThrow();
    expect(make({ seed: 1, [rate]: 0 }, scripted)).not.toThrow();
  });

  it('rejects delays of tx-dones that are longer than the quarantine', () => {
    const untagged: ScriptedOptions<string, string, void> = { correlation: 'untagged', quarantine: 10 };
    expect(make({ seed: 1, delayTxDone: 0.5 }, untagged)).toThrow(
      'options.maxDelay is 10; expected less than controller.quarantine, which is 10 ms',
    );
    expect(make({ seed: 1, delayTxDone: 0.5, maxDelay: 9 }, untagged)).not.toThrow();
    expect(make({ seed: 1, delayTxDone: 0.5 }, { quarantine: 1 })).not.toThrow();
  });
});
