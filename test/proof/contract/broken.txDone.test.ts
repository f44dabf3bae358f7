import { describeBrokenDevices, good, ordered, tagged, untagged, type Held } from './BrokenDevice';

describeBrokenDevices('tx-dones', [
  [
    'emits a tx-done while nothing is in flight',
    ordered,
    {
      deliver(message: unknown) {
        this.controller.link().txDone();
        good.deliver.call(this, message);
      },
    },
    /txDone, and nothing is in flight/,
  ],
  [
    'emits every tx-done twice, without a token',
    untagged,
    {
      report(held: Held, done: object) {
        good.report.call(this, held, done);
        good.report.call(this, held, done);
      },
    },
    /told ok before it had been taken/,
  ],
  [
    'emits every tx-done twice, the second time without its token',
    tagged,
    {
      report(held: Held, done: object) {
        good.report.call(this, held, done);
        held.link.txDone(done);
      },
    },
    /txDone without a token/,
  ],
  [
    'emits every tx-done twice, the second time with a token that it was never given',
    ordered,
    {
      report(held: Held, done: object) {
        good.report.call(this, held, done);
        held.link.txDone({ ...done, token: 1e6 });
      },
    },
    /txDone of a message that is not in flight|txDone, and nothing is in flight/,
  ],
  [
    'emits the tx-done when a message arrives, not when it is taken',
    ordered,
    {
      arrive(held: Held) {
        good.arrive.call(this, held);
        held.link.txDone({ ack: `ack of ${String(held.message)}` });
      },
      report() {
        // Already emitted on arrival.
      },
    },
    /told ok before it had been taken/,
  ],
  [
    'emits a tx-done with the token of another message',
    tagged,
    {
      report(held: Held, done: object) {
        const other = held.link.outstanding.at(-1) ?? held;
        good.report.call(this, { ...held, token: other.token }, done);
      },
    },
    /told ok before it had been taken/,
  ],
  [
    'emits a tx-done without the token',
    tagged,
    {
      report({ link }: Held, done: object) {
        link.txDone(done);
      },
    },
    /txDone without a token/,
  ],
  [
    'gives the tx-done of one owner to the next',
    untagged,
    {
      take(nth: number, done: object) {
        this.report({ ...this.held[nth]!, link: this.controller.link() }, done);
      },
    },
    /what the senders of the next owner were told/,
  ],
  [
    'emits a tx-done from before the link was down',
    ordered,
    {
      take(nth: number, done: object) {
        if (this.held[nth]!.link === this.controller.link()) this.report(this.held[nth]!, done);
      },
    },
    /what the later senders were told|while it is down/,
  ],
  [
    'emits a tx-done with its token from before the link was reset',
    { ...ordered, reset: true },
    {
      take(nth: number, done: object) {
        const { link, token } = this.held[nth]!;
        if (link === this.controller.link()) link.txDone({ ...done, token });
      },
    },
    /txDone of a message from before its reset/,
  ],
  [
    'emits a tx-done without a token from before the link was reset',
    { ...ordered, reset: true },
    {
      take(nth: number, done: object) {
        if (this.held[nth]!.link === this.controller.link()) this.report(this.held[nth]!, done);
      },
    },
    /what those who sent after the reset were told|txDone, and nothing is in flight/,
  ],
  [
    'answers lastTxDone with a promise',
    { ...tagged, txDone: 'poll' },
    {
      report({ link, token }: Held, done: object) {
        link.setLastTxDone(token, Promise.resolve(done) as never);
      },
    },
    /lastTxDone returned a promise/,
  ],
  [
    'reports a failure as success',
    tagged,
    {
      fail(nth: number) {
        this.finish(nth);
      },
    },
    /what the senders were told/,
  ],
  [
    'answers every poll with taken',
    { ...tagged, txDone: 'poll' },
    {
      arrive(held: Held) {
        good.arrive.call(this, held);
        held.link.setLastTxDone(held.token, { ack: `ack of ${String(held.message)}` });
      },
    },
    /told ok before it had been taken/,
  ],
  [
    'emits txDone although it is polled',
    { ...tagged, txDone: 'poll' },
    {
      report({ link, token }: Held, done: object) {
        link.setLastTxDone(token, done);
        link.txDone({ token });
      },
    },
    /tx-dones are learned by 'poll'/,
  ],
  [
    'emits the ack of another message',
    tagged,
    {
      report(held: Held, done: object) {
        good.report.call(this, held, { ...done, ack: `ack of message ${held.token}` });
      },
    },
    /was told the ack of another/,
  ],
]);
